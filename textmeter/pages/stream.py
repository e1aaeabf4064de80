"""The timeline's stream as it is drawn: days, bubbles, calls and notes, with every word chosen. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from zoneinfo import ZoneInfo

from textmeter.carriers import twilio_errors
from textmeter.carriers.seen import Direction, LegStatus, Status
from textmeter.lib.phone import national
from textmeter.pages.dates import long_day
from textmeter.pages.formats import clock, duration, iso, media_label, texts_and_calls
from textmeter.pages.hits import Part, marked
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.said import said
from textmeter.reports.rows import (
    CallRow,
    CustomerCard,
    MessageRow,
    OptOutLine,
    TimelineDay,
    TimelinePage,
    TrackerRow,
)
from textmeter.reports.search import Search

# (icon, words, look) of an outbound text. Inbound texts are simply there.
_TICKS = {
    Status.ACCEPTED: ("clock", gettext_lazy("Waiting to be sent"), ""),
    Status.SCHEDULED: ("clock", gettext_lazy("Scheduled"), ""),
    Status.QUEUED: ("clock", gettext_lazy("Waiting to be sent"), ""),
    Status.SENDING: ("clock", gettext_lazy("Sending"), ""),
    Status.SENT: ("check-one", gettext_lazy("Sent"), ""),
    Status.PARTIALLY_DELIVERED: ("check-one", gettext_lazy("Partly delivered"), ""),
    Status.CANCELED: ("x", gettext_lazy("Canceled"), "bad"),
    Status.FAILED: ("alert", gettext_lazy("Failed"), "bad"),
    Status.UNDELIVERED: ("alert", gettext_lazy("Not delivered"), "bad"),
    Status.DELIVERED: ("checks", gettext_lazy("Delivered"), ""),
    Status.READ: ("checks", gettext_lazy("Read"), "read"),
}
_NOT_ANSWERED = {
    LegStatus.BUSY: gettext_lazy("Busy"),
    LegStatus.NO_ANSWER: gettext_lazy("Nobody answered"),
    LegStatus.FAILED: gettext_lazy("The call to the destination failed"),
    LegStatus.CANCELED: gettext_lazy("The caller hung up"),
}


@dataclass(frozen=True, slots=True)
class Tick:
    icon: str
    words: str
    look: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """A text. `via` names the tracker where it differs from the day's."""

    id: str
    from_customer: bool
    who: str
    time: str
    at_iso: str
    body: tuple[Part, ...] | None  # None: not received yet
    attachments: tuple[str, ...]
    tick: Tick | None
    reason: str  # why it failed, in words
    via: str
    automatic: bool
    breach: bool
    is_erased: bool = False  # its words were taken
    why_awaited: str = ""  # why the carrier couldn't be asked for the words
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Call:
    id: str
    icon: str
    look: str  # missed, or empty
    title: str
    words: str
    line: str
    recording: str
    time: str
    at_iso: str
    is_unanswered: bool  # missed, and with the customer there was nothing since
    kind: str = "call"


@dataclass(frozen=True, slots=True)
class Note:
    icon: str
    look: str
    words: str
    kind: str = "note"


@dataclass(frozen=True, slots=True)
class Day:
    id: str  # YYYY-MM-DD, the anchor
    heading: str
    tracker: str
    count: str
    entries: tuple[Bubble | Call | Note, ...]


def draw(
    page: TimelinePage,
    card: CustomerCard,
    zone: ZoneInfo,
    company_name: str,
    *,
    troubles: Mapping[str, str] = MappingProxyType({}),
    search: Search | None = None,
) -> tuple[Day, ...]:
    """The page's days, newest first; inside a day oldest first, as the rows stand. `troubles`: by carrier's
    reference, why a text without words couldn't be asked for. `search`: whose words are marked."""
    words = {line.message_id: line for line in card.opt_outs}
    around = _Around(card, zone, company_name, words, troubles, search)
    return tuple(_day(day, around) for day in page.days)


def without_words(page: TimelinePage) -> list[str]:
    """The carrier's references of the texts whose words aren't here yet."""
    texts = (row for day in page.days for row in day.entries if isinstance(row, MessageRow))
    return [row.carrier_ref for row in texts if row.body is None]


def found_in(days: Sequence[Day]) -> list[tuple[Day, Bubble]]:
    """The texts of the days in which the search's words are marked."""
    return [
        (day, entry)
        for day in days
        for entry in day.entries
        if isinstance(entry, Bubble) and any(part.is_hit for part in entry.body or ())
    ]


def name_of(card: CustomerCard) -> str:
    """The customer's name, else the number as people read it."""
    return card.name or national(card.number)


def anchor(day: date) -> str:
    return day.isoformat()


@dataclass(frozen=True, slots=True)
class _Around:
    """What an entry needs to know beyond its own row."""

    card: CustomerCard
    zone: ZoneInfo
    company_name: str
    words: Mapping[int, OptOutLine]
    troubles: Mapping[str, str]
    search: Search | None


def _day(day: TimelineDay, around: _Around) -> Day:
    entries: list[Bubble | Call | Note] = []
    for row in day.entries:
        entries += _notes_before(row, around.card)
        if isinstance(row, MessageRow):
            entries.append(_bubble(row, day, around))
            entries += _notes_after(row, around.words)
        else:
            entries.append(_call(row, around))
    return Day(
        anchor(day.day),
        long_day(day.day),
        day.tracker.name if day.tracker else "",
        " · ".join(texts_and_calls(day.texts, day.calls)),
        tuple(entries),
    )


