"""Has anything changed since a page was drawn?"""

from __future__ import annotations

from textmeter.reports.statements import Sql, fetch


def change_number(company_id: int) -> int:
    """Rises with every transaction that changes what the company's pages show; 0 before the first."""
    rows = fetch(Sql("SELECT number FROM ledger_change WHERE company_id = %s", (company_id,)))
    return int(rows[0][0]) if rows else 0
