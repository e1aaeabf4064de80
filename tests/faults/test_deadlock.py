"""Everything that writes, at once: workers, imports, rebuilds, zones, names, numbers that change hands. No
two wait for each other for ever, and what is derived is right at the end."""

from __future__ import annotations

import io
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from tests.faults.load import Load, Sent
from tests.faults.rounds import by_chance, either, report
from tests.faults.workers import at_work, settled
from tests.intake.twilio import FORM, connect
from tests.scene import company, tracker
from textmeter.intake.import_csv import import_messages
from textmeter.intake.models import Connection
from textmeter.intake.quarantine import quarantined, replay
from textmeter.intake.receipts import Receipt, keep
from textmeter.ledger.check import check
from textmeter.ledger.customers import name_customer
from textmeter.ledger.rebuild import change_zone, rebuild
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import BadHandOver, NumberTaken, add_tracker
from textmeter.lib.days import now_ms

pytestmark = pytest.mark.django_db(transaction=True)
NUMBERS = ("+14045550180", "+14045550181", "+14045550182")
ZONES = ("America/New_York", "Asia/Kathmandu", "Pacific/Apia", "UTC")
SECONDS = either(3.0, 60.0)


class Bustle:
    """Threads that each do one thing over and over until time is up; what they did, and what went wrong."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.done: Counter[str] = Counter()
        self.errors: list[BaseException] = []
        self._threads: list[threading.Thread] = []
        self._until = 0.0

    def keep_doing(self, what: Callable[[Random], None]) -> None:
        rng = Random(self.rng.random())
        self._threads.append(threading.Thread(target=self._do, args=[what, rng]))

    def run(self) -> None:
        self._until = time.monotonic() + SECONDS
        for one in self._threads:
            one.start()
        for one in self._threads:
            one.join()

    def _do(self, what: Callable[[Random], None], rng: Random) -> None:
        try:
            while not self.done[what.__name__] or time.monotonic() < self._until:
                what(rng)
                self.done[what.__name__] += 1
        except Exception as error:
            self.errors.append(error)
        finally:
            connection.close()


def test_all_writers_at_once(tmp_path: Path) -> None:
    bustle = Bustle(by_chance())
    shops = [company("Shop"), company("Next Door", "Asia/Kolkata")]
    hooks = [connect(owner) for owner in shops]
    for owner, number in zip(shops, NUMBERS, strict=False):
        tracker(owner, number)

    def deliver(rng: Random) -> None:
        for sent in Load("", "", NUMBERS, rng).talk():
            arrives(rng.choice(hooks), sent, now_ms())

    def hand_over(rng: Random) -> None:
        try:
            number, since = rng.choice(NUMBERS), now_ms() - rng.choice([0, 99])
            add_tracker(rng.choice(shops).id, number=number, name="Taken", owns_from=since)
        except (BadHandOver, NumberTaken):
            pass
        time.sleep(0.2)

    def move(rng: Random) -> None:
        change_zone(rng.choice(shops), rng.choice(ZONES))

    def make_again(rng: Random) -> None:
        rebuild(rng.choice(shops))

    def name(rng: Random) -> None:
        owner = rng.choice(shops)
        rows = fetch("SELECT id FROM ledger_customer WHERE company_id = %s ORDER BY id LIMIT 50", [owner.id])
        for (id,) in rng.sample(rows, min(5, len(rows))):
            name_customer(owner.id, id, f"Ann {rng.random()}", by="joe@example.com", now=now_ms())

    def bring_in(rng: Random) -> None:
        import_messages(rng.choice(shops), io.BytesIO(some_file(rng)))

    def try_again(_: Random) -> None:
        replay()

    for what in (deliver, deliver, deliver, hand_over, move, make_again, name, bring_in, try_again):
        bustle.keep_doing(what)
    with at_work(tmp_path / "log"):
        bustle.run()
        settled()
    for owner in shops:
        rebuild(owner)
    report(", ".join(f"{count} x {what}" for what, count in bustle.done.items()))
    log = (tmp_path / "log").read_text()
    assert bustle.errors == []
    assert "ERROR" not in log
    assert "deadlock" not in log
    assert set(bustle.done) == {"deliver", "hand_over", "move", "make_again", "name", "bring_in", "try_again"}
    assert {one.reason for one in quarantined()} <= {"unknown_number"}
    assert check() == []


def arrives(hook: Connection, sent: Sent, at: int) -> None:
    headers, body = {"content-type": FORM}, sent.body.encode()
    keep(Receipt(hook.id, hook.company_id, sent.what, "http://x", headers, body, at))


def some_file(rng: Random) -> bytes:
    """Forty texts of the past, on numbers that have owners."""
    head = "sent_at,direction,customer_number,tracking_number,body,carrier,carrier_ref"
    day = rng.randrange(1, 28)
    lines = [
        f"2026-01-{day:02d}T{n % 24:02d}:00:00.000-05:00,inbound,+1770555{rng.randrange(100, 200):04d},"
        f"{rng.choice(NUMBERS[:2])},No. {n},twilio,SM{rng.getrandbits(128):032x}"
        for n in range(40)
    ]
    return "\r\n".join([head, *lines, ""]).encode()
