"""The ledger's tables, in SQL: every key is led by the company, which Django's models can't say of
all of them and can never change later. The statements are the same on every database, but for the
search index."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQL = Path(__file__).resolve().parent.parent / "sql"


def make_tables(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for name in ("schema.sql", f"schema_{editor.connection.vendor}.sql"):
        for statement in (SQL / name).read_text().split(";\n"):
            if statement.strip():
                editor.execute(_AS_IT_IS_SAID_THERE[editor.connection.vendor](statement))
    if editor.connection.vendor == "sqlite":
        editor.execute("ANALYZE ledger_message")  # makes the table that the planner reads
        editor.execute((SQL / "planner_sqlite.sql").read_text())
        editor.execute("ANALYZE sqlite_schema")  # lets this connection read it again


def _clustered(statement: str) -> str:
    """SQLite keeps a row apart from its key unless told otherwise, which costs a second lookup and a
    fifth of the space."""
    return statement + " WITHOUT ROWID" if statement.rstrip().endswith("\n)") else statement


def _bytewise(statement: str) -> str:
    """PostgreSQL compares text as the database's language does unless told otherwise."""
    return re.sub(r"^    (\w+) text\b", r'    \1 text COLLATE "C"', statement, flags=re.MULTILINE)


_AS_IT_IS_SAID_THERE = {"sqlite": _clustered, "postgresql": _bytewise}


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(make_tables, migrations.RunPython.noop)]
