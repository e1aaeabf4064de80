"""SIGTERM: what is under way ends whole, and so does the process, within ten seconds."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import httpx
import pytest

from tests.cli.terminal import children_of, is_alive, wait_for
from tests.end_to_end.installation import Reader
from tests.faults.load import Sent, all_is_there_once, caller, crowd
from tests.faults.rounds import SOAK, by_chance, either, report, rounds
from tests.faults.standstill import nothing_can_be_written
from tests.faults.town import BO, Town, town

WITHIN = 10.0  # seconds
IN_FLIGHT = 20


@pytest.fixture
def place(tmp_path: Path) -> Town:
    return town(tmp_path / "data", tmp_path / "log")


def test_requests_in_flight_are_answered_and_their_deliveries_are_there(place: Town) -> None:
    with place.house.running("--workers", "2"):
        load = place.load(by_chance())
        with ThreadPoolExecutor(IN_FLIGHT) as pool, nothing_can_be_written(place.house):
            asked = [pool.submit(post_alone, place, load.text(f"No. {n}")) for n in range(IN_FLIGHT)]
            wait_for(lambda: taken_in(place) == IN_FLIGHT, "all to be under way")
            told_at = tell_to_end(place)
            wait_for(lambda: is_closed(place), "the door to be closed")
            assert [one.result() for one in asked if one.done()] == []
        answers = [one.result() for one in asked]
        ended(place, told_at)
    assert answers == [200] * IN_FLIGHT
    with place.house.running():
        place.settle()
    assert len(place.house.rows("SELECT 1 FROM ledger_message")) == IN_FLIGHT


def test_under_load_with_a_rebuild_and_an_export_under_way(place: Town) -> None:
    """What isn't applied yet waits for the next start, and so does the rest of the rebuild."""
    rng = by_chance()
    sample = place.house.json("demo", "--messages", str(either(1500, 30_000)), "--seed", "3")["company"]
    accepted = []
    for n in rounds(2, 20):
        if n % 2:
            leave_a_rebuild_half_way(place, sample)
        with place.house.running("--workers", rng.choice("12")):
            bo = place.house.signed_in(BO)
            load = place.load(rng)
            with crowd(load, size=4, pause=0.02), slow_export(bo, sample):
                wait_for(lambda load=load: len(load.accepted) > 20, "the server to answer")
                load.stop.wait(rng.uniform(0, 0.5))
                ended(place, tell_to_end(place))
        assert load.codes.keys() <= {200, 204}
        accepted += load.accepted
    with place.house.running():
        place.settle()
        wait_for(lambda: not place.house.rows("SELECT 1 FROM ledger_rebuild"), "the rebuild's end", 120)
    report(f"{len(accepted):,} deliveries answered")
    all_is_there_once(place.house, accepted)


def test_a_worker_alone(place: Town) -> None:
    rng = by_chance()
    load = place.load(rng)
    with place.house.running("--no-worker"):
        load.url = place.house.url
        with crowd(load):
            wait_for(lambda: len(load.accepted) > either(200, 2000), "deliveries that wait")
        with crowd(load, size=2, pause=0.05):
            for _ in rounds(2, 20):
                worker = start_worker(place)
                so_far = applied(place)
                wait_for(lambda so_far=so_far: applied(place) > so_far, "the worker to work")
                load.stop.wait(rng.uniform(0, 0.2))
                told_at = time.monotonic()
                worker.terminate()
                assert worker.wait(60) == 0
                assert not SOAK or time.monotonic() - told_at < WITHIN
    with place.house.running():
        place.settle()
    all_is_there_once(place.house, load.accepted)


def test_while_nothing_can_be_written_it_ends_too(place: Town) -> None:
    """What waits to be written is not answered, so nothing is lost."""
    with place.house.running():
        load = place.load(by_chance())
        with crowd(load, pause=0.02), nothing_can_be_written(place.house):
            load.stop.wait(1)
            ended(place, tell_to_end(place))
    with place.house.running():
        place.settle()
    calls = [one for one in load.accepted if one.what == "voice"]
    all_is_there_once(place.house, [one for one in load.accepted if one not in calls])


def post_alone(place: Town, sent: Sent) -> int:
    with caller() as client:
        return place.load(Random(0)).post(client, sent).code


def tell_to_end(place: Town) -> float:
    """When (monotonic)."""
    assert place.house.process is not None
    place.house.process.send_signal(signal.SIGTERM)
    return time.monotonic()


def ended(place: Town, told_at: float) -> None:
    """All processes of the server, in good order. How long it takes is the soak's to judge: in a test run
    the machine may have much else to do."""
    process = place.house.process
    assert process is not None
    below = children_of(process.pid)
    assert process.wait(60) == 0
    took = time.monotonic() - told_at
    report(f"ended after {took:.1f} s")
    assert not SOAK or took < WITHIN
    assert not any(is_alive(pid) for pid in below)
    assert not (place.house.folder / "serve.json").exists()


def taken_in(place: Town) -> int:
    """Connections of which the server has read all that came."""
    port = f":{httpx.URL(place.house.url).port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(port) and row[3] == "01" and row[4].endswith(":00000000") for row in rows)


def is_closed(place: Town) -> bool:
    address = httpx.URL(place.house.url)
    with closing(socket.socket()) as trial:
        return trial.connect_ex((address.host, address.port or 0)) != 0


@contextmanager
def slow_export(reader: Reader, company: str) -> Iterator[None]:
    """Somebody fetches a long file, and reads little of it."""
    path = f"/c/{company}/analytics/activity/text-conversations/messages.csv"
    with reader.http.stream("GET", path, params={"range": "all_time"}) as answer:
        assert answer.status_code == 200
        next(answer.iter_raw(100))
        yield


def leave_a_rebuild_half_way(place: Town, company: str) -> None:
    """As one that was killed leaves it: the worker goes on with it at its next start."""
    code = (
        "from textmeter.cli.ground import set_up_django; set_up_django()\n"
        "from django.db import transaction\nfrom textmeter.ledger.rebuild import mark_for_rebuild\n"
        f"with transaction.atomic(): mark_for_rebuild({company})"
    )
    subprocess.run([sys.executable, "-c", code], env=place.house.environment, check=True)


def applied(place: Town) -> int:
    return int(place.house.rows("SELECT count(*) FROM intake_receipt WHERE state = 1")[0][0])


def start_worker(place: Town) -> subprocess.Popen[bytes]:
    assert place.house.log is not None
    with place.house.log.open("a") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "textmeter", "work"], env=place.house.environment, stderr=log
        )
