"""The log of a SQLite database is copied into its file by nobody's commit, and doesn't grow for ever."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests.databases import only_sqlite
from textmeter.intake import worker
from textmeter.ledger.statements import fetch
from textmeter.sqlite import log_file

PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "texts.sqlite3"


@pytest.fixture
def writer(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=20)) as database:
        for pragma in (f"page_size = {PAGE}", "journal_mode = WAL", "wal_autocheckpoint = 0"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("CREATE TABLE texts (body BLOB)")
        yield database


def write(writer: sqlite3.Connection, pages: int) -> None:
    writer.execute("INSERT INTO texts VALUES (zeroblob(?))", [pages * PAGE])


def in_log(writer: sqlite3.Connection) -> int:
    return int(writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1])


def test_what_was_copied_is_in_the_file(path: Path, writer: sqlite3.Connection) -> None:
    write(writer, 100)
    assert path.stat().st_size < 50 * PAGE
    log_file.copy_it(path)
    assert path.stat().st_size > 100 * PAGE


def test_a_long_log_is_begun_anew_though_somebody_writes_all_the_time(
    path: Path, writer: sqlite3.Connection
) -> None:
    stop = threading.Event()
    longest = 0

    def write_on() -> None:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=20)) as database:
            database.execute("PRAGMA wal_autocheckpoint = 0")
            while not stop.is_set():
                write(database, 20)
                time.sleep(0.005)

    other = threading.Thread(target=write_on)
    other.start()
    try:
        for _ in range(12):
            write(writer, log_file.LONG // 3)
            log_file.copy_it(path)
            longest = max(longest, in_log(writer))
    finally:
        stop.set()
        other.join()
    assert longest < 3 * log_file.LONG


def test_a_reader_of_what_is_older_holds_nobody_back_for_long(path: Path, writer: sqlite3.Connection) -> None:
    write(writer, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM texts").fetchone() == (1,)
        write(writer, log_file.LONG + 1)
        log_file.copy_it(path)
        write(writer, 1)
        assert reader.execute("SELECT count(*) FROM texts").fetchone() == (1,)
    log_file.copy_it(path)
    write(writer, 1)
    assert in_log(writer) < 100
    assert writer.execute("SELECT count(*) FROM texts").fetchone() == (4,)


def test_a_file_that_is_gone_is_not_made_anew(path: Path) -> None:
    with pytest.raises(sqlite3.Error):
        log_file.copy_it(path)
    assert not path.exists()


def test_it_goes_on_after_a_failure(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, tries = threading.Event(), []

    def failing(tried: Path) -> None:
        tries.append(tried)
        if len(tries) == 2:
            stop.set()
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(log_file, "EVERY", 0.01)
    monkeypatch.setattr(log_file, "copy_it", failing)
    log_file.keep_it_short(path, stop)
    assert tries == [path, path]


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_the_worker_has_it_done_and_commits_leave_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []
    stop = threading.Event()

    def keep(path: Path, until: threading.Event) -> None:
        seen.append(path)
        until.set()

    monkeypatch.setattr(worker, "keep_it_short", keep)
    working = threading.Thread(target=worker.run, args=[stop])
    working.start()
    working.join(20)
    assert seen == [Path(str(connection.settings_dict["NAME"]))]
    assert fetch("PRAGMA wal_autocheckpoint", []) == [(log_file.LONGEST,)]
