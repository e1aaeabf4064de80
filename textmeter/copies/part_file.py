"""Files that are written under a temporary name, beside the one that they will have.

Whoever writes one holds a lock on it, which the system gives back even after `kill -9`: what bears such a
name without a lock is what a killed process left, and the next one takes it away.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from textmeter.copies.trouble import CopyTrouble

ENDING = ".textmeter-part"


@contextmanager
def part_file(path: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """An empty file that only its owner may read, open, and its name; it is gone when the block ends,
    unless the block has given it another name. Raises OSError, and CopyTrouble where another process
    is writing the same."""
    part = path.with_name(f".{path.name}{ENDING}")
    _sweep(part.parent)
    with _locked(part) as file:
        try:
            yield file, part
        finally:
            if _is_still(part, file.fileno()):
                _remove(part)


def put_in_place(file: IO[bytes], part: Path, path: Path) -> None:
    """Gives the part its own name, once all of it is on disk; what bore that name is replaced."""
    file.flush()
    os.fsync(file.fileno())
    os.replace(part, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Returns when the folder's names are on disk too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _locked(part: Path) -> Iterator[IO[bytes]]:
    while True:
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "r+b") as file:
            if not _lock(handle):
                raise CopyTrouble(f"Another process is writing {part} now. Wait for its end.")
            if _is_still(part, handle):
                file.truncate()
                _remove_logs(part)
                yield file
                return


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still(part: Path, handle: int) -> bool:
    """Between opening and locking, another process may have swept the file away."""
    try:
        return part.stat().st_ino == os.fstat(handle).st_ino
    except FileNotFoundError:
        return False


def _sweep(folder: Path) -> None:
    for left in folder.glob(f".*{ENDING}"):
        with suppress(OSError), left.open("rb") as file:
            if _lock(file.fileno()):
                _remove(left)


def _remove(part: Path) -> None:
    _remove_logs(part)
    part.unlink(missing_ok=True)


def _remove_logs(part: Path) -> None:
    """SQLite would take the log of a former database of this name for the new one's."""
    for ending in ("-wal", "-shm", "-journal"):
        part.with_name(part.name + ending).unlink(missing_ok=True)
