"""The list of customers: for the page, some at a time, and for the file, all of them.

Each sort reads an index in its order. `waiting` reads two, one after the other: those who wait, the
longest first, then everybody else by latest contact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import urlencode

from textmeter.ledger.moment import one_moment
from textmeter.lib.keyset import BadCursor, decode, encode
from textmeter.lib.sentences import Sentence
from textmeter.reports.filter import Query, WrongValue
from textmeter.reports.reading import clean_value, shown_value
from textmeter.reports.search import LONGEST_QUERY, customers_found, read_search
from textmeter.reports.statements import Row, Sql, fetch, fetch_one, places

CUSTOMER_SORTS = ("waiting", "-latest", "customer")
PAGE = 50
PART_OF_FILE = 500
_LONGEST = 4_000
_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class CustomerQuery:
    """What a reader chose: `q` as typed, one of CUSTOMER_SORTS, and the cursor as given."""

    company_id: int
    q: str = ""
    sort: str = "waiting"
    after: str = ""


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """Instants in ms. `last_call_at` None: never called; `last_contact_at` 0: neither text nor call."""

    id: int
    name: str
    number: str
    city: str
    state: str
    last_text_at: int | None
    last_call_at: int | None
    last_contact_at: int
    waiting_since: int | None
    is_opted_out: bool
    texts_in: int
    texts_out: int
    calls: int


@dataclass(frozen=True, slots=True)
class CustomerPage:
    rows: tuple[CustomerLine, ...]
    first: int  # place of the first row, from 1; 0 when empty
    count: int | None  # all of them; None: more than are counted
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    part: int  # of the sort, see _Part
    key: int | str
    id: int
    count: int  # customers up to this one, itself included


@dataclass(frozen=True, slots=True)
class _Part:
    """Customers of a condition, in the order of one column, then of their ids."""

    condition: str
    column: str
    falls: bool


_PARTS = {
    "waiting": (
        _Part("cu.waiting_since IS NOT NULL", "waiting_since", falls=False),
        _Part("cu.waiting_since IS NULL", "last_contact_at", falls=True),
    ),
    "-latest": (_Part("1 = 1", "last_contact_at", falls=True),),
    "customer": (_Part("1 = 1", "sort_name", falls=False),),
}


def read_customer_query(query: Query, company_id: int) -> tuple[CustomerQuery, list[WrongValue]]:
    """What the query asks for, and what of it can't be taken; the default stands in for that."""
    wrong: list[WrongValue] = []
    q, sort, after = (clean_value(query.get(name)) for name in ("q", "sort", "after"))
    if len(q) > LONGEST_QUERY:
        most = Sentence("at most %(most)s characters", most=LONGEST_QUERY)
        wrong.append(WrongValue("q", shown_value(q), most))
        q = ""
    if sort and sort not in CUSTOMER_SORTS:
        wrong.append(WrongValue("sort", shown_value(sort), ", ".join(CUSTOMER_SORTS)))
        sort = ""
    asked = CustomerQuery(company_id, q, sort or "waiting", after)
    try:
        _read_cursor(asked)
    except BadCursor:
        allowed = Sentence("the cursor of a page of this very list; without it the first page")
        wrong.append(WrongValue("after", shown_value(after), allowed))
        asked = replace(asked, after="")
    return asked, wrong


def customer_address(asked: CustomerQuery, **changes: str) -> str:
    """The query string (without `?`) with `changes`; `after` is dropped when anything changes."""
    now: CustomerQuery = replace(asked, **cast(dict[str, Any], {"after": ""} | changes)) if changes else asked
    pairs = [("q", now.q), ("sort", "" if now.sort == "waiting" else now.sort), ("after", now.after)]
    return urlencode([pair for pair in pairs if pair[1]])


def customer_page(asked: CustomerQuery, size: int = PAGE) -> CustomerPage:
    """The customers behind `asked.after`. Raises BadCursor for a cursor that this very list didn't give."""
    after = _read_cursor(asked)
    found = _found(asked)
    rows = _some(asked, found, after, size + 1)
    shown = rows[:size]
    count = found.count if asked.q else _all_of_them(asked.company_id)
    if not shown:
        return CustomerPage((), 0, count, None)
    before = after.count if after else 0
    place = replace(_place(asked, shown[-1]), count=before + len(shown))
    cursor = _cursor(asked, place) if len(rows) > size else None
    return CustomerPage(_lines(asked.company_id, shown), before + 1, count, cursor)


def each_customer(asked: CustomerQuery) -> Iterator[CustomerLine]:
    """Every customer found, in the sort, some hundreds at a time in memory, all of one moment."""
    with one_moment():
        found, after = _found(asked), None
        while rows := _some(asked, found, after, PART_OF_FILE):
            yield from _lines(asked.company_id, rows)
            after = _place(asked, rows[-1])


def count_waiting(company_id: int) -> int:
    sql = "SELECT COUNT(*) FROM ledger_customer WHERE company_id = %s AND waiting_since IS NOT NULL"
    return int(fetch_one(Sql(sql, (company_id,)))[0])


@dataclass(frozen=True, slots=True)
class _Found:
    """The condition that the search makes; `count` None: too many to count."""

    condition: Sql
    count: int | None


