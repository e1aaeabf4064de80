"""PostgreSQL falls silent: it takes connections and keeps them, and answers nobody. Nobody may wait for it
for long, however many ask at once, and everything goes on by itself when it does."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.cli.terminal import children_of, wait_for
from tests.databases import only_postgres
from tests.end_to_end.installation import Reader
from tests.faults.cluster import Cluster
from tests.faults.load import Answered, Load, Sent, all_is_there_once, caller
from tests.faults.rounds import by_chance, report, rounds
from tests.faults.town import ANA, DESTINATION, Town, town
from textmeter.carriers.twilio_answers import NOBODY_THERE
from textmeter.lib.kept_threads import FOR_PAGES
from textmeter.postgres.watch import EVERY, PATIENCE

pytestmark = only_postgres
# Seconds until it is noticed, for a machine with much else to do; and then until everybody is told.
NOTICED = EVERY + PATIENCE + 5
AT_ONCE = 3.5
POLLS = 40


def test_nobody_waits_long_and_all_goes_on_by_itself(tmp_path: Path, cluster: Cluster) -> None:
    rng = by_chance()
    place = town(tmp_path / "data", tmp_path / "log", TEXTMETER_DATABASE_URL=cluster.url)
    accepted: list[Sent] = []
    with place.house.running(), caller() as client, ThreadPoolExecutor(2 * POLLS) as crowd:
        ana = place.house.signed_in(ANA)
        assert place.house.process is not None
        everybody = children_of(place.house.process.pid)
        load = place.load(rng)
        for _ in rounds(1, 10):
            wait_for(lambda: is_taken(load, client), "a delivery to be taken")
            together(crowd, [lambda: page(place, ana) for _ in range(FOR_PAGES)])  # each has its connection
            accepted += [one.sent for one in load.answers if one.code == 200]
            with cluster.frozen():
                stand_still(place, load, ana, crowd)
            load.answers.clear()  # calls are put through meanwhile, kept or not
            wait_for(lambda: page(place, ana) == 200, "pages to be shown again")
            wait_for(lambda: ready(place) == 200, "the worker to be there again")
        assert children_of(place.house.process.pid) == everybody  # nobody had to be started again
        assert is_taken(load, client)
        accepted.append(load.answers[-1].sent)
        place.settle()
    all_is_there_once(place.house, accepted)
    assert place.said.count("nobody waits for it") >= 2  # by the server, and by the worker
    assert "Traceback" not in place.said


def stand_still(place: Town, load: Load, ana: Reader, crowd: ThreadPoolExecutor) -> None:
    """First those who wait already hear of it, then everybody at once."""
    for within in (NOTICED, AT_ONCE, AT_ONCE):
        began = time.monotonic()
        polls = [crowd.submit(ready, place) for _ in range(POLLS)]
        pages = [crowd.submit(page, place, ana) for _ in range(8)]
        time.sleep(0.2)  # by now they have every thread
        calls = [crowd.submit(call, load) for _ in range(2)]
        texts = [crowd.submit(say, load) for _ in range(2)]
        assert {one.result() for one in [*polls, *pages]} == {503}
        for one in texts:
            assert (one.result().code, one.result().headers["retry-after"]) == (503, "5")
        for one in calls:
            assert one.result().code == 200
            assert f"{DESTINATION}</Number></Dial>" in one.result().text
        took = time.monotonic() - began
        report(f"everybody was answered within {took:.1f} s")
        assert took < within


def test_a_process_that_knows_no_line_yet_says_a_sentence(tmp_path: Path, cluster: Cluster) -> None:
    place = town(tmp_path / "data", tmp_path / "log", TEXTMETER_DATABASE_URL=cluster.url)
    with place.house.running():
        load = place.load(by_chance())
        with cluster.frozen():
            wait_for(lambda: "nobody waits for it" in place.said, "the silence to be noticed")
            answer = call(load)
            assert (answer.code, NOBODY_THERE in answer.text) == (200, True)
            assert say(load).code == 503
            stranger = httpx.post(f"{place.house.url}/hooks/nobody/voice", trust_env=False)
            assert stranger.status_code == 503


def together(crowd: ThreadPoolExecutor, asked: list[Callable[[], int]]) -> None:
    assert {one.result() for one in [crowd.submit(each) for each in asked]} == {200}


def page(place: Town, ana: Reader) -> int:
    path = f"/c/{place.shop}/analytics/activity/text-conversations"
    return ana.http.get(path, timeout=60).status_code


def ready(place: Town) -> int:
    return httpx.get(f"{place.house.url}/readyz", timeout=60, trust_env=False).status_code


def call(load: Load) -> Answered:
    sent = next(talk[0] for talk in iter(load.talk, None) if talk[0].what == "voice")
    with caller() as client:
        return load.post(client, sent)


def say(load: Load) -> Answered:
    with caller() as client:
        return load.post(client, load.text())


def is_taken(load: Load, client: httpx.Client) -> bool:
    return load.post(client, load.text()).code == 200
