"""What the filter form offers, and the chips that say what is on. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from textmeter.carriers.seen import Direction
from textmeter.lib.phone import national
from textmeter.pages import formats
from textmeter.pages.dates import span_of_days
from textmeter.pages.filter_words import RANGE_NAMES
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.number_search import LONGEST_QUERY, NUMBERS_WITHOUT_SEARCH, finds
from textmeter.reports.addresses import DEFAULT_RANGE, as_query
from textmeter.reports.filter import INTERVALS, NO_ANSWER_YET, RANGES, Filter
from textmeter.reports.periods import MOST_BARS, count_of_bars
from textmeter.reports.rows import TrackerRow

DIRECTION_NAMES = {
    "": gettext_lazy("All"),
    "inbound": gettext_lazy("Inbound"),
    "outbound": gettext_lazy("Outbound"),
}
ANSWER_NAMES = {"": gettext_lazy("All"), NO_ANSWER_YET: gettext_lazy("Not answered yet")}
INTERVAL_NAMES = {
    "hour": gettext_lazy("By hour"),
    "day": gettext_lazy("By day"),
    "week": gettext_lazy("By week"),
    "month": gettext_lazy("By month"),
}
_AUTO_NAMES = {
    "hour": gettext_lazy("Auto (hour)"),
    "day": gettext_lazy("Auto (day)"),
    "week": gettext_lazy("Auto (week)"),
    "month": gettext_lazy("Auto (month)"),
}


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    is_chosen: bool
    note: str = ""
    is_possible: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """A filter one click away: a preset of the range, or the page without something that is on."""

    label: str
    href: str  # the page's query with its question mark; empty: none
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    ranges: tuple[Link, ...]  # links, so that a preset never meets dates that stand in the form
    numbers: tuple[Option, ...]
    directions: tuple[Option, ...]
    answers: tuple[Option, ...]  # to missed calls
    intervals: tuple[Option, ...]
    hours: tuple[Option, ...]  # only when the range is a single day
    range_name: str
    kept_range: str  # the preset that the form carries on; empty: the default, or dates
    days: str
    numbers_name: str
    has_number_search: bool
    find: str  # what the numbers are searched by; the list then opens by itself
    chips: tuple[Link, ...]


def choices(flt: Filter, trackers: Mapping[int, TrackerRow], find: str = "") -> Choices:
    """`trackers` are the company's, by id, in the order in which they are listed. `find`: the list holds what
    it finds, and what is chosen already."""
    find = " ".join(find.split())[:LONGEST_QUERY]
    return Choices(
        ranges=tuple(_ranges(flt)),
        numbers=tuple(
            Option(str(each.id), each.name, each.id in flt.numbers, national(each.number))
            for each in trackers.values()
            if each.id in flt.numbers or finds(find, each)
        ),
        directions=tuple(
            Option(value, str(name), value == (flt.direction or ""))
            for value, name in DIRECTION_NAMES.items()
        ),
        answers=tuple(Option(value, str(name), value == flt.answer) for value, name in ANSWER_NAMES.items()),
        intervals=tuple(_intervals(flt)),
        hours=tuple(_hours(flt)) if flt.start == flt.end else (),
        range_name=str(RANGE_NAMES[flt.range]),
        kept_range="" if flt.range in (DEFAULT_RANGE, "custom") else flt.range,
        days=span_of_days(flt.start, flt.end),
        numbers_name=_numbers_name(len(flt.numbers), len(trackers)),
        has_number_search=len(trackers) > NUMBERS_WITHOUT_SEARCH,
        find=find,
        chips=tuple(_chips(flt, trackers)),
    )


def _numbers_name(chosen: int, known: int) -> str:
    if chosen:
        return _("%(chosen)s of %(count)s") % {"chosen": chosen, "count": known}
    return _("All %(count)s") % {"count": known}


def _ranges(flt: Filter) -> Iterator[Link]:
    for name in RANGES:
        if name != "custom":
            yield Link(str(RANGE_NAMES[name]), _query(flt, range=name), name == flt.range)


def _intervals(flt: Filter) -> Iterator[Option]:
    automatic = _("Auto") if flt.interval_chosen else str(_AUTO_NAMES[flt.interval])
    yield Option("", automatic, not flt.interval_chosen)
    for value in INTERVALS:
        fits = count_of_bars(value, flt.start, flt.end) <= MOST_BARS
        chosen = flt.interval_chosen and flt.interval == value
        yield Option(value, str(INTERVAL_NAMES[value]), chosen, is_possible=fits)


def _hours(flt: Filter) -> Iterator[Option]:
    yield Option("", _("Any"), flt.hour is None)
    for hour in range(24):
        yield Option(str(hour), formats.hour_span(hour), flt.hour == hour)


def _chips(flt: Filter, trackers: Mapping[int, TrackerRow]) -> Iterator[Link]:
    if flt.range != DEFAULT_RANGE:
        label = span_of_days(flt.start, flt.end) if flt.range == "custom" else str(RANGE_NAMES[flt.range])
        yield Link(label, _query(flt, range=DEFAULT_RANGE, hour=None, interval_chosen=False))
    if flt.hour is not None:
        yield Link(formats.hour_span(flt.hour), _query(flt, hour=None))
    for number in flt.numbers:
        others = tuple(each for each in flt.numbers if each != number)
        yield Link(trackers[number].name, _query(flt, numbers=others))
    if flt.direction is not None:
        name = _("Inbound only") if flt.direction == Direction.INBOUND else _("Outbound only")
        yield Link(name, _query(flt, direction=None))
    if flt.answer:
        yield Link(str(ANSWER_NAMES[flt.answer]), _query(flt, answer=""))
    if flt.q:
        yield Link(f"“{flt.q}”", _query(flt, q=""))
    if flt.interval_chosen:
        yield Link(str(INTERVAL_NAMES[flt.interval]), _query(flt, interval_chosen=False))
    if flt.compare == "none":
        yield Link(_("Not compared"), _query(flt, compare="previous"))


def _query(flt: Filter, **changes: Any) -> str:
    query = as_query(flt, **changes)
    return f"?{query}" if query else ""
