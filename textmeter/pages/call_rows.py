"""The list of calls, its graph and its figures as the page says them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from textmeter.carriers.seen import Direction
from textmeter.lib.phone import national
from textmeter.pages import charts, formats
from textmeter.pages.figure_cards import Card, count_card
from textmeter.pages.log_rows import Badge
from textmeter.pages.stream import outcome_words, recording_words
from textmeter.pages.volume_chart import PER, bar_label, ticks
from textmeter.reports.call_figures import CallBar, CallReport
from textmeter.reports.calls import CallLine
from textmeter.reports.wording import span_of_days

SORT_NAMES = {"-latest": "Latest first", "latest": "Oldest first"}
MISSED_RULE = (
    "Calls from customers that nobody took: the call ended before the destination answered. Those with a "
    "voicemail are among them."
)
LENGTH_RULE = "Half of the answered calls were this long or shorter, counted from when the call was taken."


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    line: CallLine
    name: str  # the customer's, the number in national form, or that it was withheld
    sub: str  # number, city and state
    icon: str
    look: str  # missed, or empty
    words: str  # what became of the call
    recording: str
    when: str
    when_iso: str
    length: str  # of an answered call; empty where it isn't known
    badges: tuple[Badge, ...]


def rows(lines: Iterable[CallLine], zone: ZoneInfo, today: date) -> Iterator[Row]:
    return (_row(each, zone, today) for each in lines)


def _row(line: CallLine, zone: ZoneInfo, today: date) -> Row:
    call = line.call
    icon, look, title, words = outcome_words(call)
    number = national(line.customer_number) if line.customer_number else ""
    place = formats.city_and_state(line.city, line.state)
    is_answered = call.outcome == "answered"
    known = "No name yet" if number else "The caller withheld the number"
    return Row(
        key=str(call.id),
        line=line,
        name=line.customer_name or number or "Number withheld",
        sub=" · ".join(filter(None, (number if line.customer_name else known, place))),
        icon=icon,
        look=look,
        words=f"{title} · {'Answered' if is_answered else words}",
        recording=recording_words(call),
        when=formats.latest(call.started_at, zone, today),
        when_iso=formats.iso(call.started_at, zone),
        length=formats.duration(call.seconds * 1000) if is_answered and call.seconds is not None else "",
        badges=tuple(_badges(line)),
    )


def _badges(line: CallLine) -> Iterator[Badge]:
    """What came of a missed call, the sooner of the two."""
    at, text_at, call_at = line.call.started_at, line.answered_by_text_at, line.called_back_at
    if text_at is not None and (call_at is None or text_at <= call_at):
        yield Badge(f"Answered by text after {formats.duration(text_at - at)}", "reply", "good")
    elif call_at is not None:
        yield Badge(f"Spoken with after {formats.duration(call_at - at)}", "phone", "good")
    elif line.call.direction == Direction.INBOUND and line.call.outcome in ("missed", "voicemail"):
        yield Badge("Nothing since" if line.customer_number else "Can’t be answered", "clock", "warn")


def chart(report: CallReport, href: Callable[[CallBar], str], *, missed: bool) -> charts.Chart:
    """Answered below, the others above; of missed calls those with a voicemail above. `href` says where a bar
    leads."""
    columns = [
        charts.Column(bar_label(bar, report.interval), *_parts(bar, missed), bar.previous, href(bar))
        for bar in report.bars
    ]
    return charts.draw(columns, ticks(report.bars, report.interval), *_NAMES[missed])


_NAMES = {False: ("Answered", "Not answered"), True: ("Without a voicemail", "With a voicemail")}


def _parts(bar: CallBar, missed: bool) -> tuple[int, int]:
    return (bar.others, bar.voicemails) if missed else (bar.answered, bar.others + bar.voicemails)


def summary(report: CallReport, *, missed: bool) -> str:
    """The graph in one sentence, for those who don't see it."""
    span = span_of_days(report.bars[0].start, report.bars[-1].end)
    below, above = (sum(counts) for counts in zip(*(_parts(bar, missed) for bar in report.bars), strict=True))
    parts = [
        f"{formats.number(count)} {name.lower()}"
        for count, name in zip((below, above), _NAMES[missed], strict=True)
    ]
    what = "Missed calls" if missed else "Calls"
    return f"{what} per {PER[report.interval]}, {span}: {' and '.join(parts)}"


def cards(report: CallReport, *, missed: bool) -> tuple[Card, ...]:
    def count(key: str, label: str, rule: str = "") -> Card:
        before = getattr(report.previous, key) if report.previous else None
        return count_card(key, label, getattr(report.now, key), before, rule)

    of_missed = count("missed", "Missed", MISSED_RULE), count("voicemails", "With a voicemail")
    if missed:
        return of_missed
    return (
        count("calls", "Calls"),
        count("answered", "Answered"),
        *of_missed,
        _median_length(report),
    )


def _median_length(report: CallReport) -> Card:
    now, before = report.now.median_seconds, report.previous.median_seconds if report.previous else None
    return Card(
        "median_length",
        "Median length",
        "Median length",
        "" if now is None else formats.duration(now * 1000),
        was="" if before is None else f"from {formats.duration(before * 1000)}",
        rule=LENGTH_RULE,
    )
