"""Named in the settings as the database's ENGINE; Django looks for `DatabaseWrapper` in `base`."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from django.db.backends.sqlite3 import base

from textmeter.sqlite.line import MOMENT, Line, Rank

_BUSY = 5  # https://sqlite.org/rescode.html#busy

# None as it is. Where no adapter is known for it, the driver looks in vain for `__adapt__` and `__conform__`
# whenever it binds one, which takes three times as long; a row of a message has some six.
sqlite3.register_adapter(type(None), {None: None}.get)


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction that finds the file taken waits in the line. `rank`: of this connection, which is its
    thread's own."""

    rank = Rank.PEOPLE
    transaction_mode: str | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._line: Line | None = None

    def is_awaited(self) -> bool:
        """Whether somebody of a higher rank waits for this connection's transaction to end."""
        return self._line is not None and self._line.is_someone_above(self.rank)

    def _start_transaction_under_autocommit(self) -> None:
        name = str(self.settings_dict["NAME"])
        if ":memory:" in name or "mode=memory" in name:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            return
        if self._line is None:
            self._line = Line(name)
        with self.wrap_database_errors:
            self._begin(self._line)

    def _begin(self, line: Line) -> None:
        patience = float(self.settings_dict["OPTIONS"].get("timeout", 20))
        until = time.monotonic() + patience
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            if not line.is_someone_before(self.rank) and self._is_begun(give_up=False):
                return
            with line.waiting(self.rank):
                is_begun = False
                while not is_begun:
                    time.sleep(MOMENT)
                    line.let_pass(self.rank)
                    is_begun = self._is_begun(give_up=time.monotonic() > until)
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")

    def _is_begun(self, give_up: bool) -> bool:
        try:
            self.connection.execute(f"BEGIN {self.transaction_mode or ''}")
        except sqlite3.OperationalError as error:
            if give_up or error.sqlite_errorcode & 0xFF != _BUSY:
                raise
            return False
        return True

    def _close(self) -> None:
        if self._line is not None:
            self._line.close()
        super()._close()  # type: ignore[misc]
