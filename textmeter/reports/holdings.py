"""How much a company holds, for who is about to remove it."""

from __future__ import annotations

from dataclasses import dataclass

from textmeter.reports.statements import Sql, fetch_one


@dataclass(frozen=True, slots=True)
class Holdings:
    texts: int
    calls: int
    customers: int


def holdings(company_id: int) -> Holdings:
    """Texts by their counts of hours; calls and customers one by one, along an index."""
    row = fetch_one(
        Sql(
            """SELECT
            (SELECT coalesce(sum(inbound + outbound), 0) FROM ledger_volume_hour WHERE company_id = %s),
            (SELECT count(*) FROM ledger_call WHERE company_id = %s),
            (SELECT count(*) FROM ledger_customer WHERE company_id = %s)""",
            (company_id, company_id, company_id),
        )
    )
    return Holdings(*map(int, row))
