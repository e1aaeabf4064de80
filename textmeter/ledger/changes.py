"""The company's change number: pages ask whether it has risen."""

from __future__ import annotations

from textmeter.ledger.statements import run


def bump_change(company_id: int) -> None:
    """Says that what the company's pages show has changed; in the transaction that changed it."""
    run(
        "INSERT INTO ledger_change (company_id, number) VALUES (%s, 1)"
        " ON CONFLICT (company_id) DO UPDATE SET number = ledger_change.number + 1",
        [company_id],
    )
