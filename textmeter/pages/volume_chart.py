"""The volume graph: what its columns are called, which of them carry a label, and where they lead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Protocol

from textmeter.pages import charts, dates, formats
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.reports.rows import Bar, Volume


class Span(Protocol):
    """The days of a bar, both included; its hour where bars are hours."""

    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...
    @property
    def hour(self) -> int | None: ...


_STEPS = {
    "day": (1, 2, 3, 5, 7, 14, 28, 56, 91, 182),
    "week": (1, 2, 4, 8, 13, 26, 52),
    "month": (1, 2, 3, 6, 12, 24, 60, 120),
}
_DAYS_IN_HOURS = (1, 2, 3, 5, 7, 14)  # steps between the midnights of a graph by the hour
_WIDE_LABELS, _NARROW_LABELS, _LABELS_WITH_YEAR = 10, 4, 7
_SUMMARIES = {
    "hour": gettext_lazy("Messages per hour, %(days)s: %(inbound)s inbound and %(outbound)s outbound"),
    "day": gettext_lazy("Messages per day, %(days)s: %(inbound)s inbound and %(outbound)s outbound"),
    "week": gettext_lazy("Messages per week, %(days)s: %(inbound)s inbound and %(outbound)s outbound"),
    "month": gettext_lazy("Messages per month, %(days)s: %(inbound)s inbound and %(outbound)s outbound"),
}


def volume_chart(volume: Volume, href: Callable[[Bar], str]) -> charts.Chart:
    """Inbound below, outbound above; `href` says where a bar leads."""
    columns = [
        charts.Column(bar_label(bar, volume.interval), bar.inbound, bar.outbound, bar.previous, href(bar))
        for bar in volume.bars
    ]
    return charts.draw(
        columns,
        ticks(volume.bars, volume.interval),
        charts.Series(_("Inbound"), _("%(count)s inbound")),
        charts.Series(_("Outbound"), _("%(count)s outbound")),
    )


def legend(*, has_previous: bool) -> dict[str, str | bool]:
    """What the legend says before the graph is drawn."""
    return {"lower_name": _("Inbound"), "upper_name": _("Outbound"), "has_previous": has_previous}


def summary(volume: Volume) -> str:
    """The graph in one sentence, for those who don't see it."""
    if not volume.bars:
        return _("No messages.")
    return _SUMMARIES[volume.interval] % {
        "days": dates.span_of_days(volume.bars[0].start, volume.bars[-1].end),
        "inbound": formats.number(volume.inbound),
        "outbound": formats.number(volume.outbound),
    }


def bar_label(bar: Span, interval: str) -> str:
    """`Wed, Mar 4, 2026`, with `, 9–10 AM`; a week's days; `March 2026`, or its days where it is cut."""
    if bar.hour is not None:
        return _("%(day)s, %(time)s") % {
            "day": dates.full_day(bar.start),
            "time": formats.hour_span(bar.hour),
        }
    if interval == "month" and bar.start.day == 1 and (bar.end + timedelta(days=1)).day == 1:
        return dates.month(bar.start)
    if bar.start == bar.end:
        return dates.full_day(bar.start)
    return dates.span_of_days(bar.start, bar.end)


def ticks(bars: Sequence[Span], interval: str) -> list[charts.Tick]:
    """At most ten labels when wide and about four when narrow, at round places."""
    if not bars:
        return []
    if interval == "hour":
        return _hour_ticks(bars)
    years = bars[0].start.year != bars[-1].start.year
    most = _LABELS_WITH_YEAR if years and interval != "month" else _WIDE_LABELS
    step = charts.tick_step(len(bars), _STEPS[interval], most)
    places = [place for place in range(len(bars)) if _place(bars, place, interval) % step == 0]
    keep = charts.tick_step(len(places), (1, 2, 3, 4, 5), _NARROW_LABELS)
    labels: list[charts.Tick] = []
    year = None if years else bars[0].start.year
    for nth, place in enumerate(places):
        start = bars[place].start
        labels.append(
            charts.Tick(place, _tick_label(bars[place], interval, start.year != year), nth % keep == 0)
        )
        year = start.year
    return labels


def _place(bars: Sequence[Span], place: int, interval: str) -> int:
    """What is divided by the step: months count from January, so that a year begins with a label."""
    start = bars[place].start
    return start.year * 12 + start.month - 1 if interval == "month" else place


def _tick_label(bar: Span, interval: str, with_year: bool) -> str:
    if interval == "month":
        return dates.short_month(bar.start, with_year=with_year)
    return dates.day_of_year(bar.start) if with_year else dates.short_day(bar.start)


def _hour_ticks(bars: Sequence[Span]) -> list[charts.Tick]:
    """One day: every third hour; up to three days: noon and midnight; more: midnights, by their date."""
    day_count = -(-len(bars) // 24)
    if day_count == 1:
        return [
            charts.Tick(place, formats.hour(bar.hour or 0), (bar.hour or 0) % 6 == 0)
            for place, bar in enumerate(bars)
            if (bar.hour or 0) % 3 == 0 or len(bars) < 4
        ]
    if day_count <= 3:
        return [
            charts.Tick(place, formats.hour(12) if bar.hour else dates.short_day(bar.start), not bar.hour)
            for place, bar in enumerate(bars)
            if bar.hour in (0, 12)
        ]
    step = charts.tick_step(day_count, _DAYS_IN_HOURS, _WIDE_LABELS)
    keep = charts.tick_step(-(-day_count // step), (1, 2, 3, 4, 5), _NARROW_LABELS)
    return [
        charts.Tick(place, dates.short_day(bar.start), nth % keep == 0)
        for nth, (place, bar) in enumerate(
            (place, bar) for place, bar in enumerate(bars) if bar.hour == 0 and place // 24 % step == 0
        )
    ]
