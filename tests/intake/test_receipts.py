"""Group commit: nothing is answered before it is on disk, and the writer outlives every error."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection

from tests.cli.terminal import wait_for
from tests.databases import SERVER, only_postgres, only_sqlite
from textmeter.intake import receipts
from textmeter.intake.receipts import NotKept, Receipt, keep
from textmeter.ledger.statements import fetch
from textmeter.lib.ids import new_id

pytestmark = pytest.mark.django_db(transaction=True)


def receipt(body: bytes = b"a", **more: Any) -> Receipt:
    fields: dict[str, Any] = {
        "connection_id": 1,
        "company_id": 2,
        "what": "message",
        "url": "http://x/hooks/k/message",
        "headers": {"host": "x"},
        "body": body,
        "received_at": 5,
    }
    return Receipt(**(fields | more))


TAKE_THE_TABLE = ("BEGIN", "LOCK TABLE intake_receipt") if SERVER else ("BEGIN IMMEDIATE",)


@contextmanager
def another_program() -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """Runs statements on the tests' database from outside of the product; the rows of each."""
    place = connection.settings_dict
    if SERVER:
        address = SERVER.rpartition("/")[0] + f"/{place['NAME']}"
        other: Any = psycopg.connect(address, autocommit=True)
    else:
        other = sqlite3.connect(place["NAME"], isolation_level=None)

    def execute(sql: str) -> list[tuple[Any, ...]]:
        cursor = other.execute(sql)
        return cursor.fetchall() if cursor.description else []

    yield execute
    other.close()


def bodies() -> list[bytes]:
    return [bytes(row[0]) for row in fetch("SELECT body FROM intake_receipt ORDER BY id", [])]


def test_kept_means_that_another_process_sees_it() -> None:
    keep(receipt(b"\x00\xff", what="voice"))
    with another_program() as execute:
        ((*fields, body),) = execute(
            "SELECT what, url, headers, received_at, state, body FROM intake_receipt"
        )
    assert fields == ["voice", "http://x/hooks/k/message", '{"host": "x"}', 5, 0]
    assert bytes(body) == b"\x00\xff"


def test_many_at_once_are_committed_together(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    write = receipts._write

    def slow(some: list[Receipt]) -> None:
        sizes.append(len(some))
        time.sleep(0.05)
        write(some)

    monkeypatch.setattr(receipts, "_write", slow)
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(lambda n: keep(receipt(b"%d" % n)), range(64)))
    assert sorted(bodies()) == sorted(b"%d" % n for n in range(64))
    assert sum(sizes) == 64
    assert len(sizes) < 16


def test_one_that_cannot_be_written_does_not_harm_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    write = receipts._write

    def slow(some: list[Receipt]) -> None:
        time.sleep(0.02)
        write(some)

    monkeypatch.setattr(receipts, "_write", slow)
    twice = new_id()
    keep(receipt(b"first", id=twice))

    def attempt(one: Receipt) -> bool:
        try:
            keep(one)
        except NotKept:
            return False
        return True

    some = [receipt(b"%d" % n) for n in range(10)] + [receipt(b"same id", id=twice)]
    with ThreadPoolExecutor(11) as pool:
        assert list(pool.map(attempt, some)) == [True] * 10 + [False]
    assert len(bodies()) == 11
    assert b"same id" not in bodies()


def test_the_writer_goes_on_after_the_database_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    write, failures = receipts._write, [OperationalError("disk I/O error"), RuntimeError("a bug")]

    def fails(some: list[Receipt]) -> None:
        if failures:
            raise failures.pop(0)
        write(some)

    monkeypatch.setattr(receipts, "_write", fails)
    for why in ("disk I/O error", "a bug"):
        with pytest.raises(NotKept, match=why):
            keep(receipt())
    keep(receipt(b"after"))
    assert bodies() == [b"after"]


