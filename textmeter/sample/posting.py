"""Posts deliveries as a carrier does: signed, at a steady pace, several at a time; and keeps count."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx

from textmeter.carriers.twilio_signature import signature
from textmeter.sample.traffic import Delivery

AT_A_TIME = 32
PATIENCE = httpx.Timeout(15.0, connect=5.0)  # Twilio's own
NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Posted:
    """One delivery and its answer: the HTTP status, None when there was none. `seconds`: until then."""

    delivery: Delivery
    code: int | None
    seconds: float

    @property
    def is_accepted(self) -> bool:
        return self.code is not None and 200 <= self.code < 300


@dataclass(slots=True)
class Simulated:
    """What was sent and what was answered, counted. `sent`: by what; `answered`: by HTTP status."""

    sent: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    sent_again: int = 0
    fetched: int = 0
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_fine(self) -> bool:
        """Whether everything was answered 2xx."""
        return not self.trouble()

    def add(self, posted: Posted) -> None:
        self.sent[posted.delivery.what] += 1
        self.answered[str(posted.code) if posted.code else NO_ANSWER] += 1
        self.sent_again += posted.delivery.is_again
        if posted.code:
            self.latencies.append(posted.seconds)

    def latency(self, share: float) -> float | None:
        """Within so many milliseconds that share of the answers came; None without any."""
        ordered = sorted(self.latencies)
        return round(ordered[int((len(ordered) - 1) * share)] * 1000, 1) if ordered else None

    def as_json(self) -> dict[str, object]:
        return {
            "sent": dict(sorted(self.sent.items())),
            "sent_again": self.sent_again,
            "answered": dict(sorted(self.answered.items())),
            "fetched": self.fetched,
            "p50_ms": self.latency(0.5),
            "p95_ms": self.latency(0.95),
            "seconds": round(self.seconds, 1),
        }

    def trouble(self) -> str:
        """What was answered otherwise than 2xx: `3 x 503, 1 x no answer`."""
        return ", ".join(
            f"{count:,} x {code}" for code, count in sorted(self.answered.items()) if code[0] != "2"
        )

    def in_words(self) -> str:
        sent = ", ".join(f"{what} {count:,}" for what, count in sorted(self.sent.items()))
        answered = ", ".join(f"{count:,} x {code}" for code, count in sorted(self.answered.items()))
        lines = [
            f"Sent:     {self.sent.total():,} deliveries in {self.seconds:.1f} s ({sent or 'none'}),"
            f" {self.sent_again:,} of them a second time.",
            f"Answered: {answered or 'nothing'}.",
        ]
        if self.latencies:
            lines.append(
                f"Latency:  half within {self.latency(0.5)} ms, 95 % within {self.latency(0.95)} ms."
            )
        return "\n".join([*lines, f"Fetched:  the words of {self.fetched:,} texts."])


def post_all(
    deliveries: Iterator[Delivery],
    *,
    addresses: Mapping[str, str],
    signed_as: Mapping[str, str],
    secret: str,
    pause: Callable[[Delivery], float],
    report: Callable[[Posted], None],
    stop: threading.Event,
) -> None:
    """Posts until the deliveries end or `stop` is set; returns when all are answered. `pause`: the
    seconds from one delivery to the next one.
    `signed_as`: the addresses that the signatures are made over, which the outside knows. `report` is
    called in this thread."""
    done: list[Posted] = []
    room = threading.Semaphore(4 * AT_A_TIME)
    limits = httpx.Limits(max_connections=AT_A_TIME, max_keepalive_connections=AT_A_TIME)
    with httpx.Client(timeout=PATIENCE, limits=limits) as client, ThreadPoolExecutor(AT_A_TIME) as pool:

        def send(delivery: Delivery) -> None:
            try:
                address, public = addresses[delivery.what], signed_as[delivery.what]
                done.append(_post(client, address, signature(public, delivery.pairs, secret), delivery))
            finally:
                room.release()

        due = time.monotonic()
        for delivery in deliveries:
            # A server that falls behind is waited for, not buried.
            while not room.acquire(timeout=0.1):
                _tell(done, report)
            pool.submit(send, delivery)
            _tell(done, report)
            due = max(due + pause(delivery), time.monotonic() - 1)
            if stop.wait(max(0.0, due - time.monotonic())):
                break
        pool.shutdown(wait=True)
    _tell(done, report)


def _tell(done: list[Posted], report: Callable[[Posted], None]) -> None:
    while done:
        report(done.pop(0))


def _post(client: httpx.Client, url: str, signed: str, delivery: Delivery) -> Posted:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "X-Twilio-Signature": signed,
        "I-Twilio-Idempotency-Token": delivery.token,
        "User-Agent": "TwilioProxy/1.1",
    }
    began = time.monotonic()
    try:
        code = client.post(url, content=urlencode(delivery.pairs), headers=headers).status_code
    except httpx.HTTPError:
        return Posted(delivery, None, time.monotonic() - began)
    return Posted(delivery, code, time.monotonic() - began)
