"""Where the server of this data folder is, as it wrote down itself: serve.json {pid, url}."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from textmeter.cli.errors import Problem

FALLBACK = "http://127.0.0.1:8000"
PATIENCE = 1.0  # seconds: whoever looks whether a server runs keeps one from beginning for a moment


def base_url() -> str:
    """The address for carriers: TEXTMETER_PUBLIC_URL, else the running server's, else the usual one."""
    from django.conf import settings

    return str(settings.PUBLIC_URL) or server_url() or FALLBACK


def usual_url() -> str:
    """Where a server is that wrote nothing down here: TEXTMETER_PUBLIC_URL, else the usual address."""
    from django.conf import settings

    return str(settings.PUBLIC_URL) or FALLBACK


def server_url() -> str | None:
    """The address of the server that runs on this data folder; None when none does."""
    try:
        noted = json.loads(_file().read_text())
        os.kill(int(noted["pid"]), 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(noted["url"])


@contextmanager
def serving() -> Iterator[None]:
    """Shows for as long as it lasts that a server runs on this data folder; the note tells of one alone.
    Raises Problem where none may begin."""
    with _lock_path().open("w") as file:
        until = time.monotonic() + PATIENCE
        while not _locks(file, fcntl.LOCK_SH):
            if time.monotonic() > until:
                raise Problem(
                    f"{_lock_path().parent} is just being moved to PostgreSQL. Once that has ended, set"
                    " TEXTMETER_DATABASE_URL as it says, and start again."
                )
            time.sleep(PATIENCE / 20)
        yield


@contextmanager
def no_server_begins() -> Iterator[None]:
    """For as long as it lasts. Raises Problem where one has just begun."""
    with _lock_path().open("w") as file:
        if not _locks(file, fcntl.LOCK_EX):
            raise Problem(f"A server has just begun to run on {_lock_path().parent}. Stop it first.")
        yield


def what_runs() -> str | None:
    """`A server (address)` or `A worker`, where one runs on this data folder. Raises django.db.Error."""
    from textmeter.intake.worker import is_running

    url = server_url()
    if url is not None:
        return f"A server ({url})"
    if _is_serving():
        return "A server"
    return "A worker" if is_running() else None


def _is_serving() -> bool:
    if not _lock_path().exists():
        return False
    with _lock_path().open("w") as file:
        return not _locks(file, fcntl.LOCK_EX)


def _locks(file: IO[str], how: int) -> bool:
    """Locks it as `how` says, until it is closed; False where another one holds it."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_path() -> Path:
    return _file().with_name("serve.lock")


def note_server(url: str) -> None:
    """Writes the address down whole: a reader never sees half a file."""
    half = _file().with_suffix(".new")
    half.write_text(json.dumps({"pid": os.getpid(), "url": url}))
    half.replace(_file())


def forget_server() -> None:
    """Takes the note away, unless another server has written its own since."""
    with suppress(OSError, ValueError, KeyError):
        if json.loads(_file().read_text())["pid"] == os.getpid():
            _file().unlink()


def _file() -> Path:
    from django.conf import settings

    return Path(settings.DATA_DIR) / "serve.json"
