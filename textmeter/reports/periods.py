"""Ranges as days, the period before them, and how they are cut into bars. Pure: no clock, no database.

Days are local days of the company's zone, both ends included.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from textmeter.lib.days import as_key

MOST_BARS = 750
# Instants are counted from 1970 in UTC, when it was still 1969 in America.
FIRST_YEAR, LAST_YEAR = 1969, 2099


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one bar: its days, cut to the range, and its hour when bars are hours."""

    start: date
    end: date
    hour: int | None = None


def days_of_range(name: str, today: date) -> tuple[date, date]:
    """First and last day of a preset range; `this_month` and `this_year` end today.

    `all_time` and `custom` have no days of their own: KeyError.
    """
    first_of_month = today.replace(day=1)
    end_of_last_month = first_of_month - timedelta(days=1)
    return {
        "today": (today, today),
        "yesterday": (_days_before(today, 1), _days_before(today, 1)),
        "last_7_days": (_days_before(today, 6), today),
        "last_30_days": (_days_before(today, 29), today),
        "this_month": (first_of_month, today),
        "last_month": (end_of_last_month.replace(day=1), end_of_last_month),
        "this_year": (date(today.year, 1, 1), today),
        "last_year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }[name]


def days_before_range(name: str, start: date, end: date) -> tuple[date, date] | None:
    """The previous period: as many days just before; for this or last month or year the calendar
    unit before, up to the same day (or its last one, where it is shorter); None for all time."""
    if name == "all_time":
        return None
    if name in ("this_month", "last_month"):
        first = (start - timedelta(days=1)).replace(day=1)
        return first, _same_day(first.year, first.month, end.day)
    if name in ("this_year", "last_year"):
        return date(start.year - 1, 1, 1), _same_day(end.year - 1, end.month, end.day)
    length = (end - start).days + 1
    return start - timedelta(days=length), start - timedelta(days=1)


def default_interval(start: date, end: date) -> str:
    """To 2 days hour, to 92 day, to 731 week, else month."""
    length = (end - start).days + 1
    for most, interval in ((2, "hour"), (92, "day"), (731, "week")):
        if length <= most:
            return interval
    return "month"


def count_of_bars(interval: str, start: date, end: date) -> int:
    """How many bars the range has; a day has 24 hours here, whatever the clocks did."""
    length = (end - start).days + 1
    if interval == "hour":
        return length * 24
    if interval == "day":
        return length
    if interval == "week":
        return (_monday(end) - _monday(start)).days // 7 + 1
    return months_between(start, end)


def months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month + 1


def slots(interval: str, start: date, end: date) -> list[Slot]:
    """Every bar's place in order: hours 0-23 of each day, days, weeks from Monday, or months.

    Only messages with absurd dates can stretch all time beyond MOST_BARS months; then a bar holds
    several months, and none is lost.
    """
    if interval == "hour":
        return [Slot(day, day, hour) for day in _days(start, end) for hour in range(24)]
    months = -(-months_between(start, end) // MOST_BARS)
    places, first = [], start
    while first <= end:
        last = min(_end_of(interval, first, months), end)
        places.append(Slot(first, last))
        first = last + timedelta(days=1)
    return places


def bar_finder(bars: Sequence[Slot]) -> Callable[[int, int], int]:
    """The place among `bars` of a local day (YYYYMMDD) and hour (0 unless bars are hours)."""
    starts = [(as_key(bar.start), bar.hour or 0) for bar in bars]
    return lambda day, hour: bisect_right(starts, (day, hour)) - 1


def _end_of(interval: str, day: date, months: int) -> date:
    """The last day of the bar that begins with `day`."""
    if interval == "day":
        return day
    if interval == "week":
        return _monday(day) + timedelta(days=6)
    year, month = divmod(day.year * 12 + day.month - 1 + months - 1, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1]) if year <= date.max.year else date.max


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def _days_before(day: date, count: int) -> date:
    return day - timedelta(days=count)


def _same_day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
