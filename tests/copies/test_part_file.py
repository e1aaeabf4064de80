"""What is being written, and what a killed process left."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.copies.original import names_in
from textmeter.copies.part_file import part_file, put_in_place
from textmeter.copies.sqlite_file import held_alone
from textmeter.copies.trouble import CopyTrouble


def test_what_a_killed_process_left_goes_and_what_is_being_written_stays(tmp_path: Path) -> None:
    """Also of other names: nightly backups have a new one each."""
    (tmp_path / ".monday.zip.textmeter-part").write_bytes(b"half")
    (tmp_path / ".other.part").write_bytes(b"somebody else's")
    with part_file(tmp_path / "tuesday.zip") as (first, _):
        first.write(b"going on")
        with part_file(tmp_path / "wednesday.zip") as (second, part):
            assert names_in(tmp_path) == {
                ".other.part",
                ".tuesday.zip.textmeter-part",
                ".wednesday.zip.textmeter-part",
            }
            second.write(b"whole")
            put_in_place(second, part, tmp_path / "wednesday.zip")
    assert names_in(tmp_path) == {".other.part", "wednesday.zip"}
    assert (tmp_path / "wednesday.zip").read_bytes() == b"whole"


def test_two_don_t_write_the_same(tmp_path: Path) -> None:
    with (
        part_file(tmp_path / "backup.zip"),
        pytest.raises(CopyTrouble, match="Another process is writing"),
        part_file(tmp_path / "backup.zip"),
    ):
        pass


def test_a_database_that_is_held_is_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    with (
        held_alone(path),
        closing(sqlite3.connect(path, timeout=0)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("CREATE TABLE stranger (id)")
