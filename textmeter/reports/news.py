"""What came in since a page was drawn: counted under the page's own filter.

A message's id rises with the moment of recording, so that what is new has a greater id than everything that
was there. Of more than some thousands of new ones only the latest are looked at: an import brings millions.
"""

from __future__ import annotations

from textmeter.lib.days import as_key
from textmeter.reports.call_selection import call_conditions
from textmeter.reports.filter import Filter
from textmeter.reports.search import customers_among, read_search
from textmeter.reports.selection import conditions
from textmeter.reports.statements import Sql, fetch, fetch_one, places

LOOKED_AT = 2_000


def newest_id(company_id: int) -> int:
    """No message and no call of the company has a greater id; 0 without any. To be read before the
    reports of a page, so that nothing falls between them."""
    text, call = fetch_one(
        Sql(
            """SELECT (SELECT MAX(id) FROM ledger_message WHERE company_id = %s),
            (SELECT MAX(id) FROM ledger_call WHERE company_id = %s)""",
            (company_id,) * 2,
        )
    )
    return max(text or 0, call or 0)


def new_texts(flt: Filter, since: int) -> int:
    """How many of the filter's messages have an id above `since`."""
    sql = (
        Sql("SELECT m.customer_id, m.body FROM")
        .then(_latest("ledger_message", "m", flt.company_id, since))
        .then(_of_days(flt, "m"))
        .then(conditions(flt))
    )
    rows = fetch(sql)
    if not flt.q:
        return len(rows)
    search = read_search(flt.q)
    found = customers_among(flt.company_id, search, {row[0] for row in rows})
    return sum(customer_id in found or search.is_in(body) for customer_id, body in rows)


def new_calls(flt: Filter, since: int, *, missed: bool) -> int:
    """How many of the filter's calls have an id above `since`."""
    sql = (
        Sql("SELECT k.customer_id FROM")
        .then(_latest("ledger_call", "k", flt.company_id, since))
        .then("WHERE 1 = 1")
        .then(call_conditions(flt, missed=missed))
    )
    if flt.numbers:
        sql = sql.then(Sql(f"AND k.tracker_id IN ({places(flt.numbers)})", flt.numbers))
    rows = fetch(sql)
    if not flt.q:
        return len(rows)
    found = customers_among(
        flt.company_id, read_search(flt.q), {row[0] for row in rows if row[0] is not None}
    )
    return sum(customer_id in found for (customer_id,) in rows)


def new_with_customer(company_id: int, customer_id: int, since: int) -> int:
    """How many texts and calls of one customer have an id above `since`."""
    parts = [
        Sql("SELECT x.id FROM").then(_latest(table, "x", company_id, since)).then("WHERE x.customer_id = %s")
        for table in ("ledger_message", "ledger_call")
    ]
    counts = [
        fetch_one(Sql(f"SELECT COUNT(*) FROM ({part.text}) news", (*part.params, customer_id)))[0]
        for part in parts
    ]
    return sum(counts)


def new_of_customers(company_id: int, q: str, since: int) -> int:
    """How many texts and calls of the customers that `q` finds (empty: of all) have an id above `since`."""
    whose = [
        customer_id
        for table in ("ledger_message", "ledger_call")
        for (customer_id,) in fetch(
            Sql("SELECT x.customer_id FROM")
            .then(_latest(table, "x", company_id, since))
            .then("WHERE x.customer_id IS NOT NULL")
        )
    ]
    if not q:
        return len(whose)
    found = customers_among(company_id, read_search(q), set(whose))
    return sum(customer_id in found for customer_id in whose)


_COLUMNS = {
    "ledger_message": "id, customer_id, tracker_id, direction, local_date, local_hour, body",
    "ledger_call": "id, customer_id, tracker_id, direction, started_at, local_date, local_hour, outcome",
}


def _latest(table: str, name: str, company_id: int, since: int) -> Sql:
    """The table's newest rows above `since`, as a table of that name."""
    return Sql(
        f"""(SELECT {_COLUMNS[table]} FROM {table} WHERE company_id = %s AND id > %s
        ORDER BY id DESC LIMIT {LOOKED_AT}) {name}""",
        (company_id, since),
    )


def _of_days(flt: Filter, name: str) -> Sql:
    return Sql(f"WHERE {name}.local_date BETWEEN %s AND %s", (as_key(flt.start), as_key(flt.end)))
