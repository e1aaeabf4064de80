"""The ledger's tables are made by SQL that is the same on every database, but for what is said here."""

from __future__ import annotations

import re

from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make(editor: BaseDatabaseSchemaEditor, statements: str) -> None:
    """Runs statements, each ending with a semicolon at the end of its line."""
    for statement in statements.split(";\n"):
        if statement.strip():
            editor.execute(_AS_IT_IS_SAID_THERE[editor.connection.vendor](statement))


def _clustered(statement: str) -> str:
    """SQLite keeps a row apart from its key unless told otherwise, which costs a second lookup and a
    fifth of the space."""
    return statement + " WITHOUT ROWID" if statement.rstrip().endswith("\n)") else statement


def _bytewise(statement: str) -> str:
    """PostgreSQL compares text as the database's language does unless told otherwise."""
    return re.sub(r"^    (\w+) text\b", r'    \1 text COLLATE "C"', statement, flags=re.MULTILINE)


_AS_IT_IS_SAID_THERE = {"sqlite": _clustered, "postgresql": _bytewise}
