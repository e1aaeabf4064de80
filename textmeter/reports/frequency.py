"""Text Message Frequency: at which hours of the day one customer's messages fall."""

from __future__ import annotations

from datetime import date

from textmeter.accounts.models import Company
from textmeter.lib.days import as_key
from textmeter.reports.rows import Frequency, HourBar
from textmeter.reports.statements import Sql, fetch


def frequency(
    company: Company, customer_id: int, scope: str, first: date | None, last: date | None
) -> Frequency:
    """24 bars, the hour in the company's zone: messages by the customer and by agents, of the days
    `first` to `last` (None: no bound there); no other filter touches it. `scope` only names the span."""
    where = Sql(
        """SELECT local_hour, SUM(CASE WHEN direction = 0 THEN 1 ELSE 0 END),
            SUM(CASE WHEN direction = 0 THEN 0 ELSE 1 END)
        FROM ledger_message WHERE company_id = %s AND customer_id = %s""",
        (company.id, customer_id),
    )
    if first is not None:
        where = where.then(Sql("AND local_date >= %s", (as_key(first),)))
    if last is not None:
        where = where.then(Sql("AND local_date <= %s", (as_key(last),)))
    counts = {hour: (customer, agents) for hour, customer, agents in fetch(where.then("GROUP BY local_hour"))}
    bars = tuple(HourBar(hour, *counts.get(hour, (0, 0))) for hour in range(24))
    return Frequency(scope, first, last, bars)
