"""Connections whose secrets this installation's key doesn't open: another machine's key, or a lost one.
Nothing of theirs can be verified, so carriers are told to come again."""

from __future__ import annotations

import threading
import time

from django.conf import settings

from textmeter.intake.connections import secrets_of
from textmeter.intake.models import Connection
from textmeter.intake.secrets import Unopenable
from textmeter.lib.days import now_ms
from textmeter.lib.sentences import Sentence

FRESH = 10.0  # seconds: monitors ask often, and each connection's secret takes a while to open

_lock = threading.Lock()
_found: tuple[float, str, frozenset[int]] | None = None


def locked_connections() -> frozenset[int]:
    """Their ids, as they were up to ten seconds ago. Raises django.db.Error."""
    global _found
    with _lock:
        now, found = time.monotonic(), _found
        if found is None or now - found[0] > FRESH or found[1] != settings.SECRET_KEY:
            ids = frozenset(one.id for one in Connection.objects.all() if is_locked(one))
            _found = found = now, settings.SECRET_KEY, ids
        return found[2]


def is_locked(connection: Connection) -> bool:
    try:
        return not secrets_of(connection, now_ms())
    except Unopenable:
        return True


def why(count: int) -> Sentence:
    """A sentence about so many connections, at least one."""
    if count == 1:
        return Sentence(
            "One connection’s secret can’t be opened with this installation’s key, so what its carrier sends"
            " is refused."
        )
    return Sentence(
        "The secrets of %(count)s connections can’t be opened with this installation’s key, so what their"
        " carriers send is refused.",
        count=count,
    )


# For whoever is at the command line; the page Health says what to do on pages.
WHAT_TO_DO = (
    "Put the key back that was used before (TEXTMETER_SECRET_KEY, or secret.key in the data folder), or set"
    " each secret again: textmeter connection set-secret."
)


def forget() -> None:
    """What this process remembers: for tests."""
    global _found
    _found = None
