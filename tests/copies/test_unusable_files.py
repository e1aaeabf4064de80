"""Files that can't be restored: one line says why, and nothing is touched."""

from __future__ import annotations

import hashlib
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.copies.original import all_rows, names_in, refused, told
from tests.databases import SERVER
from tests.end_to_end.installation import Installation
from textmeter.copies.container import opened
from textmeter.copies.trouble import UnusableFile

OTHER_KIND = ("sqlite", "SQLite", "PostgreSQL") if SERVER else ("postgresql", "PostgreSQL", "SQLite")
BROKEN = "it is broken: its sum is not what it says. Take another backup."
CUT = "it is cut off, or its end is broken. Take another backup."
FOREIGN = "it is no backup of Textmeter, or its beginning is broken."


def verdict(path: Path) -> str:
    try:
        with opened(path, lambda done, total: None):
            return "whole"
    except UnusableFile as error:
        return str(error)


def test_a_file_cut_anywhere_is_refused(backup: Path, tmp_path: Path) -> None:
    whole, cut = backup.read_bytes(), tmp_path / "cut.zip"
    lengths = [0, 1, 49, 50, len(whole) - 1, *random.Random(1).sample(range(len(whole)), 60)]
    for length in lengths:
        cut.write_bytes(whole[:length])
        assert verdict(cut) == (FOREIGN if length < 50 else CUT), length
    cut.write_bytes(whole + b"\n")
    assert verdict(cut) in (CUT, BROKEN)
    cut.write_bytes(whole)
    assert verdict(cut) == "whole"


def test_one_bit_flipped_anywhere_is_refused(backup: Path, tmp_path: Path) -> None:
    whole, flipped = backup.read_bytes(), tmp_path / "flipped.zip"
    places = [*range(80), *range(len(whole) - 200, len(whole))]
    for place in places + random.Random(2).sample(range(len(whole)), 100):
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        flipped.write_bytes(changed)
        assert verdict(flipped) in (BROKEN, CUT, FOREIGN), place


def test_the_command_refuses_them_and_changes_nothing(backup: Path, tmp_path: Path) -> None:
    """A fresh installation stays as it was; what is there already, too."""
    data = tmp_path / "data"
    told(data, "migrate")
    before = all_rows(data), (data / "secret.key").read_bytes(), names_in(data) | {"worker.lock"}
    cut, text, empty = (tmp_path / name for name in ("cut.zip", "text.txt", "empty"))
    cut.write_bytes(backup.read_bytes()[:-1000])
    text.write_text("Dear diary")
    empty.touch()
    foreign = tmp_path / "foreign.zip"
    with zipfile.ZipFile(foreign, "w") as archive:
        archive.writestr("textmeter.sqlite3", "nothing")
    for path, why in ((cut, CUT), (text, FOREIGN), (empty, FOREIGN), (foreign, FOREIGN)):
        assert refused(data, "restore", path) == f"{path} can't be restored: {why}"
    missing = tmp_path / "missing.zip"
    assert refused(data, "restore", missing) == (
        f"{missing} can't be restored: No such file or directory ({missing})."
    )
    assert "Is a directory" in refused(data, "restore", tmp_path)
    assert refused(data, "restore", cut, "--dry-run") == f"{cut} can't be restored: {CUT}"
    assert (all_rows(data), (data / "secret.key").read_bytes(), names_in(data) | {"worker.lock"}) == before


def test_nothing_is_left_where_there_was_nothing(backup: Path, tmp_path: Path) -> None:
    """Neither folders nor a key, which later would be taken for the installation's."""
    for folder, made in (("new/folder", []), ("old", ["old"])):
        data = tmp_path / folder
        for name in made:
            (tmp_path / name).mkdir()
        refused(data, "restore", tmp_path / "missing.zip")
        assert told(data, "restore", backup, "--dry-run")["dry_run"]
        assert [path.name for path in tmp_path.iterdir()] == made
        assert all(not any((tmp_path / name).iterdir()) for name in made)


def edited(backup: Path, path: Path, edit: Callable[[dict[str, Any]], None]) -> Path:
    """The backup with another manifest, and the right sum for it."""
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "manifest.json":
                manifest = json.loads(content)
                edit(manifest)
                content = json.dumps(manifest).encode()
            new.writestr(entry, content)
        new.comment = b"textmeter backup sha256 " + b"0" * 64
    body = path.read_bytes()[: -len(new.comment)]
    path.write_bytes(body + new.comment[:-64] + hashlib.sha256(body).hexdigest().encode())
    return path


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (
            lambda it: it.update(product="99.0.0"),
            "it was made by Textmeter 99.0.0, which is newer than this one (",
        ),
        (lambda it: it.update(format=2), "it was made by Textmeter 0.1.0, which is newer than this one ("),
        (
            lambda it: it["contents"]["migrations"].append("ledger.9999_later"),
            "it was made by a newer Textmeter (ledger.9999_later is not known here). Upgrade first.",
        ),
        (
            lambda it: it.update(database=OTHER_KIND[0]),
            f"it is of {OTHER_KIND[1]}, and this installation is on {OTHER_KIND[2]}.",
        ),
        (lambda it: it["contents"]["tables"].pop(), "its database is not what its manifest says."),
        (
            lambda it: it["contents"]["tables"][-1].update(rows=99),
            "its database is not what its manifest says.",
        ),
        (lambda it: it.pop("contents"), "its manifest can't be read."),
        (lambda it: it.update(more=1), "its manifest can't be read."),
    ],
)
def test_one_of_another_program_or_database_is_refused(
    edit: Callable[[dict[str, Any]], None], why: str, backup: Path, tmp_path: Path
) -> None:
    path = edited(backup, tmp_path / "edited.zip", edit)
    assert f"{path} can't be restored: {why}" in refused(tmp_path / "data", "restore", path)
    assert not (tmp_path / "data").exists()
    assert not SERVER or all_rows(tmp_path / "data") == {}


def test_one_that_is_only_edited_would_be_taken(backup: Path, tmp_path: Path) -> None:
    """So the refusals above are for what each of them says."""
    path = edited(backup, tmp_path / "edited.zip", lambda it: it.update(as_of=0))
    done = told(tmp_path / "data", "restore", path, "--dry-run")
    assert (done["as_of"], done["dry_run"]) == ("1970-01-01T00:00:00.000+00:00", True)
    assert not (tmp_path / "data").exists()


def test_an_installation_with_data_is_not_restored_over(backup: Path, tmp_path: Path) -> None:
    """No company, and no person either: an admin that was just made would be locked out."""
    data, other = tmp_path / "data", Installation(tmp_path / "other")
    told(data, "restore", backup)
    before = all_rows(data)
    said = refused(data, "restore", backup)
    assert said == f"{backup} can't be restored: " + (
        "the database holds companies already. Make an empty one, and name it in TEXTMETER_DATABASE_URL."
        if SERVER
        else f"{data}/textmeter.sqlite3 holds companies already. Stop everything and move it away (with "
        "textmeter.sqlite3-wal and textmeter.sqlite3-shm, if they are there), or name an empty folder in "
        "TEXTMETER_DATA_DIR."
    )
    assert all_rows(data) == before
    other.cli("user", "add", "a@example.com", "--role", "admin", "--password-stdin", stdin="long enough pw\n")
    assert "holds people already" in refused(other.folder, "restore", backup)
