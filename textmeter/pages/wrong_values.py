"""Values of an address that can't be taken, told with the labels that stand on the pages. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from textmeter.pages.formats import short_day
from textmeter.reports.filter import Filter, Query, WrongValue
from textmeter.reports.wording import RANGE_NAMES

_LABELS = {
    "range": "Date range",
    "start": "From",
    "end": "To",
    "hour": "Hour of the day",
    "numbers": "Numbers",
    "direction": "Direction",
    "q": "Search",
    "interval": "Interval of the graph",
    "compare": "Compare with",
    "sort": "Sort",
    "after": "Page of the log",
    "day": "Day",
    "frequency": "Days counted in the graph",
    "show": "Show",
}


@dataclass(frozen=True, slots=True)
class Said:
    """With a `sentence` that says it all, else from its parts."""

    label: str
    value: str
    allowed: str
    sentence: str = ""


def said(wrong: Iterable[WrongValue], query: Query, flt: Filter | None) -> list[Said]:
    """`flt` None: of a page without days."""
    return [
        Said(
            _LABELS.get(each.parameter, each.parameter), each.value, each.allowed, _sentence(each, query, flt)
        )
        for each in wrong
    ]


def typed_days(wrong: Iterable[WrongValue], query: Query) -> tuple[str, str]:
    """From and To as they were typed, where one of them was wrong; else empty."""
    if not any(each.parameter in ("start", "end") for each in wrong):
        return "", ""
    start, end = (_day(query.get(name)) for name in ("start", "end"))
    return start.isoformat() if start else "", end.isoformat() if end else ""


def _sentence(wrong: WrongValue, query: Query, flt: Filter | None) -> str:
    """For dates in the wrong order, which are no mistake of typing."""
    if flt is None:
        return ""
    start, end = _day(query.get("start")), _day(query.get("end"))
    last = end or flt.today
    if wrong.parameter != "start" or start is None or start <= last:
        return ""
    with_years = start.year != last.year
    until = f"To ({_named(last, with_years)})" if end else f"today ({_named(last, with_years)})"
    return f"From ({_named(start, with_years)}) is after {until}. {RANGE_NAMES[flt.range]} is shown."


def _named(day: date, with_year: bool) -> str:
    return f"{short_day(day)}, {day.year}" if with_year else short_day(day)


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat((given or "").strip())
    except ValueError:
        return None
