"""What a webhook has to know before it can answer, kept in memory for a moment.

A second, so that a new secret or destination counts at once. When the database is gone the last words
known still serve: a customer may be on the line. So a company's lines are known before its first call.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import Error

from textmeter.carriers.table import CARRIERS, Carrier
from textmeter.carriers.twilio_answers import Line
from textmeter.intake.connections import addresses, secrets_of
from textmeter.intake.models import Connection
from textmeter.intake.secrets import Unopenable
from textmeter.ledger.trackers import owner_at, owners_of, trackers_of
from textmeter.lib.days import now_ms
from textmeter.lib.phone import e164_or_raw

logger = logging.getLogger(__name__)

FRESH = 1.0  # seconds
FRESH_IN_RESERVE = 60.0
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    """A connection as its webhooks need it. Without `secrets` the stored ones can't be opened."""

    id: int
    key: str
    company_id: int
    carrier: Carrier
    secrets: tuple[str, ...]

    def addresses(self, base_url: str) -> dict[str, str]:
        return addresses(self.key, self.carrier.whats, base_url)


def connection_of(key: str) -> Known | None:
    """None for a key that no connection has. Raises django.db.Error."""
    return _connections.get(key, lambda: _load(key))


def line_of(company_id: int, number: str) -> Line | None:
    """Where a call on that number of the company goes on to; None where it isn't its number now."""
    lines = _lines_of(company_id)
    return lines.get(e164_or_raw(number)) if lines else None


def forget() -> None:
    """Empties the memory: for tests, and for a process that changed something itself."""
    _connections.clear()
    _lines.clear()


K = TypeVar("K")
V = TypeVar("V")


class _Memory(Generic[K, V]):
    """Values by key, each fresh for a moment; what isn't there is asked for every time, so that a
    stranger who tries keys fills no memory. One asks anew, and the others take what is known: where the
    database stands still, that one alone does with it."""

    def __init__(self) -> None:
        self._found: dict[K, tuple[float, V]] = {}
        self._asking: set[K] = set()
        self._lock = threading.Lock()

    def get(self, key: K, load: Callable[[], V | None], fresh: float | None = None) -> V | None:
        """One that is older than `fresh` seconds (FRESH) is asked for again. Raises django.db.Error."""
        known = self._found.get(key)
        now = time.monotonic()
        if known and now - known[0] < (FRESH if fresh is None else fresh):
            return known[1]
        with self._lock:
            if known and key in self._asking:
                return known[1]
            self._asking.add(key)
        try:
            value = load()
        except Error:
            if known:
                return known[1]
            raise
        finally:
            with self._lock:
                self._asking.discard(key)
        with self._lock:
            if value is None:
                self._found.pop(key, None)
            elif len(self._found) < MOST or key in self._found:
                self._found[key] = (now, value)
        return value

    def clear(self) -> None:
        with self._lock:
            self._found.clear()


_connections: _Memory[str, Known] = _Memory()
_lines: _Memory[int, dict[str, Line]] = _Memory()


def _load(key: str) -> Known | None:
    found = Connection.objects.filter(key=key).first()
    if found is None or found.carrier not in CARRIERS:
        return None
    try:
        secrets = tuple(secrets_of(found, now_ms()))
    except Unopenable as error:
        logger.error("Connection %d: %s", found.id, error)
        secrets = ()
    _lines_of(found.company_id, FRESH_IN_RESERVE)
    return Known(found.id, found.key, found.company_id, CARRIERS[found.carrier], secrets)


def _lines_of(company_id: int, fresh: float | None = None) -> dict[str, Line] | None:
    try:
        return _lines.get(company_id, lambda: _load_lines(company_id), fresh)
    except Error as error:
        logger.error("The destinations of calls can't be looked up: %s", error)
        return None


def _load_lines(company_id: int) -> dict[str, Line]:
    """Of each number that is the company's now."""
    trackers = {one.id: one for one in trackers_of(company_id)}
    now = now_ms()
    found = {}
    for number, owners in owners_of(one.number for one in trackers.values()).items():
        owner = owner_at(owners, now)
        if owner is not None and owner.company_id == company_id:
            owned = trackers[owner.tracker_id]
            destination = "" if owned.disabled_at is not None else owned.destination
            found[number] = Line(destination, owned.record_calls)
    return found
