"""Disks that are full, or for reading only: one plain line, and nothing is left behind."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.copies.original import Original, all_rows, names_in, refused, told
from tests.databases import only_sqlite
from tests.faults.disks import fill
from textmeter.copies.sqlite_copies import DATABASE

pytestmark = [
    only_sqlite,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk"),
]
Mount = Callable[[str], Path]


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Mount]:
    """Mounts a small disk in memory."""
    places: list[Path] = []

    def mount(options: str) -> Path:
        place = tmp_path / f"disk{len(places)}"
        place.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place],
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            pytest.skip(f"this machine lets nobody mount: {done.stderr.strip()}")
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", place], check=True)


@pytest.fixture
def large(original: Original, tmp_path: Path) -> Path:
    """With a megabyte that can't be packed."""
    folder = tmp_path / "large"
    shutil.copytree(original.installation.folder, folder)
    with closing(sqlite3.connect(folder / DATABASE)) as database, database:
        database.execute(
            "INSERT INTO intake_receipt VALUES (1, 1, 1, 'message', '', '{}', ?, 1, 1, NULL, NULL, 1)",
            [random.Random(3).randbytes(1_000_000)],
        )
    return folder


def test_a_disk_that_gets_full_keeps_no_half_backup(large: Path, mounted: Mount) -> None:
    """There is room for the database's copy, and not for what is packed from it."""
    disk = mounted(f"size={(large / DATABASE).stat().st_size + 300_000}")
    path = disk / "backup.zip"
    assert refused(large, "backup", path).startswith(f"{path} can't be written: No space left on device")
    assert names_in(disk) == set()
    assert told(large, "check") == {"differences": []}


def test_a_disk_that_is_full_from_the_beginning_is_said(original: Original, mounted: Mount) -> None:
    disk = mounted("size=100k")
    filler = fill(disk)
    path = disk / "backup.zip"
    assert refused(original.installation.folder, "backup", path) == (
        f"{path} can't be written: No space left on device."
    )
    assert names_in(disk) == {filler.name}


def test_a_disk_that_is_too_small_is_seen_before(large: Path, backup: Path, mounted: Mount) -> None:
    disk = mounted("size=100k")
    path = disk / "backup.zip"
    assert f"{path} can't be written: there is no room on the disk: it needs " in refused(
        large, "backup", path
    )
    assert f"{backup} can't be restored: there is no room on the disk: it needs " in refused(
        disk, "restore", backup
    )
    assert names_in(disk) == set()


def test_a_restore_that_fills_the_disk_leaves_it_fresh(
    backup: Path, original: Original, mounted: Mount
) -> None:
    """There is room for the database, and not for bringing it up to date."""
    disk = mounted(f"size={(original.installation.folder / DATABASE).stat().st_size + 8192}")
    assert "disk is full" in refused(disk, "restore", backup)
    assert names_in(disk) == set()


def test_a_disk_for_reading_only_is_said(original: Original, mounted: Mount) -> None:
    path = mounted("size=10m,ro") / "backup.zip"
    assert refused(original.installation.folder, "backup", path).startswith(
        f"{path} can't be written: Read-only file system"
    )
    assert all_rows(original.installation.folder)
