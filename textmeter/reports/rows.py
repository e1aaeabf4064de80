"""What reports answer: plain rows that pages, files and the API draw alike.

Instants (`*_at`) are ms since 1970 UTC; days are dates in the company's zone; counts are whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from textmeter.carriers.seen import Direction, LegStatus, Media, Status


@dataclass(frozen=True, slots=True)
class TrackerRow:
    id: int
    number: str  # E.164
    name: str
    source: str
    destination: str
    why_it_cannot_text: str | None  # a sentence; None: can text
    is_disabled: bool = False  # its calls are dialled on no more


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the volume graph; `start` to `end` are its local days, both included, cut to the range.
    `hour` (0-23) only when the interval is an hour. `previous` is the bar of the same place in the
    previous period, None where there is none."""

    start: date
    end: date
    hour: int | None
    inbound: int
    outbound: int
    previous: int | None

    @property
    def total(self) -> int:
        return self.inbound + self.outbound


@dataclass(frozen=True, slots=True)
class Volume:
    interval: str  # hour, day, week, month
    bars: tuple[Bar, ...]
    inbound: int
    outbound: int
    previous: tuple[int, int] | None = None  # messages in and out of the whole previous period

    @property
    def total(self) -> int:
        return self.inbound + self.outbound


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one filter and one period."""

    messages_in: int
    messages_out: int
    conversations: int
    new_customers: int
    median_first_response_ms: int | None
    unanswered: int

    @property
    def messages(self) -> int:
        return self.messages_in + self.messages_out


@dataclass(frozen=True, slots=True)
class FiguresCompared:
    now: Figures
    previous: Figures | None  # None: compare=none, or all time
    waiting_now: int  # customers, whatever the filter


@dataclass(frozen=True, slots=True)
class LastMessage:
    id: int
    direction: Direction
    body: str | None  # None: text not received yet
    media: tuple[Media, ...]
    status: Status
    at: int
    is_erased: bool = False  # its words were taken; `body` is empty then, or an opt-out word


@dataclass(frozen=True, slots=True)
class ConversationRow:
    customer_id: int
    date: date
    customer_name: str  # empty: unnamed
    customer_number: str  # E.164, or as it came
    city: str
    state: str
    tracker: TrackerRow  # of its latest message
    total: int
    inbound: int
    matching: int
    failed: int
    first_at: int
    last_at: int
    last_message: LastMessage
    agents: tuple[str, ...]
    first_response_ms: int | None
    unanswered: bool
    waiting_since: int | None  # only on a waiting customer's latest conversation
    opted_out: bool  # an opt-out word stands in it


class ConversationLine(NamedTuple):
    """A conversation as files hold it: of hundreds of thousands, so just as it is stored."""

    customer_id: int
    local_date: int  # YYYYMMDD
    customer_name: str
    customer_number: str
    city: str
    state: str
    tracker_id: int
    total: int
    inbound: int
    first_at: int
    last_at: int
    body: str | None
    agents: str | None  # JSON [name, ...]
    first_response_ms: int | None
    unanswered: int
    matching: int


@dataclass(frozen=True, slots=True)
class LogPage:
    rows: tuple[ConversationRow, ...]
    conversations: int | None  # listed in all; None: not counted
    first: int  # place of the first row, from 1; 0 when empty or unknown
    next_cursor: str | None
    shows_matching: bool  # the filter can make Matching differ from the total


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One row of the messages file, and one bubble of the timeline."""

    id: int
    public_id: str  # the stable token of carrier and carrier_ref
    carrier: str
    carrier_ref: str
    customer_id: int
    customer_name: str
    customer_number: str
    tracker: TrackerRow
    direction: Direction
    sent_at: int
    day: date
    hour: int
    body: str | None
    media: tuple[Media, ...]
    status: Status
    error_code: str | None
    segments: int | None
    agent: str | None
    automatic: bool
    opt_out_type: str | None
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class CallRow:
    id: int
    customer_id: int | None
    tracker: TrackerRow
    direction: Direction
    started_at: int
    day: date
    hour: int
    outcome: str  # going_on, answered, missed, voicemail
    dial_status: LegStatus
    seconds: int | None
    recording_ref: str | None
    recording_seconds: int | None

    @property
    def is_missed(self) -> bool:
        """By us: the customer called and nobody took it; voicemails are among them."""
        return self.direction == Direction.INBOUND and self.outcome in ("missed", "voicemail")

    def is_answered(self, answered_at: int | None) -> bool:
        """Whether its customer's last answer or answered call (`answered_at`) came since it began. The SQL of
        the same rule: `call_selection.still_unanswered`."""
        return answered_at is not None and answered_at > self.started_at


@dataclass(frozen=True, slots=True)
class OptOutLine:
    message_id: int
    at: int
    opted_in: bool


@dataclass(frozen=True, slots=True)
class TrackerUse:
    tracker: TrackerRow
    messages: int
    calls: int
    is_latest: bool


@dataclass(frozen=True, slots=True)
class CustomerCard:
    id: int
    name: str
    heard_name: str
    number: str
    city: str
    state: str
    zip: str
    country: str
    first_seen_at: int | None  # first text or call
    first_source: str  # source of the first contact's tracker
    first_tracker: TrackerRow | None
    texts: int
    inbound: int
    outbound: int
    calls: int
    answered_calls: int
    conversations: int
    waiting_since: int | None
    answered_at: int | None  # the last answer by text or answered call
    erased_to: int | None  # ms; what was said up to then is erased
    opt_outs: tuple[OptOutLine, ...]  # oldest first; the last one counts
    trackers: tuple[TrackerUse, ...]  # latest first

    @property
    def is_opted_out(self) -> bool:
        return bool(self.opt_outs) and not self.opt_outs[-1].opted_in


@dataclass(frozen=True, slots=True)
class TimelineDay:
    """One day of the stream, oldest first inside. `tracker` is the conversation's (None: only calls)."""

    day: date
    tracker: TrackerRow | None
    texts: int
    calls: int
    entries: tuple[MessageRow | CallRow, ...]
    breaches: frozenset[int]  # ids of outbound messages sent while opted out


@dataclass(frozen=True, slots=True)
class TimelinePage:
    days: tuple[TimelineDay, ...]  # newest first
    earlier: date | None  # the day that "earlier" opens
    later: date | None


@dataclass(frozen=True, slots=True)
class HourBar:
    hour: int
    customer: int
    agents: int


@dataclass(frozen=True, slots=True)
class Frequency:
    scope: str  # day, range, all_time
    first: date | None
    last: date | None
    bars: tuple[HourBar, ...]  # always 24


@dataclass(frozen=True, slots=True)
class TrackerSummary:
    tracker: TrackerRow
    last_text_at: int | None
    days: tuple[int, ...]  # messages of the last 30 local days, the oldest first

    @property
    def messages_30_days(self) -> int:
        return sum(self.days)


@dataclass(frozen=True, slots=True)
class OutlineDay:
    """A conversation of one customer, for the list of days beside the stream."""

    day: date
    tracker: TrackerRow
    texts: int
