"""A restore beside what is running."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.copies.original import Original, all_rows, database_of, names_in, refused, told
from tests.end_to_end.installation import Installation


def test_nothing_is_restored_under_a_server(backup: Path, tmp_path: Path) -> None:
    with Installation(tmp_path).running() as server:
        told_ = refused(tmp_path, "restore", backup)
        assert told_ == (f"Nothing was restored: a server ({server.url}) runs on {tmp_path}. Stop it first.")
    assert told(tmp_path, "company", "list") == []
    told(tmp_path, "restore", backup)
    assert len(told(tmp_path, "company", "list")) == 2


def test_nothing_is_restored_under_whoever_has_the_database_open(backup: Path, tmp_path: Path) -> None:
    told(tmp_path, "migrate")
    before = all_rows(tmp_path)
    with closing(sqlite3.connect(database_of(tmp_path))) as other:
        other.execute("SELECT 1 FROM accounts_company")
        assert refused(tmp_path, "restore", backup) == (
            f"{backup} can't be restored: Another process has {database_of(tmp_path)} open. Stop it first."
        )
    assert all_rows(tmp_path) == before


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
        database_of(tmp_path).unlink()


def test_a_file_of_other_tables_is_left_alone(backup: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database_of(tmp_path))) as other:
        other.execute("CREATE TABLE recipes (name text)")
    assert "holds tables that are not Textmeter's" in refused(tmp_path, "restore", backup)
    assert all_rows(tmp_path) == {"recipes": []}
