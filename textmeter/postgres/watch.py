"""Whether the PostgreSQL server answers at all.

A server that refuses says so at once. One whose machine stands still says nothing, and its kernel or a
firewall may keep connections alive for hours: whoever asks it something waits, until every thread of a
process does. So a thread asks it for next to nothing, again and again, on a connection of its own.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from typing import Any, TypeVar

import psycopg
from django.db import connection
from psycopg.abc import PQGen

logger = logging.getLogger(__name__)

RV = TypeVar("RV")
EVERY = 1.0  # seconds
PATIENCE = 4.0


class Silent(psycopg.OperationalError):
    """The server hasn't answered for some seconds."""


class Watch:
    """Off until `start`: commands at a terminal wait as long as it takes."""

    Silent = Silent

    def __init__(self) -> None:
        self.is_silent = False
        self._thread: threading.Thread | None = None
        self._asking: _Impatient | None = None

    def start(self) -> None:
        """Watches the server of Django's database in this process from now on; SQLite has none."""
        if connection.vendor == "postgresql" and self._thread is None:
            place = connection.get_connection_params()
            self._thread = threading.Thread(target=self._go_on, args=[place], name="watch", daemon=True)
            self._thread.start()

    def see_that_it_answers(self) -> None:
        """Raises Silent."""
        if self.is_silent:
            raise Silent(f"the server has not answered for more than {PATIENCE:g} seconds")

    def _go_on(self, place: dict[str, Any]) -> None:
        place = place | {"autocommit": True, "connect_timeout": int(PATIENCE)}
        while True:
            try:
                self._asking = self._asking or _Impatient.connect(**place)
                self._asking.execute("SELECT 1")
                self._note(is_silent=False)
            except (psycopg.errors.ConnectionTimeout, psycopg.errors._WaitTimeout):
                self._note(is_silent=True)
                self._let_go()
            except psycopg.Error:
                # It says itself that it is away, or full, and says so to everybody.
                self._note(is_silent=False)
                self._let_go()
            time.sleep(EVERY)

    def _let_go(self) -> None:
        asking, self._asking = self._asking, None
        if asking is not None:
            with suppress(psycopg.Error):
                asking.close()

    def _note(self, is_silent: bool) -> None:
        if is_silent != self.is_silent:
            self.is_silent = is_silent
            if is_silent:
                logger.error("The database has not answered for %g seconds: nobody waits for it.", PATIENCE)
            else:
                logger.warning("The database answers again.")


class _Impatient(psycopg.Connection[Any]):
    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        return super().wait(gen, interval, PATIENCE if timeout is None else timeout)


watch = Watch()
