"""Makes a backup: one file with all that an installation is, while texts keep coming in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from textmeter.copies import postgres_copies, sqlite_copies
from textmeter.copies.container import KEY, Writer
from textmeter.copies.contents import CompanyContents, Contents
from textmeter.copies.key import key_check, key_in_file
from textmeter.copies.manifest import Manifest
from textmeter.copies.part_file import part_file, put_in_place
from textmeter.copies.progress import Report
from textmeter.copies.trouble import CopyTrouble
from textmeter.lib.days import now_ms


@dataclass(frozen=True, slots=True)
class Backup:
    """`as_of`: the instant (ms) before which nothing is missing. `has_key`: whether the key that opens the
    connections' secrets lies in it; else it is a setting, to be kept apart."""

    path: Path
    bytes: int
    as_of: int
    companies: Sequence[CompanyContents]
    has_key: bool


def back_up(path: Path, *, replace: bool, report: Report) -> Backup:
    """Writes the backup; under its name stands a whole one or none. The database is taken as it is, also
    one that a newer program has not brought up to date yet.

    `replace`: whether a file of that name may be replaced. Raises CopyTrouble, and OSError where the file
    can't be written. `report` is told (bytes done, all bytes).
    """
    _see_that_it_is_free(path, replace)
    as_of, key = now_ms(), key_in_file()
    with part_file(path) as (file, part), Writer(file) as writer:
        taken = _take(writer, path, report)
        if key is not None:
            with writer.entry(KEY) as entry:
                entry.write(key.encode())
        writer.finish(
            Manifest(
                database=connection.vendor,
                as_of=as_of,
                contents=taken,
                key_check=key_check(),
                has_key=key is not None,
            )
        )
        _see_that_it_is_free(path, replace)
        put_in_place(file, part, path)
    return Backup(path, path.stat().st_size, as_of, taken.companies, key is not None)


def _take(writer: Writer, path: Path, report: Report) -> Contents:
    if connection.vendor == "sqlite":
        return sqlite_copies.take(writer, path, report)
    return postgres_copies.take(writer, report)


def _see_that_it_is_free(path: Path, replace: bool) -> None:
    if not path.is_symlink() and not path.exists():
        return
    if path.is_symlink() or not path.is_file():
        raise CopyTrouble("there is something of this name that is no file. Choose another name.")
    if not replace:
        raise CopyTrouble("there is a file of this name. Choose another name, or replace it with --force.")
