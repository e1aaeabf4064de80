"""Who is to blame when the database refuses: itself (away, full, read-only, busy), or what it was asked."""

from __future__ import annotations

import sqlite3

from django.db import InterfaceError, OperationalError

# SQLite's codes BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL: https://sqlite.org/rescode.html
_SQLITE = {5, 6, 7, 8, 10, 13, 14, 15}
# PostgreSQL's classes of SQLSTATE: connection, rolled back for another's sake, resources, operator, system
# (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRES = ("08", "40", "53", "57P", "58")


def is_database_to_blame(error: BaseException) -> bool:
    """Whether the same may well succeed later, once the database is there and has room."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    if cause is None:
        return False
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE
    # Without a SQLSTATE there was no answer at all.
    state = getattr(cause, "sqlstate", None)
    return state is None or str(state).startswith(_POSTGRES)


def first_line(error: BaseException) -> str:
    """What the database said, without its advice to programmers."""
    return str(error).strip().partition("\n")[0]
