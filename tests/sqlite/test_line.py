"""Who wants to write to SQLite stands in a line: webhooks first, long work last."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from tests.cli.terminal import wait_for
from tests.databases import only_sqlite
from textmeter.ledger.turns import goes_first, is_awaited, long_work
from textmeter.sqlite import line as line_of_the_product
from textmeter.sqlite.line import Line, Rank

pytestmark = [only_sqlite, pytest.mark.django_db(transaction=True)]


@contextmanager
def taken() -> Iterator[None]:
    """Another program writes."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def line() -> Line:
    return Line(str(connection.settings_dict["NAME"]))


@pytest.fixture
def in_line(monkeypatch: pytest.MonkeyPatch) -> set[Rank]:
    """Who has gone into the line. A look at its files would not do before the end: who looks takes their
    lock for a moment, and another one who looks then sees somebody."""
    gone: set[Rank] = set()
    wait = Line.waiting

    @contextmanager
    def waiting(line: Line, rank: Rank) -> Iterator[None]:
        with wait(line, rank):
            gone.add(rank)
            yield

    monkeypatch.setattr(Line, "waiting", waiting)
    return gone


def is_in_line(rank: Rank) -> bool:
    look = line()
    try:
        return look._is_waiting(rank)
    finally:
        look.close()


@pytest.mark.parametrize("first_to_come", list(Rank))
def test_the_highest_rank_goes_first_whoever_came_first(
    first_to_come: Rank, in_line: set[Rank], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_of_the_product, "MOST_POLITE", 30)
    order: list[Rank] = []

    def write(rank: Rank) -> None:
        here: Any = connection
        here.rank = rank
        with transaction.atomic():
            order.append(rank)
            # Long enough for each of the others to try again.
            threading.Event().wait(0.02)
        connection.close()

    ranks = sorted(Rank, key=lambda rank: (rank != first_to_come, -rank))
    threads = [threading.Thread(target=write, args=[rank]) for rank in ranks]
    with taken():
        for thread, rank in zip(threads, ranks, strict=True):
            thread.start()
            wait_for(lambda rank=rank: rank in in_line, "it to stand in the line")
    for thread in threads:
        thread.join()
    assert order == list(Rank)
    assert not any(is_in_line(rank) for rank in Rank)


def test_ranks_are_a_thread_s_own_and_long_work_has_an_end() -> None:
    here: Any = connection
    assert here.rank == Rank.PEOPLE
    with long_work():
        assert here.rank == Rank.LONG_WORK
        with long_work():
            pass
        assert here.rank == Rank.LONG_WORK
    assert here.rank == Rank.PEOPLE
    seen: list[Rank] = []

    def elsewhere() -> None:
        goes_first()
        seen.append(here.rank)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert (seen, here.rank) == ([Rank.WEBHOOKS], Rank.PEOPLE)


def test_long_work_is_told_that_somebody_waits_for_its_end(in_line: set[Rank]) -> None:
    def write(rank: Rank) -> None:
        here: Any = connection
        here.rank = rank
        with transaction.atomic():
            pass
        connection.close()

    with long_work():
        for rank, counts in ((Rank.WEBHOOKS, True), (Rank.LONG_WORK, False)):
            waiting = threading.Thread(target=write, args=[rank])
            with transaction.atomic():
                assert not is_awaited()
                waiting.start()
                wait_for(lambda rank=rank: rank in in_line, "it to stand in the line")
                assert is_in_line(rank)
                assert is_awaited() == counts
            waiting.join()


def test_one_that_died_in_the_line_holds_nobody_up() -> None:
    child = os.fork()
    if child == 0:
        with line().waiting(Rank.WEBHOOKS):
            os._exit(0)
    os.waitpid(child, 0)
    assert not is_in_line(Rank.WEBHOOKS)


def test_who_waits_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
    with taken(), pytest.raises(OperationalError, match="locked"), transaction.atomic():
        pass
    assert not is_in_line(Rank.PEOPLE)
    with transaction.atomic():
        pass


def test_without_its_files_everybody_just_tries(tmp_path: Path) -> None:
    nowhere = Line(str(tmp_path / "nowhere" / "db"))
    with nowhere.waiting(Rank.WEBHOOKS):
        assert not nowhere.is_someone_before(Rank.LONG_WORK)
        nowhere.let_pass(Rank.LONG_WORK)
    nowhere.close()
