"""The carrier's side of `bench intake`: signed webhooks over many connections, from a process of its own.

Bare sockets under asyncio, requests made and signed beforehand, so that the sender costs little beside the
server that is measured. Knows no Django.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import queue
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.context import SpawnProcess
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from random import Random
from time import perf_counter
from urllib.parse import urlencode

from textmeter.carriers.twilio_signature import signature
from textmeter.sample.people import Person, person
from textmeter.sample.text_fields import received

HOST = "127.0.0.1"
MADE_AHEAD = 3_000  # for each second without a rate
ENDLESS = 600.0  # seconds after which requests without an end begin again, as a carrier that sends twice
PATIENCE = 15.0  # the carrier's own
_BODIES = (
    "Hi! Do you have any openings for a cleaning next week?",
    "Perfect, thank you so much",
    "Can I move my appointment to Thursday at 10:30 AM?",
    "👍",
    "My tooth has been hurting since yesterday, can somebody take a look at it today please?",
)


@dataclass(frozen=True, slots=True)
class Job:
    """What to send. `numbers`: of the company; `customers`: who writes to them; `rate`: a second, None: as
    fast as answers come; `seconds` None: until it is told to stop."""

    port: int
    key: str
    account_sid: str
    secret: str
    numbers: tuple[str, ...]
    customers: tuple[str, ...]
    connections: int
    seconds: float | None
    rate: float | None
    seed: int


@dataclass(slots=True)
class Posted:
    """`answered`: by status, 0 where there was no answer; `times`: seconds from when a request was due to its
    answer; `seconds`: from the first request to the last answer."""

    answered: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def accepted(self) -> int:
        return sum(count for status, count in self.answered.items() if 200 <= status < 300)


@contextmanager
def posting(job: Job) -> Iterator[Poster]:
    """A process that has made its requests and waits to be told to begin; ended at the end."""
    context = multiprocessing.get_context("spawn")
    said: Queue[Posted | None] = context.Queue()
    begin, stop = context.Event(), context.Event()
    process = context.Process(target=_work, args=(job, said, begin, stop), daemon=True)
    process.start()
    try:
        said.get(timeout=600)
        yield Poster(process, said, begin, stop)
    finally:
        stop.set()
        process.join(PATIENCE)
        process.kill()
        process.join()


@dataclass(slots=True)
class Poster:
    _process: SpawnProcess
    _said: Queue[Posted | None]
    _begin: Event
    _stop: Event

    def begin(self) -> None:
        self._begin.set()

    def wait(self) -> Posted:
        """When everything is sent and answered. Raises RuntimeError where the process died."""
        while self._process.is_alive() or not self._said.empty():
            with suppress(queue.Empty):
                posted = self._said.get(timeout=0.5)
                if posted is not None:
                    return posted
        raise RuntimeError("The process that sends webhooks ended without a word.")

    def end(self) -> Posted:
        """Sends no more, and answers what was sent."""
        self._stop.set()
        return self.wait()


def requests_of(job: Job, count: int) -> list[bytes]:
    """So many signed requests, each of a text of its own. Pure."""
    rng = Random(job.seed)  # noqa: S311 (the same seed, the same requests)
    address = f"http://{HOST}:{job.port}/hooks/{job.key}/message"
    people: dict[str, Person] = {}
    made = []
    for _ in range(count):
        number = rng.choice(job.customers)
        who = people.get(number) or people.setdefault(number, person(number))
        ref = f"SM{rng.getrandbits(128):032x}"
        pairs = received(job.account_sid, ref, who, rng.choice(job.numbers), body=rng.choice(_BODIES))
        made.append(_request(job, urlencode(pairs).encode(), signature(address, pairs, job.secret), ref))
    return made


def _request(job: Job, body: bytes, signed: str, ref: str) -> bytes:
    head = (
        f"POST /hooks/{job.key}/message HTTP/1.1\r\nHost: {HOST}:{job.port}\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"Content-Length: {len(body)}\r\nX-Twilio-Signature: {signed}\r\n"
        f"I-Twilio-Idempotency-Token: {ref}\r\nUser-Agent: TwilioProxy/1.1\r\n\r\n"
    )
    return head.encode() + body


def _work(job: Job, said: Queue[Posted | None], begin: Event, stop: Event) -> None:
    """Runs in a process of its own."""
    some = ENDLESS if job.seconds is None else job.seconds
    made = requests_of(job, int(some * (job.rate or MADE_AHEAD)) + job.connections)
    said.put(None)
    while not begin.wait(0.05):
        if stop.is_set():
            return
    said.put(asyncio.run(_Sender(job, made, stop).run()))


class _Sender:
    def __init__(self, job: Job, made: Sequence[bytes], stop: Event) -> None:
        self._job, self._made, self._stop = job, made, stop
        self._next = 0
        self._posted = Posted()
        self._began = 0.0
        self._is_over = False

    async def run(self) -> Posted:
        self._began = perf_counter()
        watcher = asyncio.create_task(self._watch())
        await asyncio.gather(*(self._connection() for _ in range(self._job.connections)))
        watcher.cancel()
        self._posted.seconds = perf_counter() - self._began
        return self._posted

    async def _watch(self) -> None:
        """Sets the end; asking another process each time would cost as much as sending."""
        while not self._is_over:
            await asyncio.sleep(0.02)
            seconds = self._job.seconds
            self._is_over = self._stop.is_set() or (
                seconds is not None and perf_counter() - self._began >= seconds
            )

    async def _connection(self) -> None:
        while not self._is_over:
            try:
                reader, writer = await asyncio.open_connection(HOST, self._job.port)
            except OSError:
                self._posted.answered[0] += 1
                await asyncio.sleep(0.1)
                continue
            with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                await self._requests(reader, writer)
            writer.close()

    async def _requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One after another, each as soon as it is due; one without an answer counts as such."""
        while not self._is_over:
            number, self._next = self._next, self._next + 1
            if number >= len(self._made) and self._job.seconds is not None:
                return
            due = perf_counter()
            if self._job.rate:
                due = self._began + number / self._job.rate
                if (early := due - perf_counter()) > 0:
                    await asyncio.sleep(early)
            status = 0
            try:
                writer.write(self._made[number % len(self._made)])
                status = await asyncio.wait_for(_status(reader), PATIENCE)
            finally:
                self._posted.answered[status] += 1
                self._posted.times.append(perf_counter() - due)


async def _status(reader: asyncio.StreamReader) -> int:
    """Of one whole answer."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    if headers.get(b"transfer-encoding") == b"chunked":
        size = None
        while size != 0:
            size = int(await reader.readuntil(b"\r\n"), 16)
            await reader.readexactly(size + 2)
    else:
        await reader.readexactly(int(headers.get(b"content-length", b"0")))
    return int(first.split(b" ", 2)[1])
