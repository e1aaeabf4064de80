"""When there was last contact with a customer, by text or call: what the list of customers is sorted by."""

from __future__ import annotations

from textmeter.ledger.statements import fetch


def last_call_at(company_id: int, customer_id: int) -> int | None:
    """The start (ms) of the customer's latest call, answered or not."""
    ((latest,),) = fetch(
        "SELECT MAX(started_at) FROM ledger_call WHERE company_id = %s AND customer_id = %s",
        [company_id, customer_id],
    )
    return None if latest is None else int(latest)


def contact_statements() -> list[str]:
    """Statements that note it for the customers of all companies; they read every call once."""
    return [
        """UPDATE ledger_customer SET last_call_at = k.started_at FROM (
            SELECT company_id, customer_id, MAX(started_at) AS started_at FROM ledger_call
            WHERE customer_id IS NOT NULL GROUP BY company_id, customer_id) k
            WHERE ledger_customer.company_id = k.company_id AND ledger_customer.id = k.customer_id""",
        """UPDATE ledger_customer SET last_contact_at =
            CASE WHEN COALESCE(last_call_at, 0) > COALESCE(last_text_at, 0) THEN last_call_at
            ELSE COALESCE(last_text_at, 0) END""",
    ]
