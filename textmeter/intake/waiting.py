"""How many deliveries wait for the worker, and how long they have been waiting."""

from __future__ import annotations

from textmeter.ledger.statements import fetch

# Counting goes no further: what is to know is that there are very many.
MOST_COUNTED = 100_000


def oldest_waiting() -> int | None:
    """When the oldest delivery that still waits was received (ms); None when nothing waits. What people took
    out of quarantine to be tried again is older than its wait, and leaves no trace here.

    Company by company, each by one step of the index: the deliveries that wait aren't all looked at.
    """
    ((oldest,),) = fetch(
        "SELECT MIN(oldest) FROM (SELECT (SELECT MIN(r.received_at) FROM intake_receipt r"
        " WHERE r.state = 0 AND r.company_id = c.id AND r.settled_at IS NULL) AS oldest"
        " FROM accounts_company c) AS by_company",
        [],
    )
    return None if oldest is None else int(oldest)


def waiting_by_company() -> dict[int, int]:
    """How many wait of each company that has any; together at most MOST_COUNTED."""
    return dict(
        fetch(
            "SELECT company_id, COUNT(*) FROM"
            " (SELECT company_id FROM intake_receipt WHERE state = 0 LIMIT %s) AS waiting"
            " GROUP BY company_id",
            [MOST_COUNTED],
        )
    )
