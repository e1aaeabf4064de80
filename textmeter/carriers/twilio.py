"""What Twilio's webhooks say (https://www.twilio.com/docs/messaging/guides/webhook-request and
https://www.twilio.com/docs/voice/twiml): pure, fields in and what was seen out.

Twilio adds fields unannounced, so unknown ones are passed over. A field that makes no sense (a count
that is no number, a status no one has heard of) is left out and the rest is kept: a customer's words
are never held back over a detail. Only what says not what it is about, or not whose it is, is
Unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from textmeter.carriers.forms import FORM, content_type, first_values, form_pairs
from textmeter.carriers.seen import (
    CallSeen,
    Direction,
    LegStatus,
    Media,
    Recording,
    Seen,
    Source,
    Status,
    TextSeen,
)
from textmeter.carriers.trouble import Unreadable
from textmeter.carriers.twilio_errors import BLOCKED
from textmeter.carriers.twilio_fields import count, error_in, is_ref, place_of, ref_in, when
from textmeter.lib.sentences import Sentence

CARRIER = "twilio"
WHATS = ("message", "status", "voice", "voice-status", "dial-status", "recording")

_LEGS = {
    "queued": LegStatus.QUEUED,
    "initiated": LegStatus.QUEUED,
    "ringing": LegStatus.RINGING,
    "in-progress": LegStatus.IN_PROGRESS,
    "canceled": LegStatus.CANCELED,
    "no-answer": LegStatus.NO_ANSWER,
    "busy": LegStatus.BUSY,
    "failed": LegStatus.FAILED,
    "answered": LegStatus.ANSWERED,
    "completed": LegStatus.COMPLETED,
}
_ARRIVING = (Status.RECEIVING, Status.RECEIVED)
_MEDIA = re.compile(r"MediaUrl(0|[1-9][0-9]{0,3})")


def read(what: str, headers: Mapping[str, str], body: bytes, received_at: int) -> list[Seen]:
    """What a delivery says, at most one thing; nothing where it tells nothing new (a recording that
    came to nothing). `received_at`: ms. Raises Unreadable."""
    kind = content_type(headers)
    if kind != FORM:
        raise Unreadable(
            Sentence(
                "Its content is %(kind)s. Twilio sends forms (%(form)s): something on the way changed it.",
                kind=kind,
                form=FORM,
            )
        )
    pairs = form_pairs(body)
    if pairs is None:
        raise Unreadable(Sentence("It has more fields than any delivery of Twilio."))
    return read_fields(what, first_values(pairs), received_at)


def read_fields(what: str, fields: Mapping[str, str], received_at: int) -> list[Seen]:
    """The same from the fields themselves."""
    if what in ("message", "status"):
        return [_text(what, fields, received_at)]
    call = {"recording": _recording_of_call, "dial-status": _dial_status}.get(what, _leg)
    seen = call(what, fields, received_at)
    return [seen] if seen else []


def _text(what: str, fields: Mapping[str, str], at: int) -> TextSeen:
    status = text_status(fields.get("MessageStatus") or fields.get("SmsStatus") or "")
    # Somebody may have given Twilio the one address for the other: a status has no words.
    own = what == "message" and (status in _ARRIVING or "Body" in fields or status == Status.UNKNOWN)
    sender, receiver = fields.get("From", "").strip(), fields.get("To", "").strip()
    if own and not (sender and receiver):
        raise Unreadable(Sentence("It doesn’t say between which numbers the text went (From, To)."))
    known = bool(sender and receiver)
    direction = _text_direction(own, status)
    return TextSeen(
        carrier=CARRIER,
        carrier_ref=ref_in(fields, "MessageSid", "SmsSid", "SmsMessageSid"),
        source=Source.WEBHOOK if own else Source.STATUS,
        arrived_at=at,
        from_number=sender if known else None,
        to_number=receiver if known else None,
        direction=direction,
        status=Status.RECEIVED if own and status == Status.UNKNOWN else status,
        body=fields.get("Body") if own else fields.get("Body") or None,
        media=_media(fields) if own or _media(fields) else None,
        segments=count(fields.get("NumSegments")) or None,
        error_code=error_in(fields),
        is_blocked=error_in(fields) == BLOCKED,
        opt_out_type=fields.get("OptOutType", "").strip() or None,
        place=place_of(fields, direction),
    )


def _text_direction(own: bool, status: Status) -> Direction | None:
    if own or status in _ARRIVING:
        return Direction.INBOUND
    # Twilio calls back about texts that were sent; a word that says nothing leaves it to the numbers.
    return Direction.OUTBOUND if status else None


def _leg(what: str, fields: Mapping[str, str], at: int) -> CallSeen:
    """`voice`: the call itself. `voice-status`: the parent leg, or the dialled one, which says whose it
    is by ParentCallSid; its own numbers are not the call's."""
    status = leg_status(fields.get("CallStatus", ""))
    seconds = count(fields.get("CallDuration"))
    if fields.get("ParentCallSid", "").strip():
        return CallSeen(
            carrier=CARRIER,
            carrier_ref=ref_in(fields, "ParentCallSid"),
            source=Source.STATUS,
            arrived_at=at,
            dial_status=status,
            seconds=seconds,
        )
    own = what == "voice"
    direction = _call_direction(fields, own)
    return CallSeen(
        carrier=CARRIER,
        carrier_ref=ref_in(fields, "CallSid"),
        source=Source.WEBHOOK if own else Source.STATUS,
        arrived_at=at,
        carrier_time=None if own else _began(fields, status, seconds),
        from_number=_call_number(fields, "From", own),
        to_number=_call_number(fields, "To", own),
        direction=direction,
        parent_status=status,
        parent_seconds=seconds,
        customer_name=_caller_name(fields, direction),
        place=place_of(fields, direction),
    )


