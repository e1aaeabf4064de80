"""How many customers are new in a filter's range: with a selected message, and their first text ever in it.
For filters of range, numbers and direction."""

from __future__ import annotations

from textmeter.lib.days import as_key
from textmeter.reports.filter import Filter
from textmeter.reports.selection import inbound_if_chosen, outbound_if_chosen
from textmeter.reports.statements import Sql, fetch_one, places


def new_customers(flt: Filter) -> int:
    if flt.numbers:
        sql = _of_numbers(flt)
    elif flt.direction is None:
        sql = Sql(
            """SELECT COALESCE(SUM(customers), 0) FROM ledger_new_customer
            WHERE company_id = %s AND local_date BETWEEN %s AND %s""",
            (flt.company_id, as_key(flt.start), as_key(flt.end)),
        )
    else:
        sql = Sql(
            """SELECT COUNT(*) FROM ledger_customer cu
            WHERE cu.company_id = %s AND cu.first_text_date BETWEEN %s AND %s""",
            (flt.company_id, as_key(flt.start), as_key(flt.end)),
        ).then(_has_selected(flt, "cu.id"))
    return int(fetch_one(sql)[0])


def _of_numbers(flt: Filter) -> Sql:
    """Whoever is new has no message before the range: so they used a tracker in it exactly when their first
    use of it isn't later."""
    what = "*" if len(flt.numbers) == 1 else "DISTINCT u.customer_id"
    return Sql(
        f"""SELECT COUNT({what}) FROM ledger_customer_tracker u WHERE u.company_id = %s
        AND u.tracker_id IN ({places(flt.numbers)}) AND u.first_text_date BETWEEN %s AND %s
        AND u.first_date <= %s""",
        (flt.company_id, *flt.numbers, as_key(flt.start), as_key(flt.end), as_key(flt.end)),
    ).then(_has_selected(flt, "u.customer_id"))


def _has_selected(flt: Filter, customer: str) -> Sql:
    """With a direction: that the customer has such a message in the range, on a chosen number."""
    if flt.direction is None:
        return Sql("")
    if flt.numbers:
        table, which = "ledger_conversation_tracker", f"AND c.tracker_id IN ({places(flt.numbers)})"
        outbound = "c.outbound"
    else:
        table, which, outbound = "ledger_conversation", "", "(c.total - c.inbound)"
    chosen = f"{inbound_if_chosen(flt, 'c.inbound')} + {outbound_if_chosen(flt, outbound)} > 0"
    return Sql(
        f"""AND EXISTS (SELECT 1 FROM {table} c WHERE c.company_id = %s AND c.customer_id = {customer}
            AND c.local_date BETWEEN %s AND %s {which} AND {chosen})""",
        (flt.company_id, as_key(flt.start), as_key(flt.end), *flt.numbers),
    )
