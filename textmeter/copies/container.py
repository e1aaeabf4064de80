"""The one file of a backup: a zip, which other programs open too, with a sum over all of it at its end.

It holds a note for people, the database (an SQLite file, or a file a table), `secret.key` where the key
is the installation's own, and last `manifest.json`. The sum stands in the zip's comment, which ends
the file: a byte that changed anywhere, or an end that is missing, is seen before anything is unpacked.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from textmeter.copies.manifest import Manifest, read_manifest
from textmeter.copies.progress import Report
from textmeter.copies.trouble import UnusableFile

NOTE, MANIFEST, KEY = "textmeter-backup.txt", "manifest.json", "secret.key"
PIECE = 1 << 20
# More would take twice the time for a tenth less.
LEVEL = 1
_MARK = b"textmeter backup sha256 "
_END = len(_MARK) + 64
_NOTE = (
    "A backup of Textmeter, with every text. `textmeter restore FILE` brings it back into a fresh"
    " installation, once it was seen that the file is whole.\n"
)


class Writer:
    """Fills an empty file. Nothing of it is a backup before `finish`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        try:
            # As it is, for the file is known by its beginning.
            self._zip.writestr(zipfile.ZipInfo(NOTE), _NOTE)
        except OSError:
            self._let_go()
            raise

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go()

    def entry(self, name: str) -> IO[bytes]:
        """To be written and closed before the next one."""
        return self._zip.open(name, "w", force_zip64=True)

    def finish(self, manifest: Manifest) -> None:
        self._zip.writestr(MANIFEST, manifest.as_json())
        self._zip.comment = _MARK + b"0" * 64
        self._zip.close()
        size = self._file.seek(0, os.SEEK_END)
        sum_ = _sum(self._file, size - _END, lambda done, total: None)
        self._file.seek(size - 64)
        self._file.write(sum_)

    def _let_go(self) -> None:
        self._zip.fp = None  # else an unfinished one would try to end itself once more, and complain


class Reader:
    """A whole backup."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._zip = archive
        self.manifest: Manifest = read_manifest(self._read(MANIFEST))

    def key(self) -> str | None:
        """The installation's key, where it lies in the backup."""
        return self._read(KEY).decode() if self.manifest.has_key else None

    def entry(self, name: str) -> IO[bytes]:
        """Raises UnusableFile."""
        try:
            return self._zip.open(name)
        except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
            raise UnusableFile(f"{name} is missing in it.") from None

    def size_of(self, name: str) -> int:
        """Bytes, unpacked; 0 for what isn't there."""
        return next((one.file_size for one in self._zip.infolist() if one.filename == name), 0)

    def _read(self, name: str) -> bytes:
        with self.entry(name) as entry:
            return entry.read()


@contextmanager
def opened(path: Path, report: Report) -> Iterator[Reader]:
    """The backup in the file, once every byte was proved right. Raises UnusableFile, and OSError where
    the file can't be read. `report` is told (bytes done, all bytes)."""
    with path.open("rb") as file:
        _prove(file, report)
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError):
            raise UnusableFile("it is broken.") from None
        with archive:
            yield Reader(archive)


def copy(source: IO[bytes], target: IO[bytes], size: int, report: Report) -> None:
    """Copies `size` bytes, all there are."""
    done = 0
    while piece := source.read(PIECE):
        target.write(piece)
        done += len(piece)
        report(done, size)


def _prove(file: IO[bytes], report: Report) -> None:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(30 + len(NOTE))
    if not (head.startswith(b"PK\x03\x04") and head.endswith(NOTE.encode())):
        raise UnusableFile("it is no backup of Textmeter, or its beginning is broken.")
    file.seek(max(size - _END, 0))
    end = file.read()
    if not end.startswith(_MARK):
        raise UnusableFile("it is cut off, or its end is broken. Take another backup.")
    if _sum(file, size - _END, report) != end.removeprefix(_MARK):
        raise UnusableFile("it is broken: its sum is not what it says. Take another backup.")
    file.seek(0)


def _sum(file: IO[bytes], until: int, report: Report) -> bytes:
    """The sha256 in hex of the first `until` bytes."""
    sum_, done = hashlib.sha256(), 0
    file.seek(0)
    while done < until and (piece := file.read(min(PIECE, until - done))):
        sum_.update(piece)
        done += len(piece)
        report(done, until)
    return sum_.hexdigest().encode()