def _dial_status(what: str, fields: Mapping[str, str], at: int) -> CallSeen:
    """The answer to `<Dial>`: told to the parent leg when the dialled one has ended."""
    direction = _call_direction(fields, False)
    return CallSeen(
        carrier=CARRIER,
        carrier_ref=ref_in(fields, "CallSid"),
        source=Source.STATUS,
        arrived_at=at,
        from_number=_call_number(fields, "From", False),
        to_number=_call_number(fields, "To", False),
        direction=direction,
        parent_status=leg_status(fields.get("CallStatus", "")),
        dial_status=leg_status(fields.get("DialCallStatus", "")),
        seconds=count(fields.get("DialCallDuration")),
        recording=_recording(fields),
        customer_name=_caller_name(fields, direction),
        place=place_of(fields, direction),
    )


def _recording_of_call(what: str, fields: Mapping[str, str], at: int) -> CallSeen | None:
    ref = ref_in(fields, "ParentCallSid", "CallSid")
    if fields.get("RecordingStatus", "").strip().lower() in ("absent", "failed", "deleted"):
        return None
    recording = _recording(fields)
    if recording is None:
        raise Unreadable(Sentence("It names no recording (RecordingSid)."))
    return CallSeen(
        carrier=CARRIER, carrier_ref=ref, source=Source.STATUS, arrived_at=at, recording=recording
    )


def _recording(fields: Mapping[str, str]) -> Recording | None:
    """Voicemail is what `<Record>` took down; `<Dial>` and the API record a conversation."""
    url = fields.get("RecordingUrl", "").strip()
    ref = fields.get("RecordingSid", "").strip() or url.rstrip("/").rpartition("/")[2].partition(".")[0]
    if not is_ref(ref):
        return None
    is_voicemail = fields.get("RecordingSource", "").strip() == "RecordVerb"
    return Recording(ref, url, count(fields.get("RecordingDuration")), is_voicemail)


def text_status(word: str) -> Status:
    """UNKNOWN for a word that Twilio didn't have yet."""
    name = word.strip().upper()
    return Status[name] if name in Status.__members__ else Status.UNKNOWN


def leg_status(word: str) -> LegStatus:
    return _LEGS.get(word.strip().lower(), LegStatus.UNKNOWN)


def _media(fields: Mapping[str, str]) -> tuple[Media, ...]:
    """By their number; NumMedia is not needed to find them, and may lie."""
    found = sorted(int(match[1]) for match in map(_MEDIA.fullmatch, fields) if match)
    return tuple(
        Media(fields[f"MediaUrl{n}"].strip(), fields.get(f"MediaContentType{n}", "").strip())
        for n in found
        if fields.get(f"MediaUrl{n}", "").strip()
    )


def _caller_name(fields: Mapping[str, str], direction: Direction | None) -> str | None:
    return fields.get("CallerName", "").strip() or None if direction == Direction.INBOUND else None


def _call_direction(fields: Mapping[str, str], own: bool) -> Direction | None:
    word = fields.get("Direction", "").strip().lower()
    if word.startswith("outbound"):
        return Direction.OUTBOUND
    return Direction.INBOUND if own or word == "inbound" else None


def _call_number(fields: Mapping[str, str], name: str, own: bool) -> str | None:
    """A blank From is a caller who withheld the number; a call always says which number was called."""
    number = fields.get(name, "").strip()
    if own and name == "To" and not number:
        raise Unreadable(Sentence("It doesn’t say which number was called (To)."))
    return number if number or own else None


def _began(fields: Mapping[str, str], status: LegStatus, seconds: int | None) -> int | None:
    """When the call began, from the time of one of its events: the first ones are its beginning, the
    last one is as much later as the call was long."""
    at = when(fields.get("Timestamp"))
    if at is None:
        return None
    if status in (LegStatus.QUEUED, LegStatus.RINGING):
        return at
    return at - seconds * 1000 if status == LegStatus.COMPLETED and seconds is not None else None
