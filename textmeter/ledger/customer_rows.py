"""Customers to and from their table: what was heard of them, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from textmeter.carriers.seen import CallSeen
from textmeter.ledger.clean import clean
from textmeter.ledger.customer_parts import Called, change_parts, put_parts
from textmeter.ledger.readings import TextReading
from textmeter.ledger.registers import Fields, Register, packed, unpacked
from textmeter.ledger.standing import Standing
from textmeter.ledger.statements import fetch_in, marks, run_many
from textmeter.lib.days import local_day_and_hour
from textmeter.lib.folding import fold
from textmeter.lib.ids import new_id
from textmeter.lib.phone import digits

# PostgreSQL's indexes take up to 2,704 bytes a row; folding can make one sign eighteen.
LONGEST_NAME, LONGEST_FOLDED = 500, 600
_HEARD = {"n": "heard_name", "c": "city", "s": "state", "z": "zip", "k": "country"}


@dataclass(slots=True)
class Customer:
    """`nth`: its number within the company (see spots.py). `heard`: registers n name, c city, s state, z zip,
    k country. `last_call_at`: ms, of any call, answered or not.
    `erased_to`: ms; what was said and heard up to then is erased (see erasure.py)."""

    id: int
    number: str
    nth: int
    heard: Fields = field(default_factory=dict)
    standing: Standing = field(default_factory=Standing)
    opted_out_by: int | None = None
    last_call_at: int | None = None
    erased_to: int | None = None
    folded_name: str = ""  # as stored
    texts: int = 0  # numbers given out to its texts
    is_new: bool = True
    has_news: bool = False  # something better was heard
    has_moved: bool = False  # its standing or opt-out is another

    def hear(self, seen: TextReading | CallSeen, *, may_name: bool = True) -> None:
        """Takes what a delivery says of its customer; `may_name`: its name, too."""
        if seen.customer_name and may_name:
            name = clean(seen.customer_name)[:LONGEST_NAME]
            self._take("n", (int(seen.source), seen.arrived_at, name))
        if place := seen.place:
            parts = (("c", place.city), ("s", place.state), ("z", place.zip), ("k", place.country))
            for name, part in parts:
                if part:
                    self._take(name, (int(seen.source), seen.arrived_at, clean(part)))

    def number_text(self) -> int:
        """A number for one more of its texts."""
        self.texts, self.has_moved = self.texts + 1, True
        return self.texts

    def _take(self, name: str, register: Register) -> None:
        known = self.heard.get(name)
        if known is None or register < known:
            self.heard[name] = register
            self.has_news = True


def load_customers(company_id: int, numbers: Iterable[str]) -> dict[str, Customer]:
    """Known customers by number."""
    return {one.number: one for one in _load(company_id, "number", numbers)}


def load_customers_by_id(company_id: int, ids: Iterable[int]) -> dict[int, Customer]:
    return {one.id: one for one in _load(company_id, "id", ids)}


def new_customer(number: str, nth: int) -> Customer:
    return Customer(new_id(), number, nth, has_news=True, has_moved=True)


def write_customers(company_id: int, tz: ZoneInfo, customers: Iterable[Customer]) -> bool:
    """Writes what is new of them; says whether anything was."""
    new, news, moved = [], [], []
    for one in customers:
        if one.is_new:
            new.append(one)
        else:
            if one.has_news:
                news.append(one)
            if one.has_moved:
                moved.append(one)
    _insert(company_id, tz, new)
    _hear(company_id, news)
    run_many(_MOVE, [(*_standing_values(one, tz), company_id, one.id) for one in moved])
    return bool(new or news or moved)


def _insert(company_id: int, tz: ZoneInfo, new: Sequence[Customer]) -> None:
    rows, called = [], []
    for one in new:
        heard, of_number = _heard_values(one, ""), digits(one.number)
        rows.append((*heard, *_standing_values(one, tz), company_id, one.id, one.number, of_number, one.nth))
        called.append(Called(one.id, heard[_FOLDED_NAME] or "", of_number))
    run_many(_INSERT, rows)
    put_parts(company_id, called)


def _hear(company_id: int, news: Sequence[Customer]) -> None:
    given = _given_names(company_id, [one.id for one in news])
    rows, renamed = [], []
    for one in news:
        heard = _heard_values(one, given.get(one.id, ""))
        rows.append((*heard, company_id, one.id))
        folded = heard[_FOLDED_NAME] or ""
        if folded != one.folded_name:
            was = Called(one.id, one.folded_name, digits(one.number))
            renamed.append((was, was._replace(folded_name=folded)))
    run_many(_HEAR, rows)
    change_parts(company_id, renamed)


def mend_customers(company_id: int, tz: ZoneInfo, customers: Mapping[int, Customer]) -> None:
    """Writes those of the known customers whose row isn't what they say."""
    columns = _HEARD_COLUMNS + _STANDING_COLUMNS
    given = _given_names(company_id, list(customers))
    sql = f"SELECT id, {', '.join(columns)} FROM ledger_customer WHERE company_id = %s AND id IN"
    for id, *stored in fetch_in(sql, [company_id], customers):
        one, heard = customers[id], tuple(stored[: len(_HEARD_COLUMNS)])
        one.has_news = heard != _heard_values(one, given.get(id, ""))
        one.has_moved = tuple(stored[len(heard) :]) != _standing_values(one, tz)
    write_customers(company_id, tz, customers.values())