def _bubble(row: MessageRow, day: TimelineDay, around: _Around) -> Bubble:
    zone = around.zone
    failed = row.status in (Status.FAILED, Status.UNDELIVERED)
    return Bubble(
        id=f"m{row.id}",
        from_customer=_inbound(row),
        who=name_of(around.card) if _inbound(row) else row.agent or around.company_name,
        time=clock(row.sent_at, zone),
        at_iso=iso(row.sent_at, zone),
        body=None if row.body is None else marked(row.body, around.search),
        attachments=tuple(media_label(each) for each in row.media),
        tick=None if _inbound(row) else _tick(row.status),
        reason=_reason(row) if failed or row.error_code else "",
        via=row.tracker.name if _differs(row.tracker, day.tracker) else "",
        automatic=row.automatic,
        breach=row.id in day.breaches,
        is_erased=row.is_erased and not row.body,
        why_awaited=said(around.troubles.get(row.carrier_ref, "")) if row.body is None else "",
    )


def _tick(status: Status) -> Tick | None:
    if status not in _TICKS:
        return None
    icon, words, look = _TICKS[status]
    return Tick(icon, str(words), look)


def _reason(row: MessageRow) -> str:
    """`The customer’s number is a landline (error 30006)`; a code that nobody knows still stands there."""
    if not row.error_code:
        return ""
    known = twilio_errors.reason(row.error_code) if row.carrier == "twilio" else None
    if not known:
        return _("The carrier’s error code is %(code)s") % {"code": row.error_code}
    return _("%(reason)s (error %(code)s)") % {"reason": said(known), "code": row.error_code}


def _call(row: CallRow, around: _Around) -> Call:
    zone = around.zone
    inbound = row.direction == Direction.INBOUND
    icon, look, title, words = outcome_words(row)
    return Call(
        id=f"c{row.id}",
        icon=icon,
        look=look,
        title=title,
        words=words,
        line=(_("To %(name)s, %(number)s") if inbound else _("From %(name)s, %(number)s"))
        % {"name": row.tracker.name, "number": national(row.tracker.number)},
        recording=recording_words(row),
        time=clock(row.started_at, zone),
        at_iso=iso(row.started_at, zone),
        is_unanswered=row.is_missed and not row.is_answered(around.card.answered_at),
    )


def outcome_words(row: CallRow) -> tuple[str, str, str, str]:
    """(icon, look, title, words) of a call."""
    inbound = row.direction == Direction.INBOUND
    icon = "phone-in" if inbound else "phone-out"
    side = _("Inbound call") if inbound else _("Outbound call")
    if row.outcome == "answered":
        return icon, "", side, _joined(_("Answered"), _length(row))
    if row.outcome == "voicemail":
        return "voicemail", "missed", _("Missed call") if inbound else side, _voicemail(row)
    if row.outcome == "missed":
        known = _NOT_ANSWERED.get(row.dial_status)
        why = str(known) if known else _("No voicemail") if inbound else _("Not answered")
        return ("phone-missed", "missed", _("Missed call"), why) if inbound else (icon, "missed", side, why)
    return icon, "", side, _("Going on")


def _length(row: CallRow) -> str:
    return duration(row.seconds * 1000) if row.seconds is not None else ""


def _voicemail(row: CallRow) -> str:
    """`Left a voicemail, 0:28`"""
    return _with_length(_("Left a voicemail"), row.recording_seconds)


def recording_words(row: CallRow) -> str:
    """`Recording, 0:27`; without its length just `Recording`. Of a voicemail the outcome says it."""
    if row.recording_ref is None or row.outcome == "voicemail":
        return ""
    return _with_length(_("Recording"), row.recording_seconds)


def _with_length(name: str, seconds: int | None) -> str:
    return name if seconds is None else f"{name}, {seconds // 60}:{seconds % 60:02d}"


def _notes_before(row: MessageRow | CallRow, card: CustomerCard) -> Iterator[Note]:
    """What came through which door first, above the very first entry."""
    at = row.sent_at if isinstance(row, MessageRow) else row.started_at
    if at == card.first_seen_at and card.first_tracker and row.tracker.id == card.first_tracker.id:
        words = _("First contact, through %(number)s (source: %(source)s)")
        if not card.first_source:
            words = _("First contact, through %(number)s")
        yield Note("megaphone", "", words % {"number": card.first_tracker.name, "source": card.first_source})


def _notes_after(row: MessageRow, words: Mapping[int, OptOutLine]) -> Iterator[Note]:
    line = words.get(row.id)
    if line is not None and line.opted_in:
        yield Note("check-one", "", _("Opted in again with this text"))
    elif line is not None:
        said_words = _("Opted out with this text: no more texts until the customer writes START")
        yield Note("ban", "bad", said_words)


def _inbound(row: MessageRow) -> bool:
    return row.direction == Direction.INBOUND


def _differs(tracker: TrackerRow, of_day: TrackerRow | None) -> bool:
    return of_day is None or tracker.id != of_day.id


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
