"""A restore beside what is running."""

from __future__ import annotations

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cli.terminal import free_port, served, wait_for
from tests.copies.original import Original, all_rows, names_in, refused, told
from tests.copies.test_move import a_database, begin_move, is_unfinished, one_line, run
from tests.databases import database_url, only_postgres, only_sqlite, rows_of
from tests.end_to_end.installation import Installation
from textmeter.cli.errors import Problem
from textmeter.cli.running import no_server_begins, serving
from textmeter.copies.sqlite_copies import DATABASE


def test_nothing_is_restored_under_a_server(backup: Path, tmp_path: Path) -> None:
    with Installation(tmp_path).running() as server:
        told_ = refused(tmp_path, "restore", backup)
        assert told_ == (f"Nothing was restored: a server ({server.url}) runs on {tmp_path}. Stop it first.")
    assert told(tmp_path, "company", "list") == []
    told(tmp_path, "restore", backup)
    assert len(told(tmp_path, "company", "list")) == 2


@only_sqlite
def test_nothing_is_restored_under_whoever_has_the_database_open(backup: Path, tmp_path: Path) -> None:
    told(tmp_path, "migrate")
    before = all_rows(tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as other:
        other.execute("SELECT 1 FROM accounts_company")
        assert refused(tmp_path, "restore", backup) == (
            f"{backup} can't be restored: Another process has {(tmp_path / DATABASE)} open. Stop it first."
        )
    assert all_rows(tmp_path) == before


@only_sqlite
def test_what_a_killed_restore_left_is_not_taken_for_this_one_s(
    backup: Path, original: Original, tmp_path: Path
) -> None:
    """A log of the former database, beside the name that the new one has for a while."""
    left = tmp_path / ".textmeter.sqlite3.textmeter-part"
    with closing(sqlite3.connect(left)) as killed:
        killed.executescript("PRAGMA journal_mode = WAL; CREATE TABLE stranger (id)")
        log = Path(f"{left}-wal").read_bytes()
    for there in (True, False):
        if there:
            left.write_bytes(b"half")
        Path(f"{left}-wal").write_bytes(log)
        told(tmp_path, "restore", backup)
        assert all_rows(tmp_path) == all_rows(original.installation.folder)
        assert names_in(tmp_path) == {"secret.key", "textmeter.sqlite3", "worker.lock"}
        (tmp_path / DATABASE).unlink()


@only_sqlite
def test_a_file_of_other_tables_is_left_alone(backup: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE)) as other:
        other.execute("CREATE TABLE recipes (name text)")
    assert "holds tables that are not Textmeter's" in refused(tmp_path, "restore", backup)
    assert all_rows(tmp_path) == {"recipes": []}


@only_postgres
def test_nothing_is_restored_under_another_machine_s_process(backup: Path, tmp_path: Path) -> None:
    """Its folder is elsewhere; that it is connected tells on it."""
    told(tmp_path, "migrate")
    before = all_rows(tmp_path)
    with psycopg.connect(database_url(tmp_path), application_name="textmeter"):
        assert refused(tmp_path, "restore", backup) == (
            f"{backup} can't be restored: another process of Textmeter is connected to the database. "
            "Stop it first."
        )
    with psycopg.connect(database_url(tmp_path)) as reader:
        reader.execute("SELECT 1 FROM accounts_company")
        assert refused(tmp_path, "restore", backup) == (
            f"{backup} can't be restored: another process is using the database. Stop it first."
        )
    assert all_rows(tmp_path) == before
    told(tmp_path, "restore", backup)


@only_postgres
def test_tables_of_others_stay_where_they_are(backup: Path, original: Original, tmp_path: Path) -> None:
    """They are neither taken into a backup nor touched by a restore."""
    with psycopg.connect(database_url(tmp_path)) as other:
        other.execute("CREATE TABLE recipes (name text)")
        other.execute("INSERT INTO recipes VALUES ('soup')")
    told(tmp_path, "restore", backup)
    assert all_rows(tmp_path) == all_rows(original.installation.folder) | {"recipes": [("soup",)]}
    told(tmp_path, "backup", tmp_path / "again.zip")
    told(tmp_path / "new", "restore", tmp_path / "again.zip")
    assert all_rows(tmp_path / "new") == all_rows(original.installation.folder)
    with psycopg.connect(database_url(tmp_path / "strange")) as other:
        other.execute("CREATE TABLE django_migrations (name text)")
    assert "holds tables that are not Textmeter's" in refused(tmp_path / "strange", "restore", backup)
    assert rows_of(tmp_path / "strange", "SELECT * FROM django_migrations") == []


@only_postgres
def test_no_server_begins_on_what_is_just_being_moved(tmp_path: Path) -> None:
    """What it would take once the move has ended would be left behind."""
    assert run(tmp_path, "demo", "--messages", 300).returncode == 0
    with a_database() as target:
        process = begin_move(tmp_path, target)
        wait_for(lambda: is_unfinished(target), "the move to begin")
        process.send_signal(signal.SIGSTOP)
        said = one_line(run(tmp_path, "serve", "--port", free_port()))
        process.send_signal(signal.SIGCONT)
        assert said.startswith(f"textmeter: {tmp_path} is just being moved to PostgreSQL. Once that has")
        _, said = process.communicate()
        assert process.returncode == 0, said


def test_none_moves_away_from_a_server_that_has_just_begun(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    with serving(), pytest.raises(Problem, match="A server has just begun to run on"), no_server_begins():
        pass
    with no_server_begins():
        pass


def test_a_server_is_noticed_though_a_later_one_took_its_note_away(backup: Path, tmp_path: Path) -> None:
    """Each notes where it is in one file; whoever ends takes the note along."""
    note = tmp_path / "serve.json"
    with served(tmp_path, "--no-worker"), served(tmp_path, "--no-worker") as (later, _):
        wait_for(lambda: json.loads(note.read_text())["pid"] == later.pid, "the later one's note")
        later.terminate()
        later.communicate(timeout=20)
        assert not note.exists()
        told_ = refused(tmp_path, "restore", backup)
    assert told_ == f"Nothing was restored: a server runs on {tmp_path}. Stop it first."
