"""While a simulator runs, its API stands in for the carrier's: the connection's API address is changed
and put back."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from textmeter.intake.models import Connection
from textmeter.sample.carrier_api import CarrierApi


@dataclass(slots=True)
class _Note:
    """What the data folder remembers of a simulator: the address to put back, also after it was killed,
    and the texts that nobody has asked for yet."""

    api_url: str
    texts: dict[str, dict[str, Any]] = field(default_factory=dict)


@contextmanager
def in_place_of_the_carrier(connection: Connection, api: CarrierApi) -> Iterator[Callable[[], None]]:
    """The worker asks `api` in this time. The texts that it didn't ask for are kept for the next
    simulator: at the end, and whenever what this gives is called, in case that it is killed. Of two
    simulators at once the later one is asked; an earlier one's texts wait for it."""
    path = _path(connection.key)
    present = Connection.objects.get(pk=connection.pk).api_url
    note = _read(path)
    former = note.api_url if note and not _answers(present) else present
    api.texts |= note.texts if note else {}
    _write(path, _Note(former, api.texts))
    api.start()
    try:
        Connection.objects.filter(pk=connection.pk).update(api_url=api.url)
        yield lambda: _write(path, _Note(former, _left(path, api)))
    finally:
        Connection.objects.filter(pk=connection.pk, api_url=api.url).update(api_url=former)
        api.stop()
        _keep_or_forget(path, former, api)


def forget(key: str) -> None:
    """Takes away what the data folder remembers of a connection's simulators."""
    _path(key).unlink(missing_ok=True)


def _keep_or_forget(path: Path, former: str, api: CarrierApi) -> None:
    if left := _left(path, api):
        _write(path, _Note(former, left))
    else:
        path.unlink(missing_ok=True)


def _left(path: Path, api: CarrierApi) -> dict[str, dict[str, Any]]:
    """The texts that nobody has asked for yet, another simulator's too."""
    note = _read(path)
    texts = (note.texts if note else {}) | api.unfetched()
    return {sid: text for sid, text in texts.items() if sid not in api.fetched}


def _path(key: str) -> Path:
    return Path(settings.DATA_DIR) / f"simulated-{key}.json"


def _read(path: Path) -> _Note | None:
    try:
        return _Note(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _write(path: Path, note: _Note) -> None:
    """Whole or not at all: without the address nobody could put it back."""
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(asdict(note)))
    beside.replace(path)


def _answers(api_url: str) -> bool:
    """Whether it can be the connection's own address: any but that of a simulator which was killed."""
    parts = urlsplit(api_url)
    if parts.hostname != "127.0.0.1":
        return True
    try:
        socket.create_connection((parts.hostname, parts.port or 80), timeout=2).close()
    except OSError:
        return False
    return True
