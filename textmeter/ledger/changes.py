"""The company's change number: pages ask whether it has risen."""

from __future__ import annotations

from textmeter.ledger.statements import fetch, run


def bump_change(company_id: int) -> None:
    """Says that what the company's pages show has changed; in the transaction that changed it."""
    run(
        "INSERT INTO ledger_change (company_id, number) VALUES (%s, 1)"
        " ON CONFLICT (company_id) DO UPDATE SET number = ledger_change.number + 1",
        [company_id],
    )


def number_customers(company_id: int, count: int) -> int:
    """Gives out so many numbers to new customers of the company (see spots.py); answers the first one."""
    rows = fetch(
        "INSERT INTO ledger_change (company_id, number, customers) VALUES (%s, 0, %s)"
        " ON CONFLICT (company_id) DO UPDATE SET customers = ledger_change.customers + excluded.customers"
        " RETURNING customers",
        [company_id, count],
    )
    return int(rows[0][0]) - count + 1
