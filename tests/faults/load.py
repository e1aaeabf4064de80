"""Load: customers who text and call, and a carrier that tells how texts and calls went on, many at once, by
real signed HTTP. What was answered is remembered, to be found again in the ledger."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.end_to_end.installation import FORM, TOKEN, Installation
from textmeter.carriers.seen import Status
from textmeter.carriers.twilio_signature import signature
from textmeter.ledger.text_times import unpacked_times

Fields = dict[str, str]
ACCEPTED = (200, 204)


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery. `ref`: the text or call it is about."""

    what: str
    ref: str
    fields: Fields

    @property
    def body(self) -> str:
        return urlencode(self.fields)


@dataclass(frozen=True, slots=True)
class Answered:
    sent: Sent
    code: int
    seconds: float
    text: str
    headers: Any
    began: float  # of time.monotonic


def caller() -> httpx.Client:
    """Patient, and without the certificates that take long to read."""
    return httpx.Client(trust_env=False, timeout=20, verify=False)


class Load:
    """Posts to one connection. `answers`: all that came; `broken`: requests that found nobody."""

    def __init__(self, url: str, key: str, numbers: Sequence[str], rng: Random) -> None:
        self.url, self.key, self.numbers, self._rng = url, key, numbers, rng
        self.answers: list[Answered] = []
        self.broken = 0
        self.stop = threading.Event()
        self._prefix = f"{rng.getrandbits(48):012x}"
        self._given = 0
        self._lock = threading.Lock()

    @property
    def accepted(self) -> list[Sent]:
        return [one.sent for one in list(self.answers) if one.code in ACCEPTED]

    @property
    def codes(self) -> Counter[int]:
        return Counter(one.code for one in list(self.answers))

    def post(self, client: httpx.Client, sent: Sent) -> Answered:
        """Raises httpx.HTTPError where nobody answers."""
        address = f"{self.url}/hooks/{self.key}/{sent.what}"
        signed = signature(address, list(sent.fields.items()), TOKEN)
        began = time.monotonic()
        answer = client.post(
            address, content=sent.body, headers={"Content-Type": FORM, "X-Twilio-Signature": signed}
        )
        took = time.monotonic() - began
        found = Answered(sent, answer.status_code, took, answer.text, answer.headers, began)
        self.answers.append(found)
        return found

    def text(self, body: str = "Hello", **more: str) -> Sent:
        """An inbound text."""
        ref, customer, number = self._new("SM")
        fields = {"MessageSid": ref, "From": customer, "To": number, "Body": body, "NumMedia": "0"}
        return Sent("message", ref, fields | more)

    def talk(self) -> list[Sent]:
        """A text that came, one that went with its statuses, or a call with its legs; in order."""
        kind = self._rng.choice(["in", "in", "out", "call"])
        if kind == "in":
            return [self.text(f"No. {self._given} ünï 🦷")]
        if kind == "out":
            ref, customer, number = self._new("SM")
            parties = {"MessageSid": ref, "From": number, "To": customer}
            words = ("queued", "sent", self._rng.choice(["delivered", "undelivered"]))
            return [Sent("status", ref, parties | {"MessageStatus": word}) for word in words]
        ref, customer, number = self._new("CA")
        call = {"CallSid": ref, "From": customer, "To": number, "Direction": "inbound"}
        leg = {"CallSid": "CA" + ref[:1:-1], "ParentCallSid": ref, "CallStatus": "completed"}
        ended = {"CallStatus": "completed", "DialCallStatus": "completed", "DialCallDuration": "27"}
        return [
            Sent("voice", ref, call | {"CallStatus": "ringing"}),
            Sent("voice-status", ref, leg | {"CallDuration": "27"}),
            Sent("dial-status", ref, call | ended),
        ]

    def _new(self, kind: str) -> tuple[str, str, str]:
        with self._lock:
            self._given += 1
            customer = f"+1770555{self._rng.randrange(100, 200):04d}"
            return f"{kind}{self._prefix}{self._given:020x}", customer, self._rng.choice(self.numbers)

    def go_on(self, pause: float = 0.0) -> None:
        """Talks until `stop`; a delivery that found nobody is left, as a carrier would leave it."""
        with caller() as client:
            while not self.stop.is_set():
                for sent in self.talk():
                    try:
                        self.post(client, sent)
                    except httpx.HTTPError:
                        self.broken += 1
                        self.stop.wait(0.02)
                    if pause:
                        self.stop.wait(pause)


@contextmanager
def crowd(load: Load, size: int = 6, pause: float = 0.0) -> Iterator[Load]:
    """So many at once, inside of the block."""
    load.stop.clear()
    threads = [threading.Thread(target=load.go_on, args=[pause]) for _ in range(size)]
    for one in threads:
        one.start()
    try:
        yield load
    finally:
        load.stop.set()
        for one in threads:
            one.join()


def all_is_there_once(house: Installation, accepted: Sequence[Sent]) -> None:
    """Every delivery of the list was kept once and is in the ledger; nothing is there twice, nothing waits
    or was put aside, and what is derived is right."""
    bodies = Counter(bytes(body).decode() for (body,) in house.rows("SELECT body FROM intake_receipt"))
    assert [one for one in accepted if bodies[one.body] != 1] == []
    assert house.rows("SELECT state, reason, detail FROM intake_receipt WHERE state <> 1") == []
    texts = house.rows("SELECT carrier_ref, body, status, sent_at, statuses, facts FROM ledger_message")
    calls = house.rows("SELECT carrier_ref, outcome, seconds FROM ledger_call")
    for found in (texts, calls):
        assert len({row[0] for row in found}) == len(found)
    said = {
        ref: (body, unpacked_times((statuses, facts), {}, status, sent_at)[0])
        for ref, body, status, sent_at, statuses, facts in texts
    }
    ended = {ref: (outcome, seconds) for ref, outcome, seconds in calls}
    for one in accepted:
        if one.what == "message":
            assert said[one.ref][0] == one.fields["Body"]
        elif one.what == "status":
            assert int(Status[one.fields["MessageStatus"].upper()]) in said[one.ref][1], one
        elif one.what == "voice":
            assert one.ref in ended
        elif one.what == "dial-status":
            assert ended[one.ref] == (1, 27)
    assert house.json("check") == {"differences": []}


def waits(house: Installation) -> int:
    """How many receipts are not applied yet."""
    ((count,),) = house.rows("SELECT count(*) FROM intake_receipt WHERE state = 0")
    return int(count)
