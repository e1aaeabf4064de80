"""Which conversations the log lists, in which order: their keys alone, by keyset.

Ties fall by latest, then id: the sorts by total and customer go on by last_at and customer, newest first.
Each order is read from an index where one has it; a leading plus keeps a database from another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from textmeter.lib.days import as_key, day_bounds
from textmeter.reports.cursors import Place
from textmeter.reports.filter import Filter
from textmeter.reports.selection import Way, inbound_if_chosen, matched, outbound_if_chosen, way_of
from textmeter.reports.statements import Row, Sql


class Key(NamedTuple):
    """A listed conversation: its place in the order, and how many of its messages are selected."""

    value: int | str  # total or sort_name where the sort asks for it, else 0
    last_at: int
    customer_id: int
    local_date: int
    matching: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What part of the list: behind `after`, at most `limit`; `backwards` the list from its end;
    without the rows of the customer `other_than`."""

    after: Place | None = None
    limit: int | None = None
    backwards: bool = False
    other_than: int | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What is read beside each key: columns behind its own, of tables that are joined to its
    ledger_conversation `c`."""

    columns: str
    tables: str
    conditions: Sql


NOTHING = Beside("", "", Sql(""))


def key_of(row: Row) -> Key:
    value, last_at, customer_id, local_date, matching = row
    return Key(value, last_at, customer_id, local_date, int(matching))


def keys_in_order(flt: Filter, asked: Asked) -> Sql:
    """Rows like Key, in the filter's sort."""
    way, by_latest = way_of(flt), flt.sort.endswith("latest")
    if way is Way.CONVERSATIONS:
        sql = _by_conversations(flt, asked, NOTHING)
    elif way is Way.TRACKERS and by_latest and len(flt.numbers) == 1:
        sql = _of_tracker(flt, flt.numbers[0], asked)
    elif way is Way.TRACKERS and by_latest and asked.limit is not None:
        sql = _of_trackers(flt, asked)
    else:
        sql = by_matched(flt, asked, matched(flt))
    return _limited(sql, asked)


def lines_in_order(flt: Filter, asked: Asked, beside: Beside) -> Sql:
    """Rows like Key with what is beside, in the filter's sort: by one statement."""
    if way_of(flt) is Way.CONVERSATIONS:
        return _limited(_by_conversations(flt, asked, beside), asked)
    return _limited(by_matched(flt, asked, matched(flt), beside), asked)


def _limited(sql: Sql, asked: Asked) -> Sql:
    return sql if asked.limit is None else sql.then(Sql("LIMIT %s", (asked.limit,)))


def _by_conversations(flt: Filter, asked: Asked, beside: Beside) -> Sql:
    matching = f"{inbound_if_chosen(flt, 'c.inbound')} + {outbound_if_chosen(flt, '(c.total - c.inbound)')}"
    tables, condition, at = "ledger_conversation c", "c.company_id = %s", "c.last_at"
    if _name(flt) == "customer":
        tables, at = "ledger_customer cu CROSS JOIN ledger_conversation c", "+c.last_at"
        condition = "cu.company_id = %s AND c.company_id = cu.company_id AND c.customer_id = cu.id"
    return (
        Sql(f"SELECT {_value(flt)}, c.last_at, c.customer_id, c.local_date, {matching}{beside.columns}")
        .then(Sql(f"FROM {tables}{beside.tables} WHERE {condition}", (flt.company_id,)))
        .then(beside.conditions)
        .then(_days(flt, asked, "c.local_date", at))
        .then(f"AND {matching} > 0" if flt.direction else "")
        .then(_behind(flt, asked))
        .then(_order(flt, asked))
    )


def _of_tracker(flt: Filter, tracker_id: int, asked: Asked) -> Sql:
    """One tracker's conversations, by latest: from an index in that very order."""
    matching = f"{inbound_if_chosen(flt, 'c.inbound')} + {outbound_if_chosen(flt, 'c.outbound')}"
    return (
        Sql(
            f"""SELECT 0 AS value, c.last_at, c.customer_id, c.local_date, {matching} AS matching
            FROM ledger_conversation_tracker c WHERE c.company_id = %s AND c.tracker_id = %s""",
            (flt.company_id, tracker_id),
        )
        .then(_days(flt, asked, "c.local_date", "c.last_at"))
        .then(f"AND {matching} > 0" if flt.direction else "")
        .then(_behind(flt, asked))
        .then(_order(flt, asked))
    )


