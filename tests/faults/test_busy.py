"""Webhooks while a zone changes, all is derived again and a file comes in: all are answered, and right.
The soak says how fast."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.terminal import wait_for
from tests.end_to_end.installation import TOKEN
from tests.faults.load import Load, Sent, all_is_there_once
from tests.faults.rounds import by_chance, either, report
from tests.faults.town import ADS, WEB, Town, town
from textmeter.sample.live_pace import steadily
from textmeter.sample.posting import Simulated, post_all
from textmeter.sample.traffic import Delivery

RATE = either(30, 100)  # deliveries a second
PAST = either(600, 60_000)  # messages that are there already, and as many that are imported
ROUNDS = either(1, 3)
ALONE = either(20, 2000)


def test_webhooks_beside_a_zone_change_a_rebuild_and_an_import(tmp_path: Path) -> None:
    place = town(tmp_path / "data", tmp_path / "log")
    first, second = past(tmp_path / "first.csv", "a"), past(tmp_path / "second.csv", "b")
    place.house.cli("import", "csv", first, "--company", place.shop)
    with place.house.running():
        load = place.load(by_chance())
        sent: list[Sent] = []
        with steady(place, load, sent) as alone:
            wait_for(lambda: alone.sent.total() > ALONE, "deliveries with nothing beside them")
        with steady(place, load, sent) as beside:
            for n in range(ROUNDS):
                do_all_at_once(place, second, ("Asia/Kathmandu", "UTC")[n % 2])
        place.settle()
    report(f"with nothing beside them: {figures(alone)}")
    report(f"beside {ROUNDS} x zone, rebuild and import of {PAST:,}: {figures(beside)}")
    assert (alone.trouble(), beside.trouble()) == ("", "")
    all_is_there_once(place.house, sent)
    ((count,),) = place.house.rows("SELECT count(*) FROM ledger_message WHERE body LIKE 'Past %'")
    assert count == 2 * PAST


def figures(told: Simulated) -> str:
    p50, p95, p99, slowest = (told.latency(share) for share in (0.5, 0.95, 0.99, 1.0))
    return (
        f"{told.sent.total():,} deliveries, p50 {p50} ms, p95 {p95} ms, p99 {p99} ms, slowest {slowest} ms"
        f" ({os.getloadavg()[0]:.0f} processes on {os.cpu_count()} cores)"
    )


def do_all_at_once(place: Town, file: Path, zone: str) -> None:
    at_once = [
        ("company", "set", place.shop, "--time-zone", zone),
        ("rebuild",),
        ("import", "csv", str(file), "--company", place.shop),
    ]
    running = [begin(place, *one) for one in at_once]
    assert [one.wait(600) for one in running] == [0, 0, 0]


def past(path: Path, mark: str) -> Path:
    """A file of messages of last winter."""
    head = "sent_at,direction,customer_number,tracking_number,body,carrier,carrier_ref"
    lines = (
        f"2026-{1 + n % 3:02d}-{1 + n // 3 % 28:02d}T{n % 24:02d}:{n // 24 % 60:02d}:00.000-05:00,"
        f"{('inbound', 'outbound')[n % 2]},+1{7_705_000_000 + n * 7919 % (PAST // 6)},{(ADS, WEB)[n % 2]},"
        f"Past {n},twilio,SM{mark}{n:031x}"
        for n in range(PAST)
    )
    path.write_text("\r\n".join([head, *lines, ""]))
    return path


def deliveries(load: Load, sent: list[Sent]) -> Iterator[Delivery]:
    while True:
        for one in load.talk():
            sent.append(one)
            yield Delivery(one.what, one.ref, list(one.fields.items()), "")


@contextmanager
def steady(place: Town, load: Load, sent: list[Sent]) -> Iterator[Simulated]:
    """RATE deliveries a second, inside of the block; each is answered before it ends."""
    whats = ("message", "status", "voice", "voice-status", "dial-status")
    addresses = {what: f"{place.house.url}/hooks/{place.key}/{what}" for what in whats}
    told, stop = Simulated(), threading.Event()

    def post() -> None:
        post_all(
            deliveries(load, sent),
            addresses=addresses,
            signed_as=addresses,
            secret=TOKEN,
            pause=steadily(RATE),
            report=told.add,
            stop=stop,
        )

    posting = threading.Thread(target=post)
    posting.start()
    try:
        yield told
    finally:
        stop.set()
        posting.join()


def begin(place: Town, *command: str) -> subprocess.Popen[bytes]:
    assert place.house.log is not None
    with place.house.log.open("a") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "textmeter", *command],
            env=place.house.environment,
            stdout=log,
            stderr=log,
        )
