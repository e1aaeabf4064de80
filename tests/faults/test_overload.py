"""More deliveries than can be written: nothing piles up, what isn't taken is told so, what was answered is
there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.cli.terminal import children_of, served, wait_for
from tests.faults.load import ACCEPTED, Answered, Load, all_is_there_once, caller
from tests.faults.rounds import SOAK, by_chance, either, report
from tests.faults.standstill import nothing_can_be_written
from tests.faults.town import Town, town

PATIENCE = either(1.0, 10.0)
MOST_MEMORY = 60  # MB more than before
CONNECTIONS = either(150, 500)


def test_while_nothing_can_be_written_little_is_kept_in_memory_and_everybody_is_told(tmp_path: Path) -> None:
    place = town(tmp_path / "data", tmp_path / "log")
    program = "textmeter" if SOAK else "tests.faults.hasty"
    with served(place.house.folder, log=place.house.log, program=program, HASTY=str(PATIENCE)) as running:
        place.house.process, place.house.url = running
        load = place.load(by_chance())
        flood(load, CONNECTIONS, 2)
        assert load.codes.keys() <= {200, 204}
        before, calm = memory(place), len(load.answers)
        with nothing_can_be_written(place.house):
            flood(load, CONNECTIONS, either(2, 20))
        during = load.answers[calm:]
        grown = memory(place) - before
        refused = [one for one in during if one.code == 503]
        waited = sorted(one.seconds for one in refused)
        report(
            f"{CONNECTIONS} connections, {len(during):,} deliveries, {len(refused):,} refused after"
            f" {waited[len(waited) // 2]:.1f} s, the last after {waited[-1]:.1f} s;"
            f" memory {before} MB, then {grown:+} MB"
        )
        assert {one.headers["retry-after"] for one in refused} == {"5"}
        # Only those that were there first had to wait: ten seconds, and until all of them are answered, by
        # one machine that plays hundreds of callers too.
        assert "Nothing could be written for more than" in place.said
        assert not SOAK or waited[-1] < 30
        assert grown < MOST_MEMORY
        wait_for(lambda: is_taken(load), "deliveries to be taken again")
        place.settle()
    assert load.broken == 0
    accepted = [one.sent for one in load.answers if one.code in ACCEPTED and not is_call(one, during)]
    all_is_there_once(place.house, accepted)


def flood(load: Load, at_once: int, each: int) -> None:
    """So many connections, each with so many conversations one after another."""
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    with (
        httpx.Client(trust_env=False, timeout=60, limits=limits, verify=False) as client,
        ThreadPoolExecutor(at_once) as pool,
    ):

        def talk(_: int) -> None:
            for sent in [one for _ in range(each) for one in load.talk()]:
                load.post(client, sent)

        list(pool.map(talk, range(at_once)))


def memory(place: Town) -> int:
    """Of all processes of the server, in MB."""
    assert place.house.process is not None
    everybody = [place.house.process.pid, *children_of(place.house.process.pid)]
    status = [Path(f"/proc/{pid}/status").read_text() for pid in everybody]
    return sum(int(one.partition("VmRSS:")[2].split()[0]) for one in status) // 1024


def is_taken(load: Load) -> bool:
    with caller() as client:
        return load.post(client, load.text()).code == 200


def is_call(answer: Answered, during: list[Answered]) -> bool:
    """Put through although it couldn't be kept."""
    return answer.sent.what == "voice" and answer in during
