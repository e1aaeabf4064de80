"""A page's or file's query string as the one Filter, and back.

Nothing in a query raises: each value that can't be taken is answered as a WrongValue, and the default
stands in for it. Blank parameters count as absent; parameters with other names are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from textmeter.accounts.models import Company
from textmeter.carriers.seen import Direction
from textmeter.lib.days import from_key, local
from textmeter.lib.sentences import Sentence
from textmeter.reports.addresses import DEFAULT_RANGE, as_query
from textmeter.reports.cursors import BadCursor, read_cursor
from textmeter.reports.filter import INTERVALS, RANGES, SORTS, Filter, Query, WrongValue
from textmeter.reports.periods import (
    FIRST_YEAR,
    LAST_YEAR,
    MOST_BARS,
    count_of_bars,
    days_of_range,
    default_interval,
    months_between,
)
from textmeter.reports.reading import clean_value, shown_value
from textmeter.reports.search import LONGEST_QUERY
from textmeter.reports.statements import Sql, fetch_one
from textmeter.reports.trackers import trackers

__all__ = ["CONVERSATIONS", "Listing", "as_query", "first_and_last", "read_filter"]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOUR = re.compile(r"[0-9]{1,2}")
_ID = re.compile(r"[0-9]{1,19}")
A_DAY = Sentence(
    "a day such as 2026-03-04, from %(first)s to %(last)s", first=str(FIRST_YEAR), last=str(LAST_YEAR)
)


@dataclass(slots=True)
class _Reading:
    """A query being read; `days` are the company's first and last, `wrong` gathers what can't be taken."""

    query: Query
    days: Callable[[], tuple[date, date] | None]
    wrong: list[WrongValue] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The parameter, cleaned of what no text holds; empty when absent or blank."""
        return clean_value(self.query.get(name))

    def reject(self, name: str, value: str, allowed: str) -> None:
        self.wrong.append(WrongValue(name, shown_value(value), allowed))

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name)
        if not value or value in allowed:
            return value or default
        self.reject(name, value, ", ".join(allowed))
        return default


def first_and_last(company_id: int) -> tuple[date, date] | None:
    """The first and the last local day on which the company has a message; None when it has none."""
    day = """SELECT local_date FROM ledger_volume_hour
        WHERE company_id = %s AND inbound + outbound > 0 ORDER BY local_date {} LIMIT 1"""
    sql = Sql(f"SELECT ({day.format('ASC')}), ({day.format('DESC')})", (company_id, company_id))
    first, last = fetch_one(sql)
    return (from_key(first), from_key(last)) if first else None


@dataclass(frozen=True, slots=True)
class Listing:
    """What the filter is asked for. `days`: a company's first and last day, None without any; `check_after`
    raises BadCursor where the filter's `after` is no cursor of the list; `answers`: what `answer` may be,
    where the list knows that parameter."""

    sorts: tuple[str, ...]
    days: Callable[[int], tuple[date, date] | None]
    check_after: Callable[[Filter], object]
    answers: tuple[str, ...] = ()


CONVERSATIONS = Listing(SORTS, first_and_last, read_cursor)


def read_filter(
    query: Query,
    company: Company,
    now: int,
    default_range: str = DEFAULT_RANGE,
    listing: Listing = CONVERSATIONS,
) -> tuple[Filter, list[WrongValue]]:
    """The filter that the query asks for, and what of it can't be taken. `now` in ms; days are those
    of the company's zone. Reads the company's trackers and days only where the query needs them."""
    reading = _Reading(query, lambda: listing.days(company.id))
    today = local(now, company.zone).date()
    name, start, end = _range(reading, today, default_range)
    chosen = _interval(reading, start, end)
    flt = Filter(
        company_id=company.id,
        zone=company.zone,
        today=today,
        range=name,
        start=start,
        end=end,
        hour=_hour(reading, start, end),
        numbers=_numbers(reading, company.id),
        direction=_direction(reading),
        q=_search(reading),
        answer=reading.one_of("answer", listing.answers, "") if listing.answers else "",
        interval=chosen or default_interval(start, end),
        interval_chosen=chosen is not None,
        compare=reading.one_of("compare", ("previous", "none"), "previous"),
        sort=reading.one_of("sort", listing.sorts, "-latest"),
    )
    return replace(flt, after=_after(reading, flt, listing)), reading.wrong


