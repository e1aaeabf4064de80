"""Brings a backup back into a fresh installation: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from textmeter.copies import postgres_copies, sqlite_copies
from textmeter.copies.container import Reader, opened
from textmeter.copies.key import key_is_a_setting, present_key_opens, put_key
from textmeter.copies.manifest import Manifest
from textmeter.copies.progress import Report, between
from textmeter.copies.trouble import UnusableFile

KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Key(Enum):
    """What became of the key. OPENS: the present one opens the connections' secrets. MISSING: it doesn't,
    and the right one is not in the backup. OUTDONE: the right one was put into secret.key, but
    TEXTMETER_SECRET_KEY gives another one, which counts."""

    OPENS = "opens"
    MISSING = "missing"
    OUTDONE = "outdone"


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    key: Key


def look(path: Path, report: Report) -> Manifest:
    """What the backup in the file says of itself; it can be restored here. Raises as `restore` does."""
    with _fitting(path, report) as reader:
        return reader.manifest


def restore(path: Path, report: Report) -> Restored:
    """Makes the backup this installation, which must be fresh, with nothing running on it. Every byte of
    the file is proved first; a backup of an older program is brought up to date.

    Raises CopyTrouble, and OSError where a file can't be read or written; then nothing was changed.
    """
    with _fitting(path, between(report, 0, 10)) as reader:
        key = reader.key()

        def put_the_key() -> None:
            # Before the data: whoever finds data finds the key too. Without data it opens nothing.
            if key is not None:
                put_key(key)

        room = sqlite_copies if connection.vendor == "sqlite" else postgres_copies
        room.put_back(reader, put_the_key, between(report, 10, 100))
        return Restored(reader.manifest, _key_now(reader.manifest))


@contextmanager
def _fitting(path: Path, report: Report) -> Iterator[Reader]:
    with opened(path, report) as reader:
        there, here = reader.manifest.database, connection.vendor
        if there != here:
            raise UnusableFile(
                f"it is of {KINDS.get(there, there)}, and this installation is on {KINDS.get(here, here)}."
            )
        known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
        if strange := set(reader.manifest.contents.migrations) - known:
            raise UnusableFile(
                f"it was made by a newer Textmeter ({min(strange)} is not known here). Upgrade first."
            )
        yield reader


def _key_now(manifest: Manifest) -> Key:
    if present_key_opens(manifest.key_check):
        return Key.OPENS
    return Key.OUTDONE if manifest.has_key and key_is_a_setting() else Key.MISSING
