"""The list of calls, its graph and its figures as the page says them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.translation import ngettext

from textmeter.pages import charts, formats
from textmeter.pages.dates import span_of_days
from textmeter.pages.figure_cards import Card, came_from, count_card
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.log_rows import Badge
from textmeter.pages.stream import outcome_words, recording_words
from textmeter.pages.volume_chart import bar_label, ticks
from textmeter.pages.who import Who, who
from textmeter.reports.call_figures import CallBar, CallReport, Unanswered
from textmeter.reports.calls import CallLine

SORT_NAMES = {"-latest": gettext_lazy("Latest first"), "latest": gettext_lazy("Oldest first")}
MISSED_RULE = gettext_lazy(
    "Calls from customers that nobody took: the call ended before the destination answered. Those with a "
    "voicemail are among them."
)
UNANSWERED_RULE = gettext_lazy(
    "Missed calls whose callers have had neither an answer by text nor an answered call since, on whatever "
    "number. It is as of now. An answer is written by a person and is not canceled, failed or undelivered. "
    "Callers who withheld their number can’t be answered and are left out."
)
LENGTH_RULE = gettext_lazy(
    "Half of the answered calls were this long or shorter, counted from when the call was taken."
)


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    line: CallLine
    who: Who
    icon: str
    look: str  # missed, or empty
    title: str  # which call
    words: str  # what became of it
    recording: str
    when: str
    when_on_paper: str
    when_iso: str
    length: str  # of an answered call; empty where it isn't known
    badges: tuple[Badge, ...]


def rows(lines: Iterable[CallLine], zone: ZoneInfo, today: date) -> Iterator[Row]:
    return (_row(each, zone, today) for each in lines)


def _row(line: CallLine, zone: ZoneInfo, today: date) -> Row:
    call = line.call
    icon, look, title, words = outcome_words(call)
    is_answered = call.outcome == "answered"
    return Row(
        key=str(call.id),
        line=line,
        who=who(line.customer_name, line.customer_number, line.city, line.state),
        icon=icon,
        look=look,
        title=title,
        words=_("Answered") if is_answered else words,
        recording=recording_words(call),
        when=formats.latest(call.started_at, zone, today),
        when_on_paper=formats.dated(call.started_at, zone, today),
        when_iso=formats.iso(call.started_at, zone),
        length=formats.duration(call.seconds * 1000) if is_answered and call.seconds is not None else "",
        badges=tuple(_badges(line)),
    )


def _badges(line: CallLine) -> Iterator[Badge]:
    """What came of a missed call, the sooner of the two."""
    at, text_at, call_at = line.call.started_at, line.answered_by_text_at, line.called_back_at
    if text_at is not None and (call_at is None or text_at <= call_at):
        yield Badge(_after(_("Answered by text after %(duration)s"), text_at - at), "reply", "good")
    elif call_at is not None:
        yield Badge(_after(_("Spoken with after %(duration)s"), call_at - at), "phone", "good")
    elif line.call.is_missed:
        if line.is_answered:
            yield Badge(_("Answered after more than 7 days"), "reply")
        else:
            words = _("Nothing since") if line.customer_number else _("Can’t be answered")
            yield Badge(words, "clock", "warn")


def _after(words: str, ms: int) -> str:
    return words % {"duration": formats.duration(ms)}


def chart(report: CallReport, href: Callable[[CallBar], str], *, missed: bool) -> charts.Chart:
    """Answered below, those that ended otherwise above; of missed calls those with a voicemail above. `href`
    says where a bar leads."""
    columns = [
        charts.Column(bar_label(bar, report.interval), *_parts(bar, missed), bar.previous, href(bar))
        for bar in report.bars
    ]
    return charts.draw(columns, ticks(report.bars, report.interval), *_series(missed=missed))


def _series(*, missed: bool) -> tuple[charts.Series, charts.Series]:
    """Below, above."""
    if missed:
        return (
            charts.Series(_("Without a voicemail"), _("%(count)s without a voicemail")),
            charts.Series(_("With a voicemail"), _("%(count)s with a voicemail")),
        )
    return (
        charts.Series(_("Answered"), _("%(count)s answered")),
        charts.Series(_("Not answered"), _("%(count)s not answered")),
    )


def _parts(bar: CallBar, missed: bool) -> tuple[int, int]:
    return (bar.others, bar.voicemails) if missed else (bar.answered, bar.others + bar.voicemails)


def summary(report: CallReport, *, missed: bool) -> str:
    """The graph in one sentence, for those who don't see it."""
    span = span_of_days(report.bars[0].start, report.bars[-1].end)
    below, above = (sum(counts) for counts in zip(*(_parts(bar, missed) for bar in report.bars), strict=True))
    return _SUMMARIES[missed, report.interval] % {
        "days": span,
        "below": formats.number(below),
        "above": formats.number(above),
    }


