"""A filter in words, for the head of a print. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from textmeter.reports.filter import Filter
from textmeter.reports.rows import TrackerRow

RANGE_NAMES = {
    "today": "Today",
    "yesterday": "Yesterday",
    "last_7_days": "Last 7 days",
    "last_30_days": "Last 30 days",
    "this_month": "This month",
    "last_month": "Last month",
    "this_year": "This year",
    "last_year": "Last year",
    "all_time": "All time",
    "custom": "Custom dates",
}


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
        parts.append(" or ".join(trackers[each].name for each in flt.numbers if each in trackers))
    if flt.direction:
        parts.append(flt.direction.value)
    if flt.q:
        parts.append(f"search “{flt.q}”")
    return " · ".join(parts)


def _range(flt: Filter) -> str:
    days = span_of_days(flt.start, flt.end)
    return days if flt.range == "custom" else f"{RANGE_NAMES[flt.range]} ({days})"


def span_of_days(first: date, last: date) -> str:
    """`Mar 4, 2026`, `Feb 3 – Mar 4, 2026`, `Dec 30, 2025 – Jan 2, 2026`."""
    end = f"{last:%b} {last.day}, {last.year}"
    if first == last:
        return end
    start = f"{first:%b} {first.day}" + ("" if first.year == last.year else f", {first.year}")
    return f"{start} – {end}"


def _clock(hour: int) -> str:
    return f"{hour % 12 or 12}:00 {'AM' if hour < 12 else 'PM'}"