def _range(reading: _Reading, today: date, default: str) -> tuple[str, date, date]:
    """The range's name and days. `start` or `end` make it custom, whatever `range` says."""
    named = reading.one_of("range", RANGES, default)
    if reading.text("start") or reading.text("end"):
        days = _custom_days(reading, today)
        if days:
            return ("custom", *days)
    elif reading.text("range") == "custom":
        reading.reject("range", "custom", Sentence("custom together with start or end"))
    name = default if named == "custom" else named
    if name == "all_time":
        return (name, *(reading.days() or (today, today)))
    return (name, *days_of_range(name, today))


def _custom_days(reading: _Reading, today: date) -> tuple[date, date] | None:
    """A missing end is today; a missing start the company's first day with a message."""
    start, end = _day(reading, "start"), _day(reading, "end")
    count_before = len(reading.wrong)
    if (reading.text("start") and start is None) or (reading.text("end") and end is None):
        return None
    last = end or today
    first = start or _first_day(reading, last)
    if first > last:
        up_to = Sentence("a day up to %(day)s, the end", day=last.isoformat())
        if not end:
            up_to = Sentence("a day up to %(day)s, today, as no end is given", day=last.isoformat())
        reading.reject("start", reading.text("start"), up_to)
    elif months_between(first, last) > MOST_BARS:
        allowed = Sentence("a day at most %(most)s months before the end", most=MOST_BARS)
        reading.reject("start", first.isoformat(), allowed)
    return (first, last) if len(reading.wrong) == count_before else None


def _first_day(reading: _Reading, last: date) -> date:
    days = reading.days()
    return min(days[0], last) if days else last


def _day(reading: _Reading, name: str) -> date | None:
    value = reading.text(name)
    if not value:
        return None
    try:
        day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        reading.reject(name, value, A_DAY)
        return None
    return day


def _interval(reading: _Reading, start: date, end: date) -> str | None:
    """The chosen interval, None when none was; one that makes too many bars is a wrong value."""
    value = reading.one_of("interval", INTERVALS, "")
    if value and count_of_bars(value, start, end) > MOST_BARS:
        fit = [each for each in INTERVALS if count_of_bars(each, start, end) <= MOST_BARS]
        allowed = Sentence(
            "%(intervals)s for this range: a graph has at most %(most)s bars",
            intervals=", ".join(fit),
            most=MOST_BARS,
        )
        reading.reject("interval", value, allowed)
        return None
    return value or None


def _hour(reading: _Reading, start: date, end: date) -> int | None:
    value = reading.text("hour")
    if not value:
        return None
    if not _HOUR.fullmatch(value) or int(value) > 23:
        reading.reject("hour", value, Sentence("0 to 23, of a range of one day"))
    elif start != end:
        reading.reject("hour", value, Sentence("an hour only together with a range of one day"))
    else:
        return int(value)
    return None


def _numbers(reading: _Reading, company_id: int) -> tuple[int, ...]:
    """Trackers of the company; one of another company is as wrong as nonsense."""
    given = [value for value in map(clean_value, reading.query.getlist("numbers")) if value]
    if not given:
        return ()
    known, chosen = trackers(company_id), set()
    for value in dict.fromkeys(given):
        if _ID.fullmatch(value) and int(value) in known:
            chosen.add(int(value))
        else:
            reading.reject("numbers", value, Sentence("ids of this company’s tracking numbers"))
    return tuple(sorted(chosen))


def _direction(reading: _Reading) -> Direction | None:
    value = reading.one_of("direction", tuple(Direction), "")
    return Direction(value) if value else None


def _search(reading: _Reading) -> str:
    value = reading.text("q")
    if len(value) <= LONGEST_QUERY:
        return value
    reading.reject("q", value, Sentence("at most %(most)s characters", most=LONGEST_QUERY))
    return ""


def _after(reading: _Reading, flt: Filter, listing: Listing) -> str:
    value = reading.text("after")
    if not value:
        return ""
    try:
        listing.check_after(replace(flt, after=value))
    except BadCursor:
        allowed = Sentence("the cursor of a page of this very list; without it the first page")
        reading.reject("after", value, allowed)
        return ""
    return value