_SUMMARIES = {
    (False, "hour"): gettext_lazy("Calls per hour, %(days)s: %(below)s answered and %(above)s not answered"),
    (False, "day"): gettext_lazy("Calls per day, %(days)s: %(below)s answered and %(above)s not answered"),
    (False, "week"): gettext_lazy("Calls per week, %(days)s: %(below)s answered and %(above)s not answered"),
    (False, "month"): gettext_lazy(
        "Calls per month, %(days)s: %(below)s answered and %(above)s not answered"
    ),
    (True, "hour"): gettext_lazy(
        "Missed calls per hour, %(days)s: %(below)s without a voicemail and %(above)s with a voicemail"
    ),
    (True, "day"): gettext_lazy(
        "Missed calls per day, %(days)s: %(below)s without a voicemail and %(above)s with a voicemail"
    ),
    (True, "week"): gettext_lazy(
        "Missed calls per week, %(days)s: %(below)s without a voicemail and %(above)s with a voicemail"
    ),
    (True, "month"): gettext_lazy(
        "Missed calls per month, %(days)s: %(below)s without a voicemail and %(above)s with a voicemail"
    ),
}


def cards(report: CallReport, unanswered_list: str, *, missed: bool) -> tuple[Card, ...]:
    """`unanswered_list`: where the missed calls stand whose callers got no answer yet; empty where the report
    is of these alone, and so can't say how many were missed."""

    def count(key: str, label: str, rule: str = "") -> Card:
        before = getattr(report.previous, key) if report.previous else None
        return count_card(key, label, getattr(report.now, key), before, rule)

    of_missed = count("missed", _("Missed"), str(MISSED_RULE)), count("voicemails", _("With a voicemail"))
    if report.unanswered is not None:
        unanswered = _unanswered(report.unanswered, unanswered_list)
        return (*of_missed, unanswered) if unanswered_list else (unanswered, of_missed[1])
    return (
        count("calls", _("Calls")),
        count("answered", _("Answered")),
        *of_missed,
        _median_length(report),
    )


def _unanswered(unanswered: Unanswered, href: str) -> Card:
    return Card(
        "unanswered",
        _("Not answered yet"),
        _("No answer yet"),
        formats.number(unanswered.calls),
        was=callers(unanswered),
        rule=str(UNANSWERED_RULE),
        href=href if unanswered.calls else "",
    )


def callers(unanswered: Unanswered) -> str:
    """`3 callers`"""
    words = ngettext("%(count)s caller", "%(count)s callers", unanswered.callers)
    return words % {"count": formats.number(unanswered.callers)}


def _median_length(report: CallReport) -> Card:
    now, before = report.now.median_seconds, report.previous.median_seconds if report.previous else None
    return Card(
        "median_length",
        _("Median length"),
        _("Median length"),
        "" if now is None else formats.duration(now * 1000),
        was="" if before is None else came_from(formats.duration(before * 1000)),
        rule=str(LENGTH_RULE),
    )
