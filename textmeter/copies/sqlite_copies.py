"""An SQLite database on its way into a backup and out of it: as a whole file, `textmeter.sqlite3`."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.management import call_command
from django.db import connection

from textmeter.copies.container import Reader, Writer, copy
from textmeter.copies.contents import Contents
from textmeter.copies.part_file import part_file, put_in_place
from textmeter.copies.progress import Report, between
from textmeter.copies.sqlite_file import contents_of, copy_database, database_in, held_alone
from textmeter.copies.trouble import NOT_AS_IT_SAYS, CopyTrouble, UnusableFile

DATABASE = "textmeter.sqlite3"


def take(writer: Writer, beside: Path, report: Report) -> Contents:
    """Puts the database into the backup; its copy lies beside it for a while, on the same disk and not on
    the one that the running installation needs."""
    source = database_path()
    if not source.is_file() or not source.stat().st_size:
        raise CopyTrouble(f"there is no database yet ({source}).")
    size = source.stat().st_size
    see_that_there_is_room(beside.parent, size)
    with part_file(beside.with_name(f"{beside.name}.database")) as (file, part):
        copy_database(source, part, between(report, 0, 25))
        with database_in(part) as database:
            contents = contents_of(database)
        _pack(file, writer, between(report, 25, 100))
    return contents


def put_back(reader: Reader, at_last: Callable[[], None], report: Report) -> None:
    """Makes the backup's database the installation's, which must be fresh; up to date, and all or nothing.
    `at_last` is called when only the last step is left. Raises CopyTrouble, and OSError."""
    target = database_path()
    connection.close()
    with held_alone(target) as former:
        see_that_it_is_fresh(former, target)
        see_that_there_is_room(target.parent, reader.size_of(DATABASE))
        with part_file(target) as (file, part):
            _unpack(reader, file, report)
            _bring_up_to_date(part, reader.manifest.contents)
            at_last()
            put_in_place(file, part, target)


def see_that_it_is_fresh(database: sqlite3.Connection, path: Path) -> None:
    """Raises CopyTrouble where there are companies, people, or tables of something else."""
    names = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not names:
        return
    if "accounts_company" not in names:
        raise CopyTrouble(f"{path} holds tables that are not Textmeter's. Choose another file.")
    for table, what in (("accounts_company", "companies"), ("accounts_user", "people")):
        if database.execute(f"SELECT EXISTS (SELECT 1 FROM {table})").fetchone()[0]:
            raise CopyTrouble(
                f"{path} holds {what} already. Stop everything and move it away (with {path.name}-wal and "
                f"{path.name}-shm, if they are there), or name an empty folder in TEXTMETER_DATA_DIR."
            )


def see_that_there_is_room(folder: Path, bytes_: int) -> None:
    """Raises CopyTrouble."""
    free = shutil.disk_usage(folder).free
    if free < bytes_:
        needed, there = f"{bytes_ / 1e6:,.1f} MB", f"{free / 1e6:,.1f} MB"
        raise CopyTrouble(f"there is no room on the disk: it needs {needed}, and {folder} has {there}.")


def database_path() -> Path:
    return Path(str(connection.settings_dict["NAME"])).absolute()


def _pack(file: IO[bytes], writer: Writer, report: Report) -> None:
    file.seek(0)
    with writer.entry(DATABASE) as entry:
        copy(file, entry, os.fstat(file.fileno()).st_size, report)


def _unpack(reader: Reader, file: IO[bytes], report: Report) -> None:
    with reader.entry(DATABASE) as entry:
        copy(entry, file, reader.size_of(DATABASE), report)
    file.flush()


def _bring_up_to_date(path: Path, stored: Contents) -> None:
    """Proves that the file holds what the backup says, and applies the migrations that came since."""
    with database_in(path) as database:
        if contents_of(database) != stored:
            raise UnusableFile(NOT_AS_IT_SAYS)
    with _connection_to(path):
        call_command("migrate", verbosity=0, interactive=False)
    with database_in(path) as database:
        # All of it stands in the one file then, which can be given another name.
        database.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def _connection_to(path: Path) -> Iterator[None]:
    """Django's connection is to this file in the meantime."""
    former = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = former
