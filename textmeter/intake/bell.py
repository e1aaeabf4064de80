"""Wakes workers when deliveries have come: PostgreSQL's LISTEN and NOTIFY. On SQLite the worker looks by
itself every tenth of a second.

A worker's bell also says that the worker is there: it holds a shared advisory lock on its connection.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from typing import Any

from django.db import Error, connection

from textmeter.ledger.blame import first_line
from textmeter.ledger.statements import fetch
from textmeter.ledger.turns import Lock

logger = logging.getLogger(__name__)

CHANNEL = "textmeter_receipts"
LOOK = 0.1  # seconds between two looks on SQLite
LOOK_ANYWAY = 0.5  # at most so long behind a bell that was not heard, or a wish to stop


def ring() -> None:
    """Wakes every worker once the transaction is committed."""
    if connection.vendor == "postgresql":
        fetch("SELECT pg_notify(%s, '')", [CHANNEL])


def workers() -> int:
    """How many workers hear the bell, on PostgreSQL. Raises django.db.Error."""
    ((count,),) = fetch(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        [int(Lock.WORKER)],
    )
    return int(count)


class Bell:
    """One worker's own: it has a connection that only listens."""

    def __init__(self) -> None:
        self._listening: Any = None

    def listen(self) -> None:
        """From here on the worker counts as being there. Raises django.db.Error."""
        if connection.vendor == "sqlite" or self._listening is not None:
            return
        with connection.wrap_database_errors:
            heard = connection.get_new_connection(connection.get_connection_params())
            heard.autocommit = True
            heard.execute(f"LISTEN {CHANNEL}")
            heard.execute("SELECT pg_advisory_lock_shared(%s, 0)", [int(Lock.WORKER)])
        self._listening = heard

    def wait(self, stop: threading.Event) -> None:
        """Until it rings, or it is time to look anyway, or `stop`."""
        if connection.vendor == "sqlite":
            stop.wait(LOOK)
            return
        try:
            self.listen()
            with connection.wrap_database_errors:
                for _ in self._listening.notifies(timeout=LOOK_ANYWAY, stop_after=1):
                    pass
        except Error as error:
            logger.warning(
                "The worker can't hear when deliveries come, and looks by itself: %s", first_line(error)
            )
            self.close()
            stop.wait(LOOK_ANYWAY)

    def close(self) -> None:
        heard, self._listening = self._listening, None
        if heard is not None:
            with suppress(Exception):
                heard.close()
