"""A COPY that is left open while the next rows are made: the server works on those that it has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import psycopg


class OpenCopy:
    """Until it ends the connection takes no other statement; any use of it would wait forever."""

    def __init__(self, connection: psycopg.Connection[Any], statement: str) -> None:
        """`statement`: COPY … FROM STDIN. Raises psycopg.Error."""
        self.statement = statement
        self._going = psycopg.Cursor(connection).copy(statement)
        self._copy = self._going.__enter__()

    def take(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            self._copy.write_row(row)

    def end(self) -> None:
        """Waits until the server has all rows. Raises psycopg.Error of any of them."""
        self._going.__exit__(None, None, None)

    def give_up(self) -> None:
        """Puts none of the rows in; the transaction is to be rolled back."""
        reason = RuntimeError("The rows that were to come were given up.")
        with suppress(psycopg.Error):
            self._going.__exit__(type(reason), reason, None)
