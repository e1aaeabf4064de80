from __future__ import annotations

import os
import threading

import pytest

from textmeter.lib import ids


def test_ids_rise_and_never_repeat_over_threads() -> None:
    made: list[list[int]] = [[] for _ in range(4)]

    def make(mine: list[int]) -> None:
        mine.extend(ids.new_id() for _ in range(3000))

    threads = [threading.Thread(target=make, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(mine == sorted(mine) for mine in made)
    everything = [one for mine in made for one in mine]
    assert len(set(everything)) == 12_000
    assert 0 < min(everything) <= max(everything) < 2**63


def test_a_clock_that_was_set_back_repeats_no_id(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ids.new_id()
    monkeypatch.setattr(ids.time, "time_ns", lambda: (ids.EPOCH_MS + 1000) * 1_000_000)
    after = [ids.new_id() for _ in range(5000)]
    assert [before, *after] == sorted({before, *after})


def test_forked_processes_number_on_their_own() -> None:
    assert any(_process_number_of_a_child() != ids._process for _ in range(3))


def _process_number_of_a_child() -> int:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(ids._process).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as file:
        return int(file.read())


def test_company_ids_are_small_and_tell_nothing() -> None:
    made = [ids.new_company_id() for _ in range(100)]
    assert all(100_000 <= one < 2**31 for one in made)
    assert made != sorted(made)
