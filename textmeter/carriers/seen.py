"""What one delivery of a carrier says: the words in which every carrier speaks to the ledger.

A delivery says what it knows and leaves the rest None; the ledger puts the deliveries of one
message or call together. Numbers stand as the carrier gave them; the ledger brings them to E.164.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Source(IntEnum):
    """How good a delivery's word is; the lower one wins where two differ."""

    HISTORY = 0  # the carrier's own records: its API, an imported file
    WEBHOOK = 1  # the webhook of the message or call itself
    STATUS = 2  # a later callback about it


class Status(IntEnum):
    """Statuses of a message in the order in which they outrank each other."""

    UNKNOWN = 0
    RECEIVING = 1
    RECEIVED = 2
    ACCEPTED = 10
    SCHEDULED = 11
    QUEUED = 20
    SENDING = 30
    SENT = 40
    PARTIALLY_DELIVERED = 50
    CANCELED = 60
    FAILED = 70
    UNDELIVERED = 80
    DELIVERED = 90
    READ = 100


class LegStatus(IntEnum):
    """Statuses of a call's leg in the order in which they outrank each other."""

    UNKNOWN = 0
    QUEUED = 10
    RINGING = 20
    IN_PROGRESS = 30
    CANCELED = 40
    NO_ANSWER = 50
    BUSY = 60
    FAILED = 70
    ANSWERED = 80
    COMPLETED = 90


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where the customer is, as the carrier knows it; unknown parts are empty."""

    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Media:
    """One attachment: its address at the carrier and its type, such as `image/jpeg`."""

    url: str = ""
    content_type: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Recording:
    """A call's recording: the carrier's id and address, its length in seconds, voicemail or not."""

    carrier_ref: str
    url: str = ""
    seconds: int | None = None
    is_voicemail: bool = False


class TextSeen(NamedTuple):
    """What one delivery says of a text. A status says less than the message's own webhook. Imports make
    millions of them, so it is a tuple: made and sent to another process in a third of a dataclass's time.

    `arrived_at` and `carrier_time` are instants in ms; `direction` None leaves it to the ledger,
    which knows which of the two numbers is the company's. Both numbers None: nothing is known but
    the id, and the ledger keeps it apart until the message comes. `is_blocked`: the carrier refused to
    send it because the customer opted out; such a send is no message.
    """

    carrier: str
    carrier_ref: str
    source: Source
    arrived_at: int
    carrier_time: int | None = None
    from_number: str | None = None
    to_number: str | None = None
    direction: Direction | None = None
    status: Status = Status.UNKNOWN
    body: str | None = None
    media: tuple[Media, ...] | None = None
    segments: int | None = None
    error_code: str | None = None
    agent: str | None = None
    is_automatic: bool = False
    is_blocked: bool = False
    opt_out_type: str | None = None
    customer_name: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSeen:
    """What one delivery says of a call. `carrier_ref` is the parent leg's id; only parent legs are calls.

    `seconds` is the dialled leg's duration, `parent_seconds` the parent's.
    """

    carrier: str
    carrier_ref: str
    source: Source
    arrived_at: int
    carrier_time: int | None = None
    from_number: str | None = None
    to_number: str | None = None
    direction: Direction | None = None
    parent_status: LegStatus = LegStatus.UNKNOWN
    dial_status: LegStatus = LegStatus.UNKNOWN
    seconds: int | None = None
    parent_seconds: int | None = None
    recording: Recording | None = None
    customer_name: str | None = None
    place: Place | None = None


Seen = TextSeen | CallSeen
