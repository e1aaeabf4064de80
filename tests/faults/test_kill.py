"""`kill -9` at any moment under load: what was answered is there once, and what is derived is right."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.cli.terminal import children_of, wait_for
from tests.faults.load import all_is_there_once, crowd
from tests.faults.rounds import by_chance, report, rounds
from tests.faults.town import Town, town


def test_everything_that_was_answered_survives_kill_9(tmp_path: Path) -> None:
    """Mostly of all processes at once, as a power cut would; or of one, which is started again."""
    rng = by_chance()
    place = town(tmp_path / "data", tmp_path / "log")
    accepted = []
    for n in rounds(2, 100):
        with place.house.running("--workers", rng.choice("112")):
            load = place.load(rng)
            with crowd(load):
                wait_for(lambda load=load: len(load.accepted) > 20, "the server to answer")
                load.stop.wait(rng.uniform(0, 1.0))
                if n % 4 == 1:
                    kill_one(place, rng.choice(children_of(process_of(place))))
                    so_far = len(load.accepted)
                    wait_for(lambda load=load, so_far=so_far: len(load.accepted) > so_far + 5, "more answers")
                place.house.kill_9()
            accepted += load.accepted
            assert load.codes.keys() <= {200, 204}
    with place.house.running():
        place.settle()
    report(f"{len(accepted):,} deliveries answered")
    all_is_there_once(place.house, accepted)


def process_of(place: Town) -> int:
    assert place.house.process is not None
    return place.house.process.pid


def kill_one(place: Town, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: pid not in children_of(process_of(place)), "it to be buried")