def test_waiting_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with another_program() as execute:
        for statement in TAKE_THE_TABLE:
            execute(statement)
        began = time.monotonic()
        with pytest.raises(NotKept, match=r"not written within 0\.2 seconds"):
            keep(receipt(), patience=0.2)
        assert time.monotonic() - began < 1
        execute("ROLLBACK")
    keep(receipt(b"after"))
    assert b"after" in bodies()


def test_while_nothing_can_be_written_one_tries_and_the_others_are_refused_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also when the database gave up on the one before."""
    write, tried, go = receipts._write, threading.Semaphore(0), threading.Semaphore(0)

    def stands_still(some: list[Receipt]) -> None:
        tried.release()
        assert go.acquire(timeout=20)
        raise OperationalError("database is locked")

    monkeypatch.setattr(receipts, "PATIENCE", 0.05)
    monkeypatch.setattr(receipts, "_write", stands_still)
    with ThreadPoolExecutor(1) as pool:
        for _ in range(2):
            one = pool.submit(keep, receipt(), 20)
            assert tried.acquire(timeout=20)
            time.sleep(0.06)
            with pytest.raises(NotKept, match=r"Nothing could be written for more than 0\.05 seconds"):
                keep(receipt(), 20)
            go.release()
            with pytest.raises(NotKept, match=r"not written within 0\.05 seconds"):
                one.result()
            wait_for(lambda: not receipts._writer()._is_writing, "the writer to give up")
        again = pool.submit(keep, receipt(), 20)
        assert tried.acquire(timeout=20)
        with pytest.raises(NotKept, match="Nothing could be written"):
            keep(receipt(), 20)
        go.release()
        assert again.exception() is not None
    monkeypatch.setattr(receipts, "_write", write)
    keep(receipt(b"after"))
    keep(receipt(b"and more"))
    assert bodies() == [b"after", b"and more"]


def test_a_full_queue_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    began, go = threading.Event(), threading.Event()

    def write(some: object) -> None:
        began.set()
        go.wait(5)

    monkeypatch.setattr(receipts, "MOST_WAITING", 2)
    monkeypatch.setattr(receipts, "MOST_TOGETHER", 1)
    monkeypatch.setattr(receipts, "_write", write)
    with ThreadPoolExecutor(3) as pool:
        tasks = [pool.submit(keep, receipt())]
        assert began.wait(5)  # the first is out of the queue before the others come
        tasks += [pool.submit(keep, receipt()) for _ in range(2)]
        deadline = time.monotonic() + 5
        while receipts._writer().queue.qsize() < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        with pytest.raises(NotKept, match="2 receipts wait to be written already"):
            keep(receipt())
        go.set()
        assert [task.result() for task in tasks] == [None] * 3


@only_postgres
def test_a_connection_that_was_cut_meanwhile_costs_no_delivery() -> None:
    keep(receipt(b"before"))
    fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()",
        [],
    )
    keep(receipt(b"after"))
    assert bodies() == [b"before", b"after"]


@only_sqlite
def test_a_database_file_that_was_taken_away_is_noticed() -> None:
    """SQLite would go on writing to the file without a name."""
    path = Path(str(connection.settings_dict["NAME"]))
    keep(receipt(b"before"))
    away = path.with_suffix(".away")
    path.rename(away)
    try:
        with pytest.raises(NotKept):
            keep(receipt(b"lost otherwise"))
        assert not path.exists()
    finally:
        away.rename(path)
    keep(receipt(b"after"))
    assert bodies() == [b"before", b"after"]


def test_a_forked_process_has_a_writer_of_its_own() -> None:
    keep(receipt(b"parent"))
    child = os.fork()
    if child == 0:
        code = 1
        try:
            connection.connect()
            keep(receipt(b"child"))
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert sorted(bodies()) == [b"child", b"parent"]


def test_stop_ends_the_thread_and_the_next_receipt_starts_another() -> None:
    keep(receipt())
    thread = receipts._writer().thread
    receipts.stop()
    assert not thread.is_alive()
    keep(receipt())
    assert len(bodies()) == 2
