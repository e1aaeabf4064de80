"""Values of an address that can't be taken, told with the labels that stand on the pages. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from textmeter.pages.dates import day_of_year, short_day
from textmeter.pages.filter_words import RANGE_NAMES
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.said import said as in_readers_words
from textmeter.reports.filter import Filter, Query, WrongValue

_LABELS = {
    "range": gettext_lazy("Date range"),
    "start": gettext_lazy("From"),
    "end": gettext_lazy("To"),
    "hour": gettext_lazy("Hour of the day"),
    "numbers": gettext_lazy("Numbers"),
    "direction": gettext_lazy("Direction"),
    "answer": gettext_lazy("Answer"),
    "q": gettext_lazy("Search"),
    "interval": gettext_lazy("Interval of the graph"),
    "compare": gettext_lazy("Compare with"),
    "sort": gettext_lazy("Sort"),
    "after": gettext_lazy("Page of the log"),
    "day": gettext_lazy("Day"),
    "frequency": gettext_lazy("Days counted in the graph"),
    "show": gettext_lazy("Show"),
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
            str(_LABELS.get(each.parameter, each.parameter)),
            each.value,
            in_readers_words(each.allowed),
            _sentence(each, query, flt),
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
    if end:
        words = _("From (%(start)s) is after To (%(end)s). %(range)s is shown.")
    else:
        words = _("From (%(start)s) is after today (%(end)s). %(range)s is shown.")
    return words % {
        "start": _named(start, with_years),
        "end": _named(last, with_years),
        "range": RANGE_NAMES[flt.range],
    }


def _named(day: date, with_year: bool) -> str:
    return day_of_year(day) if with_year else short_day(day)


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat((given or "").strip())
    except ValueError:
        return None
