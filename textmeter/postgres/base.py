"""Named in the settings as the database's ENGINE; Django looks for `DatabaseWrapper` in `base`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import psycopg
from django.db.backends.postgresql import base
from psycopg import IsolationLevel
from psycopg.abc import PQGen

from textmeter.postgres.open_copy import OpenCopy
from textmeter.postgres.watch import watch

RV = TypeVar("RV")
LOOKS_EVERY = 0.1  # seconds


class DatabaseWrapper(base.DatabaseWrapper):
    """Where `watch` is on, statements that wait for a silent server end with OperationalError, and new ones
    at once. A COPY may stay open until the next statement."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._copy: OpenCopy | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        watch.see_that_it_answers()
        self.isolation_level = IsolationLevel.READ_COMMITTED  # as Django's own has it
        return Connection.connect(**conn_params)

    def copy_in(self, statement: str, rows: Iterable[Sequence[Any]], *, stays_open: bool) -> None:
        """Puts rows in by `COPY … FROM STDIN`; the caller has seen to the connection. `stays_open`: in a
        transaction what the server says against any of them is raised by the next statement or the
        transaction's end. Raises django.db.Error."""
        if self._copy is None or self._copy.statement != statement:
            self.end_copy()
            with self.wrap_database_errors:
                self._copy = OpenCopy(self.connection, statement)
        try:
            with self.wrap_database_errors:
                self._copy.take(rows)
        except BaseException:
            self._give_up_copy()
            raise
        if not (stays_open and self.in_atomic_block):
            self.end_copy()

    def end_copy(self) -> None:
        copy, self._copy = self._copy, None
        if copy is not None:
            with self.wrap_database_errors:
                copy.end()

    def _give_up_copy(self) -> None:
        copy, self._copy = self._copy, None
        if copy is not None:
            copy.give_up()

    def _cursor(self, name: str | None = None) -> Any:
        self.end_copy()
        return super()._cursor(name)  # type: ignore[misc]

    def _commit(self) -> None:
        self.end_copy()
        super()._commit()  # type: ignore[misc]

    def _rollback(self) -> None:
        self._give_up_copy()
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self._give_up_copy()
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _close(self) -> None:
        self._give_up_copy()
        super()._close()  # type: ignore[misc]


class Connection(psycopg.Connection[Any]):
    """Looks up from its waiting, whatever it waits for. What the server refuses is told by its first line:
    the next ones hold the row (`DETAIL`, `CONTEXT`), and with it a customer's words."""

    def wait(self, gen: PQGen[RV], interval: float = LOOKS_EVERY, timeout: float | None = None) -> RV:
        try:
            return super().wait(_looking_up(gen), interval, timeout)
        except watch.Silent:
            # Nobody knows what the server made of the statement; what it may still say must reach nobody.
            self.close()
            raise
        except psycopg.Error as error:
            error.args = (str(error).partition("\n")[0],)
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