def _of_trackers(flt: Filter, asked: Asked) -> Sql:
    """The first rows of each chosen tracker, counted together: a conversation among the first of all
    of them is among the first of each that it used, for it stands at the same place in each."""
    parts = [_of_tracker(flt, each, asked).then(Sql("LIMIT %s", (asked.limit,))) for each in flt.numbers]
    united = " UNION ALL ".join(f"SELECT * FROM ({part.text}) of_tracker" for part in parts)
    return Sql(
        f"""SELECT 0, u.last_at, u.customer_id, u.local_date, SUM(u.matching) FROM ({united}) u
        GROUP BY u.last_at, u.customer_id, u.local_date {_order(flt, asked, "u")}""",
        tuple(param for part in parts for param in part.params),
    )


def by_matched(flt: Filter, asked: Asked, selection: Sql, beside: Beside = NOTHING) -> Sql:
    """Of the listed conversations in `selection` (see selection.matched)."""
    with_names = _name(flt) == "customer"
    names = "CROSS JOIN ledger_customer cu" if with_names else ""
    of_name = Sql("AND cu.company_id = %s AND cu.id = matched.customer_id", (flt.company_id,))
    return (
        Sql(f"WITH matched AS MATERIALIZED ({selection.text})", selection.params)
        .then(
            Sql(
                f"""SELECT {_value(flt)}, c.last_at, c.customer_id, c.local_date,
                    matched.inbound + matched.outbound{beside.columns}
                FROM matched CROSS JOIN ledger_conversation c {names}{beside.tables}
                WHERE c.company_id = %s AND c.customer_id = matched.customer_id
                AND c.local_date = matched.local_date""",
                (flt.company_id,),
            )
        )
        .then(of_name if with_names else "")
        .then(beside.conditions)
        .then(_behind(flt, asked))
        .then(_order(flt, asked))
    )


def _days(flt: Filter, asked: Asked, day: str, at: str) -> Sql:
    """The range, cut where the asked place lies in an order by latest: of two bounds on one side SQLite
    seeks the one that it meets first, and would read all that lies between."""
    start, end = day_bounds(flt.start, flt.end, flt.zone)
    if asked.after is not None and flt.sort.endswith("latest"):
        if _terms(flt, asked)[0][1]:
            end = min(end, asked.after.last_at + 1)
        else:
            start = max(start, asked.after.last_at)
    return Sql(
        f"AND {day} BETWEEN %s AND %s AND {at} >= %s AND {at} < %s",
        (as_key(flt.start), as_key(flt.end), start, end),
    )


def _behind(flt: Filter, asked: Asked) -> Sql:
    """What stands behind the asked place."""
    condition = Sql("")
    if asked.after is not None:
        at = (asked.after.last_at, asked.after.customer_id)
        values = at if flt.sort.endswith("latest") else (asked.after.value, *at)
        text = ""
        params: tuple[int | str, ...] = ()
        for (column, falls), value in reversed(list(zip(_terms(flt, asked), values, strict=True))):
            sign = "<" if falls else ">"
            if text:
                text = f"({column} {sign} %s OR ({column} = %s AND {text}))"
                params = (value, value, *params)
            else:
                text, params = f"{column} {sign} %s", (value,)
        condition = Sql(f"AND {text}", params)
        if not flt.sort.endswith("latest"):
            # The outermost bound is what an index can seek.
            column, falls = _terms(flt, asked)[0]
            condition = condition.then(Sql(f"AND {column} {'<' if falls else '>'}= %s", (values[0],)))
    if asked.other_than is not None:
        condition = condition.then(Sql("AND c.customer_id <> %s", (asked.other_than,)))
    return condition


def _order(flt: Filter, asked: Asked, rows: str = "c") -> str:
    terms = [f"{column} {'DESC' if falls else 'ASC'}" for column, falls in _terms(flt, asked, rows)]
    return f"ORDER BY {', '.join(terms)}"


def _terms(flt: Filter, asked: Asked, rows: str = "c") -> list[tuple[str, bool]]:
    """The columns of the order, and whether each falls."""
    falls = flt.sort.startswith("-")
    by_latest = flt.sort.endswith("latest")
    ties = falls if by_latest else True
    terms = [] if by_latest else [(_value(flt), falls)]
    terms += [(f"{rows}.last_at", ties), (f"{rows}.customer_id", ties)]
    return [(column, each != asked.backwards) for column, each in terms]


def _value(flt: Filter) -> str:
    return {"latest": "0", "total": "c.total", "customer": "cu.sort_name"}[_name(flt)]


def _name(flt: Filter) -> str:
    return flt.sort.removeprefix("-")
