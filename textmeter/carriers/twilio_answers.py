"""What Twilio is answered: TwiML (https://www.twilio.com/docs/voice/twiml/dial)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from textmeter.carriers.forms import first_values, form_pairs

NOBODY_THERE = (
    "Thank you for calling. Your call can't be put through at this number right now. Please try again later."
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


@dataclass(frozen=True, slots=True)
class Answer:
    """What an HTTP answer holds; empty and without a type where Twilio wants nothing."""

    content: str = ""
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Where a call goes on to, and whether it is recorded."""

    destination: str
    record: bool = False


def answer(what: str, line: Line | None, hooks: Mapping[str, str]) -> Answer:
    """`line` matters for `voice` alone; `hooks`: this connection's webhook addresses by what."""
    if what == "voice":
        return _twiml(
            _dial(line, hooks) if line and line.destination else f"<Say>{escape(NOBODY_THERE)}</Say>"
        )
    if what in ("message", "dial-status"):
        return _twiml("")
    return Answer()


def called_number(body: bytes) -> str:
    """The number that a `voice` delivery says was called."""
    return first_values(form_pairs(body) or []).get("To", "").strip()


def _dial(line: Line, hooks: Mapping[str, str]) -> str:
    recording = (
        f' record="record-from-answer-dual" recordingStatusCallback={quoteattr(hooks["recording"])}'
        if line.record
        else ""
    )
    return (
        f"<Dial action={quoteattr(hooks['dial-status'])}{recording}>"
        f"<Number statusCallback={quoteattr(hooks['voice-status'])}"
        ' statusCallbackEvent="initiated ringing answered completed">'
        f"{escape(line.destination)}</Number></Dial>"
    )


def _twiml(content: str) -> Answer:
    body = f"<Response>{content}</Response>" if content else "<Response/>"
    return Answer(_HEAD + body, "text/xml; charset=utf-8")
