"""The carriers there are: one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx

from textmeter.carriers import twilio, twilio_answers, twilio_history, twilio_signature
from textmeter.carriers.seen import Seen, TextSeen
from textmeter.carriers.twilio_answers import Answer, Line
from textmeter.carriers.twilio_history import Credentials


@dataclass(frozen=True, slots=True)
class Carrier:
    """`whats`: the last part of its webhook addresses. `kept_headers`: those that a receipt keeps, in
    lower case, to be verified and read again. `fetch_text`: None where its history has no words."""

    name: str
    whats: tuple[str, ...]
    kept_headers: tuple[str, ...]
    is_signed: Callable[[str, Mapping[str, str], bytes, Sequence[str]], bool]
    read: Callable[[str, Mapping[str, str], bytes, int], list[Seen]]
    answer: Callable[[str, Line | None, Mapping[str, str]], Answer]
    called_number: Callable[[bytes], str]
    fetch_text: Callable[[httpx.Client, Credentials, str, int], TextSeen] | None
    api_url: str


CARRIERS = {
    "twilio": Carrier(
        name="Twilio",
        whats=twilio.WHATS,
        kept_headers=(twilio_signature.SIGNATURE, twilio_signature.SETTINGS, "i-twilio-idempotency-token"),
        is_signed=twilio_signature.is_signed,
        read=twilio.read,
        answer=twilio_answers.answer,
        called_number=twilio_answers.called_number,
        fetch_text=twilio_history.fetch_text,
        api_url=twilio_history.API,
    )
}
