"""PostgreSQL goes away and comes back under load: everybody is told so at once, every process goes on by
itself, and nothing that was answered is lost."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from random import Random

import httpx

from tests.cli.terminal import children_of, served, wait_for
from tests.databases import only_postgres
from tests.end_to_end.installation import Reader
from tests.faults.cluster import Cluster
from tests.faults.load import ACCEPTED, Sent, all_is_there_once, caller, crowd
from tests.faults.rounds import by_chance, either, report, rounds
from tests.faults.town import ADS, ANA, DESTINATION, WEB, Town, town

pytestmark = only_postgres
SLOW = 5.0  # seconds: far less than a carrier's patience, for a machine with much else to do


def test_webhooks_and_pages_while_it_is_away_and_after(tmp_path: Path, cluster: Cluster) -> None:
    rng = by_chance()
    place = town(tmp_path / "data", tmp_path / "log", TEXTMETER_DATABASE_URL=cluster.url)
    accepted: list[Sent] = []
    with place.house.running():
        ana = place.house.signed_in(ANA)
        assert place.house.process is not None
        everybody = children_of(place.house.process.pid)
        for _ in rounds(2, 20):
            how = rng.choice([signal.SIGINT, signal.SIGQUIT])
            accepted += go_away_and_come_back(place, cluster, ana, how, rng)
        assert children_of(place.house.process.pid) == everybody  # nobody had to be started again
        place.settle()
    report(f"{len(accepted):,} deliveries answered")
    all_is_there_once(place.house, accepted)
    assert "Traceback" not in place.said


def test_while_it_stands_still_carriers_are_told_and_calls_are_put_through(
    tmp_path: Path, cluster: Cluster
) -> None:
    """Nobody hears that it is gone: deliveries wait as long as they may, then are refused at once."""
    rng = by_chance()
    place = town(tmp_path / "data", tmp_path / "log", TEXTMETER_DATABASE_URL=cluster.url)
    folder, log = place.house.folder, place.house.log
    around = place.house.around | {"HASTY": "1"}
    with served(folder, log=log, program="tests.faults.hasty", **around) as running:
        place.house.process, place.house.url = running
        load = place.load(rng)
        with crowd(load, pause=0.02):
            wait_for(lambda: len(load.accepted) > 20, "the server to answer")
            going = len(load.answers)
            with cluster.frozen():
                wait_for(lambda: "Nothing could be written for more than" in place.said, "the refusal")
                gone = len(load.answers)
                wait_for(lambda: len(load.answers) > gone + 30, "answers without a database")
                check_the_phone(place, rng)
                back = len(load.answers)
            wait_for(lambda: load.answers[-1].code == 204, "deliveries to be taken again")
        place.settle()
    others = [one for one in load.answers if one.sent.what != "voice"]
    assert {one.code for one in load.answers[gone:back] if one.sent.what != "voice"} == {503}
    assert {one.code for one in load.answers if one.sent.what == "voice"} == {200}
    certain = {id(one): one for one in [*load.answers[:going], *others] if one.code in ACCEPTED}.values()
    there_at_least_once(place, [one.sent for one in certain])


def there_at_least_once(place: Town, accepted: list[Sent]) -> None:
    """What was refused for its lateness may have been kept all the same."""
    bodies = {bytes(body).decode() for (body,) in place.house.rows("SELECT body FROM intake_receipt")}
    assert {one.body for one in accepted} <= bodies
    assert place.house.json("check") == {"differences": []}


def go_away_and_come_back(
    place: Town, cluster: Cluster, ana: Reader, how: signal.Signals, rng: Random
) -> list[Sent]:
    """The deliveries that were kept for certain."""
    load = place.load(rng)
    with crowd(load, pause=0.02):
        wait_for(lambda: len(load.accepted) > 20, "the server to answer")
        going = len(load.answers)
        cluster.stop(how)
        gone, stopped = len(load.answers), time.monotonic()
        wait_for(lambda: len(load.answers) > gone + 30, "answers without a database")
        check_a_page(ana, place.shop)
        check_the_phone(place, rng)
        load.stop.wait(rng.uniform(0, either(1, 8)))
        back = len(load.answers)
        cluster.start()
        wait_for(lambda: load.answers[-1].code == 204, "deliveries to be taken again")
        wait_for(lambda: ana.http.get("/companies/").status_code == 200, "pages to be shown again")
        taken = len(load.answers)
    others = [one for one in load.answers if one.sent.what != "voice"]
    assert {one.code for one in load.answers if one.sent.what == "voice"} <= {200}
    assert {one.code for one in others} <= {200, 204, 503}
    assert {one.headers["retry-after"] for one in others if one.code == 503} == {"5"}
    away = [one for one in load.answers[gone:back] if one.began > stopped]
    assert {one.code for one in away if one.sent.what != "voice"} == {503}
    slowest = max(one.seconds for one in load.answers)
    report(f"slowest answer {slowest:.2f} s")
    assert slowest < SLOW
    # A call is put through whether its delivery could be kept or not.
    certain = [*load.answers[:going], *others, *load.answers[taken:]]
    return list({id(one.sent): one.sent for one in certain if one.code in ACCEPTED}.values())


def check_a_page(ana: Reader, shop: str) -> None:
    for path in (f"/c/{shop}/analytics/activity/text-conversations", "/companies/"):
        answer = ana.http.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "The database can’t be used right now" in answer.text
        assert "Traceback" not in answer.text
    assert httpx.get(f"{ana.http.base_url}/healthz").status_code == 200
    assert httpx.get(f"{ana.http.base_url}/readyz").status_code == 503


def check_the_phone(place: Town, rng: Random) -> None:
    """A number on which nobody called before, too."""
    load = place.load(rng)
    for number in (ADS, WEB):
        load.numbers = [number]
        call = next(talk[0] for talk in iter(load.talk, None) if talk[0].what == "voice")
        with caller() as client:
            answer = load.post(client, call)
        assert answer.code == 200
        assert f"{DESTINATION}</Number></Dial>" in answer.text