def names(given: str, heard: str, number: str) -> tuple[str, str, str]:
    """(name, folded_name, sort_name): what people wrote, else what was heard; unnamed customers are
    sorted by their digits."""
    name = given or heard
    folded = fold(name)[:LONGEST_FOLDED]
    return name, folded, folded or digits(number) or number


def last_contact(last_text_at: int | None, last_call_at: int | None) -> int:
    """The later of both, in ms; 0 without any. No NULL, which each database sorts elsewhere."""
    return max(last_text_at or 0, last_call_at or 0)


_HEARD_COLUMNS = (*_HEARD.values(), "facts", "name", "folded_name", "sort_name")
_FOLDED_NAME = _HEARD_COLUMNS.index("folded_name")
_STANDING_COLUMNS = (
    "first_text_at",
    "first_text_date",
    "last_text_at",
    "latest_at",
    "latest_inbound",
    "answered_at",
    "unanswered_since",
    "waiting_since",
    "waiting_date",
    "opted_out_by",
    "texts",
    "last_call_at",
    "last_contact_at",
)
_INSERT = (
    f"INSERT INTO ledger_customer ({', '.join(_HEARD_COLUMNS + _STANDING_COLUMNS)},"
    f" company_id, id, number, digits, nth) VALUES ({marks(len(_HEARD_COLUMNS + _STANDING_COLUMNS) + 5)})"
)
_HEAR = f"UPDATE ledger_customer SET {' = %s, '.join(_HEARD_COLUMNS)} = %s WHERE company_id = %s AND id = %s"
# Apart from what was heard: most texts move a customer and tell nothing new, and an update costs
# the indexes of every column it names.
_MOVE = (
    f"UPDATE ledger_customer SET {' = %s, '.join(_STANDING_COLUMNS)} = %s WHERE company_id = %s AND id = %s"
)


def _load(company_id: int, column: str, keys: Iterable[Any]) -> Iterable[Customer]:
    rows = fetch_in(
        "SELECT id, number, facts, heard_name, city, state, zip, country, opted_out_by, first_text_at,"
        " last_text_at, latest_at, latest_inbound, answered_at, unanswered_since, folded_name,"
        " nth, texts, last_call_at, erased_to"
        f" FROM ledger_customer WHERE company_id = %s AND {column} IN",
        [company_id],
        keys,
    )
    return map(_customer, rows)


def _customer(row: Sequence[Any]) -> Customer:
    id, number, facts = row[:3]
    heard = (
        unpacked(facts, dict(zip(_HEARD, (part or None for part in row[3:8]), strict=True))) if facts else {}
    )
    standing, opted_out_by, last_call_at, erased_to = Standing(*row[9:15]), row[8], row[18], row[19]
    return Customer(
        *(id, number, row[16], heard, standing, opted_out_by, last_call_at, erased_to, row[15], row[17]),
        is_new=False,
    )


def _heard_values(one: Customer, given: str) -> tuple[str | None, ...]:
    values = {name: one.heard[name][2] if name in one.heard else "" for name in _HEARD}
    return (*values.values(), packed(one.heard), *names(given, values["n"], one.number))


def _standing_values(one: Customer, tz: ZoneInfo) -> tuple[int | None, ...]:
    standing, waiting = one.standing, one.standing.waiting_since
    return (
        standing.first_text_at,
        _day(standing.first_text_at, tz),
        standing.last_text_at,
        standing.latest_at,
        standing.latest_inbound,
        standing.answered_at,
        standing.unanswered_since,
        waiting,
        _day(standing.last_text_at, tz) if waiting is not None else None,
        one.opted_out_by,
        one.texts,
        one.last_call_at,
        last_contact(standing.last_text_at, one.last_call_at),
    )


def _day(at: int | None, tz: ZoneInfo) -> int | None:
    return None if at is None else local_day_and_hour(at, tz)[0]


def _given_names(company_id: int, ids: Sequence[int]) -> dict[int, str]:
    sql = "SELECT customer_id, name FROM ledger_customer_words WHERE company_id = %s AND customer_id IN"
    return dict(fetch_in(sql, [company_id], ids))