def _found(asked: CustomerQuery) -> _Found:
    if not asked.q:
        return _Found(Sql(""), None)
    search = read_search(asked.q)
    found = customers_found(asked.company_id, search)
    if found.ids is not None:
        if not found.ids:
            return _Found(Sql("AND 1 = 0"), 0)
        return _Found(Sql(f"AND cu.id IN ({places(found.ids)})", found.ids), len(found.ids))
    # So many that the page is soon full of them, whatever its order. Folding leaves no wildcard.
    condition, wanted = "cu.folded_name LIKE %s", [f"%{search.folded}%"]
    if search.digits:
        condition, wanted = f"({condition} OR cu.digits LIKE %s)", [*wanted, f"%{search.digits}%"]
    return _Found(Sql(f"AND {condition}", tuple(wanted)), None)


# The row's order of columns: see _line and _place.
_COLUMNS = (
    "cu.id, cu.name, cu.number, cu.city, cu.state, cu.last_text_at, cu.last_call_at, cu.last_contact_at,"
    " cu.waiting_since, cu.opted_out_by, cu.sort_name"
)


def _some(asked: CustomerQuery, found: _Found, after: _Place | None, limit: int) -> list[Row]:
    """Up to `limit` rows of _COLUMNS behind `after`."""
    rows: list[Row] = []
    parts = _PARTS[asked.sort]
    for number in range(after.part if after else 0, len(parts)):
        part = parts[number]
        behind = after if after and after.part == number else None
        rows += fetch(_of_part(asked.company_id, part, found, behind, limit - len(rows)))
        if len(rows) == limit:
            break
    return rows


def _of_part(company_id: int, part: _Part, found: _Found, after: _Place | None, limit: int) -> Sql:
    way, sign = ("DESC", "<") if part.falls else ("ASC", ">")
    column = f"cu.{part.column}"
    sql = Sql(
        f"SELECT {_COLUMNS} FROM ledger_customer cu WHERE cu.company_id = %s AND {part.condition}",
        (company_id,),
    ).then(found.condition)
    if after:
        behind = f"AND {column} {sign}= %s AND ({column} {sign} %s OR cu.id {sign} %s)"
        sql = sql.then(Sql(behind, (after.key, after.key, after.id)))
    return sql.then(Sql(f"ORDER BY {column} {way}, cu.id {way} LIMIT %s", (limit,)))


def _place(asked: CustomerQuery, row: Row) -> _Place:
    keys = {"waiting_since": row[8], "last_contact_at": row[7], "sort_name": row[10]}
    number = 1 if asked.sort == "waiting" and row[8] is None else 0
    return _Place(number, keys[_PARTS[asked.sort][number].column], row[0], 0)


def _lines(company_id: int, rows: Sequence[Row]) -> tuple[CustomerLine, ...]:
    ids = tuple(row[0] for row in rows)
    texts = fetch(
        Sql(
            f"""SELECT customer_id, SUM(inbound), SUM(total - inbound) FROM ledger_conversation
            WHERE company_id = %s AND customer_id IN ({places(ids)}) GROUP BY customer_id""",
            (company_id, *ids),
        )
    )
    calls = fetch(
        Sql(
            f"""SELECT customer_id, COUNT(*) FROM ledger_call
            WHERE company_id = %s AND customer_id IN ({places(ids)}) GROUP BY customer_id""",
            (company_id, *ids),
        )
    )
    texts_of = {row[0]: row[1:] for row in texts}
    calls_of: dict[int, int] = {row[0]: row[1] for row in calls}
    return tuple(_line(row, texts_of.get(row[0], (0, 0)), calls_of.get(row[0], 0)) for row in rows)


def _line(row: Row, texts: Row, calls: int) -> CustomerLine:
    said: list[Any] = [*row[:9], row[9] is not None, int(texts[0]), int(texts[1]), calls]
    return CustomerLine(*said)


def _all_of_them(company_id: int) -> int:
    """As many as numbers were given out: a customer's row never goes while the company stays."""
    rows = fetch(Sql("SELECT customers FROM ledger_change WHERE company_id = %s", (company_id,)))
    return int(rows[0][0]) if rows else 0


def _cursor(asked: CustomerQuery, place: _Place) -> str:
    return encode(_bound_to(asked), [place.part, place.key, place.id, place.count])


def _read_cursor(asked: CustomerQuery) -> _Place | None:
    if not asked.after:
        return None
    if len(asked.after) > _LONGEST:
        raise BadCursor(asked.after)
    try:
        keys = decode(_bound_to(asked), asked.after)
    except RecursionError as error:
        raise BadCursor(asked.after) from error
    kinds = (int, str if asked.sort == "customer" else int, int, int)
    if len(keys) != 4 or not all(_is_key(key, kind) for key, kind in zip(keys, kinds, strict=True)):
        raise BadCursor(asked.after)
    part, key, id_, count = keys
    if not 0 <= int(part) < len(_PARTS[asked.sort]):
        raise BadCursor(asked.after)
    return _Place(int(part), key, int(id_), int(count))


def _is_key(key: str | int, kind: type) -> bool:
    if isinstance(key, str):
        return kind is str and "\x00" not in key and key == clean_value(key)
    return kind is int and not isinstance(key, bool) and -_MOST <= key <= _MOST


def _bound_to(asked: CustomerQuery) -> str:
    return f"customers&{asked.company_id}&{urlencode([('q', asked.q), ('sort', asked.sort)])}"
