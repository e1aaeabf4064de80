"""The keys of a part of the log, whatever leads to them soonest.

A search for a common word finds a page's conversations among the first ones of the list without the search,
so those are looked at first, one after the other. What they don't fill comes from the search index, some days
at a time: further back the more days, as long as they hold few of the search's texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from textmeter.lib.days import begins_before_the_last_has_ended, from_key, local_day_and_hour
from textmeter.reports.cursors import Place
from textmeter.reports.filter import Filter
from textmeter.reports.log_order import Asked, Key, by_matched, key_of, keys_in_order
from textmeter.reports.search import (
    Customers,
    Search,
    customers_among,
    customers_found,
    read_search,
    texts_found,
)
from textmeter.reports.selection import count_up_to, matched_by_messages
from textmeter.reports.statements import Sql, fetch
from textmeter.reports.texts_of import texts_of

# What a list of keys costs in one statement rises with its square.
_AT_ONCE = 50
TEXTS_LOOKED_AT = 1000
FIRST_DAYS, LEAST_DAYS = 28, 7
FEW_TEXTS = 3000


def log_keys(flt: Filter, asked: Asked) -> list[Key]:
    """Like Key, in the filter's sort."""
    if not (flt.q and flt.sort.endswith("latest") and asked.limit and flt.hour is None):
        return [key_of(row) for row in fetch(keys_in_order(flt, asked))]
    search = read_search(flt.q)
    if not search.folded:
        return []
    looked = _look(flt, search, asked, asked.limit)
    missing = asked.limit - len(looked.keys)
    if looked.is_end or missing <= 0:
        return looked.keys[: asked.limit]
    return looked.keys + _from_index(flt, search, replace(asked, after=looked.place, limit=missing))


@dataclass(frozen=True, slots=True)
class _Looked:
    keys: list[Key]
    place: Place | None  # the last one looked at
    is_end: bool


def _look(flt: Filter, search: Search, asked: Asked, limit: int) -> _Looked:
    """Looks through the list without the search until there are enough, or as many texts were read."""
    unsearched = replace(flt, q="", after="")
    keys: list[Key] = []
    place, texts = asked.after, 0
    while len(keys) < limit and texts < TEXTS_LOOKED_AT:
        part = replace(asked, after=place, limit=_AT_ONCE)
        some = [key_of(row) for row in fetch(keys_in_order(unsearched, part))]
        keys += _found_among(flt, search, some)
        if len(some) < _AT_ONCE:
            return _Looked(keys, place, is_end=True)
        texts += sum(key.matching for key in some)
        place = Place(0, some[-1].last_at, some[-1].customer_id, 0)
    return _Looked(keys, place, is_end=False)


def _found_among(flt: Filter, search: Search, keys: Sequence[Key]) -> Iterator[Key]:
    """Those of the keys that the search finds; all of a customer's messages where it finds the customer."""
    if not keys:
        return
    known = customers_among(flt.company_id, search, {key.customer_id for key in keys})
    others = [key for key in keys if key.customer_id not in known]
    counts = _texts_among(flt, search, others) if others else {}
    for key in keys:
        if key.customer_id in known:
            yield key
        elif matching := counts.get((key.customer_id, key.local_date)):
            yield key._replace(matching=matching)


def _texts_among(flt: Filter, search: Search, keys: Sequence[Key]) -> dict[tuple[int, int], int]:
    """How many selected texts of each conversation the search finds by their words."""
    counts: dict[tuple[int, int], int] = {}
    for customer_id, day, _, _, body, _ in texts_of(flt, [key[2:4] for key in keys]):
        if search.is_in(body):
            counts[customer_id, day] = counts.get((customer_id, day), 0) + 1
    return counts


def _from_index(flt: Filter, search: Search, asked: Asked) -> list[Key]:
    """The next ones, from days with few of the search's texts at a time where there are such."""
    customers = customers_found(flt.company_id, search)
    keys: list[Key] = []
    limit, falls = asked.limit or 0, flt.sort.startswith("-") != asked.backwards
    day, length = _day_of(flt, asked, falls), FIRST_DAYS
    while len(keys) < limit and flt.start <= day <= flt.end:
        days = _days(flt, day, length, falls)
        texts = _count(days, search, customers) if length > LEAST_DAYS else FEW_TEXTS
        if texts > FEW_TEXTS:
            length = max(LEAST_DAYS, length // 4)
            continue
        if texts:
            part = replace(asked, limit=limit - len(keys))
            sql = by_matched(days, part, matched_by_messages(days, customers))
            keys += [key_of(row) for row in fetch(sql.then(Sql("LIMIT %s", (part.limit,))))]
        day = days.start - timedelta(1) if falls else days.end + timedelta(1)
        length *= 2
    return keys


def _day_of(flt: Filter, asked: Asked, falls: bool) -> date:
    """The first day to look at."""
    if asked.after is None:
        return flt.end if falls else flt.start
    day = from_key(local_day_and_hour(asked.after.last_at, flt.zone)[0])
    if falls:
        return min(_last_beside(day, flt), flt.end)
    return max(_first_beside(day, flt), flt.start)


def _days(flt: Filter, day: date, length: int, falls: bool) -> Filter:
    """The filter of so many days before or after `day`, itself included; more where the clocks mixed two."""
    if falls:
        return replace(flt, start=max(flt.start, _first_beside(day - timedelta(length - 1), flt)), end=day)
    return replace(flt, start=day, end=min(flt.end, _last_beside(day + timedelta(length - 1), flt)))


def _first_beside(day: date, flt: Filter) -> date:
    """The day, or the one before it where that one's last moments came after its first."""
    return day - timedelta(1) if begins_before_the_last_has_ended(day, flt.zone) else day


def _last_beside(day: date, flt: Filter) -> date:
    """The day, or the one after it where that one's first moments came before its last."""
    return day + timedelta(1) if begins_before_the_last_has_ended(day + timedelta(1), flt.zone) else day


def _count(flt: Filter, search: Search, customers: Customers) -> int:
    """How many texts the search may find, counted until there are more than FEW_TEXTS: for each customer
    whom it finds one at least."""
    of_customers = FEW_TEXTS + 1 if customers.ids is None else len(customers.ids)
    if of_customers > FEW_TEXTS:
        return of_customers
    return of_customers + count_up_to(texts_found(flt, search), FEW_TEXTS + 1 - of_customers)
