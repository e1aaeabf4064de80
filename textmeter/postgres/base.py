"""Named in the settings as the database's ENGINE; Django looks for `DatabaseWrapper` in `base`."""

from __future__ import annotations

from typing import Any, TypeVar

import psycopg
from django.db.backends.postgresql import base
from psycopg import IsolationLevel
from psycopg.abc import PQGen

from textmeter.postgres.watch import watch

RV = TypeVar("RV")
LOOKS_EVERY = 0.1  # seconds


class DatabaseWrapper(base.DatabaseWrapper):
    """Where `watch` is on, statements that wait for a silent server end with OperationalError, and new ones
    at once."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        watch.see_that_it_answers()
        self.isolation_level = IsolationLevel.READ_COMMITTED  # as Django's own has it
        return Connection.connect(**conn_params)


class Connection(psycopg.Connection[Any]):
    """Looks up from its waiting, whatever it waits for."""

    def wait(self, gen: PQGen[RV], interval: float = LOOKS_EVERY, timeout: float | None = None) -> RV:
        try:
            return super().wait(_looking_up(gen), interval, timeout)
        except watch.Silent:
            # Nobody knows what the server made of the statement; what it may still say must reach nobody.
            self.close()
            raise


def _looking_up(gen: PQGen[RV]) -> PQGen[RV]:
    """psycopg's own steps; it sends 0 where nothing came for `interval` seconds."""
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready:
                watch.see_that_it_answers()
            wanted = gen.send(ready)
    except StopIteration as end:
        result: RV = end.value
        return result
