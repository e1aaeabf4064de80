"""A filter in words, for the head of a print. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textmeter.carriers.seen import Direction
from textmeter.pages.dates import span_of_days
from textmeter.pages.formats import either
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.reader import half_of_day
from textmeter.reports.filter import NO_ANSWER_YET, Filter
from textmeter.reports.rows import TrackerRow

RANGE_NAMES = {
    "today": gettext_lazy("Today"),
    "yesterday": gettext_lazy("Yesterday"),
    "last_7_days": gettext_lazy("Last 7 days"),
    "last_30_days": gettext_lazy("Last 30 days"),
    "this_month": gettext_lazy("This month"),
    "last_month": gettext_lazy("Last month"),
    "this_year": gettext_lazy("This year"),
    "last_year": gettext_lazy("Last year"),
    "all_time": gettext_lazy("All time"),
    "custom": gettext_lazy("Custom dates"),
}
_DIRECTIONS = {Direction.INBOUND: gettext_lazy("inbound"), Direction.OUTBOUND: gettext_lazy("outbound")}


def hours_in_words(hour: int) -> str:
    """`9:00 AM – 10:00 AM`: the hour that begins then."""
    return f"{_clock(hour)} – {_clock((hour + 1) % 24)}"


def in_words(
    flt: Filter, trackers: Mapping[int, TrackerRow], of_hour: Callable[[int], str] = hours_in_words
) -> str:
    """`Last 30 days (Feb 3 – Mar 4, 2026) · Google Ads or Main line · inbound · search “refund”`."""
    parts = [_range(flt)]
    if flt.hour is not None:
        parts.append(of_hour(flt.hour))
    if flt.numbers:
        parts.append(either(trackers[each].name for each in flt.numbers if each in trackers))
    if flt.direction:
        parts.append(str(_DIRECTIONS[flt.direction]))
    if flt.answer == NO_ANSWER_YET:
        parts.append(_("not answered yet"))
    if flt.q:
        parts.append(_("search “%(words)s”") % {"words": flt.q})
    return " · ".join(parts)


def _range(flt: Filter) -> str:
    days = span_of_days(flt.start, flt.end)
    if flt.range == "custom":
        return days
    return _("%(range)s (%(days)s)") % {"range": RANGE_NAMES[flt.range], "days": days}


def _clock(hour: int) -> str:
    return half_of_day(f"{hour % 12 or 12}:00", hour)
