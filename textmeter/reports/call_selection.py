"""Which calls a filter selects, and which of them are missed.

The filter is the one of the texts: range, hour, numbers and direction hold on the call itself. A search
finds a call by its customer's name or digits, as it finds texts by them; nothing was written in a call.
"""

from __future__ import annotations

from datetime import date

from textmeter.ledger.calls import CallOutcome
from textmeter.lib.days import as_key, day_bounds, from_key
from textmeter.reports.filter import NO_ANSWER_YET, Filter
from textmeter.reports.search import customers_found, read_search
from textmeter.reports.statements import Sql, fetch_one, places

MISSED_OUTCOMES = (CallOutcome.MISSED, CallOutcome.VOICEMAIL)


def selected_calls(flt: Filter, *, missed: bool, tracker_id: int | None = None) -> Sql:
    """`FROM … WHERE …` of the selected calls as `k`. `missed`: only calls from customers that nobody
    took, those with a voicemail among them. `tracker_id`: only its own, whatever the filter's numbers."""
    numbers = flt.numbers if tracker_id is None else (tracker_id,)
    start, end = day_bounds(flt.start, flt.end, flt.zone)
    chosen = Sql(
        "FROM ledger_call k WHERE k.company_id = %s AND k.started_at >= %s AND k.started_at < %s",
        (flt.company_id, start, end),
    ).then(call_conditions(flt, missed=missed))
    if numbers:
        chosen = chosen.then(Sql(f"AND k.tracker_id IN ({places(numbers)})", numbers))
    return chosen.then(_of_customers(flt)) if flt.q else chosen


def call_conditions(flt: Filter, *, missed: bool) -> Sql:
    """Conditions on a call `k` that begin with AND: days, hour, direction, outcome, answer."""
    sql = Sql("AND k.local_date BETWEEN %s AND %s", (as_key(flt.start), as_key(flt.end)))
    if flt.hour is not None:
        sql = sql.then(Sql("AND k.local_hour = %s", (flt.hour,)))
    if flt.direction is not None:
        sql = sql.then(Sql("AND k.direction = %s", (int(flt.direction == "outbound"),)))
    if missed:
        sql = sql.then(
            Sql(f"AND k.direction = 0 AND k.outcome IN ({places(MISSED_OUTCOMES)})", MISSED_OUTCOMES)
        )
    return sql.then(still_unanswered(flt.company_id)) if flt.answer == NO_ANSWER_YET else sql


def still_unanswered(company_id: int) -> Sql:
    """Condition on a call `k` of the company, beginning with AND: with its customer there was neither an
    answer nor an answered call since. A caller who withheld the number can't be answered, and isn't among
    them. A subquery for one value: as EXISTS it would lead PostgreSQL through all customers."""
    return Sql(
        """AND (SELECT COALESCE(cu.answered_at, k.started_at) FROM ledger_customer cu
        WHERE cu.company_id = %s AND cu.id = k.customer_id) <= k.started_at""",
        (company_id,),
    )


def days_with_calls(company_id: int) -> tuple[date, date] | None:
    """The first and the last local day on which the company has a call; None when it has none."""
    day = "SELECT local_date FROM ledger_call WHERE company_id = %s ORDER BY local_date {} LIMIT 1"
    sql = Sql(f"SELECT ({day.format('ASC')}), ({day.format('DESC')})", (company_id, company_id))
    first, last = fetch_one(sql)
    return (from_key(first), from_key(last)) if first else None


def _of_customers(flt: Filter) -> Sql:
    """Calls of the customers that the search finds; callers who withheld their number are nobody."""
    search = read_search(flt.q)
    if not search.folded:
        return Sql("AND 1 = 0")
    found = customers_found(flt.company_id, search)
    if found.ids is None:
        return Sql(f"AND k.customer_id IN ({found.sql.text})", found.sql.params)
    if not found.ids:
        return Sql("AND 1 = 0")
    return Sql(f"AND k.customer_id IN ({places(found.ids)})", found.ids)
