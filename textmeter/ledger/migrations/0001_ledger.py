"""The ledger's tables, in SQL: every key is led by the company, which Django's models can't say of
all of them and can never change later. The statements are the same on every database, but for the
search index."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQL = Path(__file__).resolve().parent.parent / "sql"


def make_tables(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for name in ("schema.sql", f"schema_{editor.connection.vendor}.sql"):
        for statement in (SQL / name).read_text().split(";\n"):
            if statement.strip():
                editor.execute(_clustered(statement) if editor.connection.vendor == "sqlite" else statement)
    if editor.connection.vendor == "sqlite":
        editor.execute("ANALYZE ledger_message")  # makes the table that the planner reads
        editor.execute((SQL / "planner_sqlite.sql").read_text())
        editor.execute("ANALYZE sqlite_schema")  # lets this connection read it again


def _clustered(statement: str) -> str:
    """SQLite keeps a row apart from its key unless told otherwise, which costs a second lookup and a
    fifth of the space."""
    return statement + " WITHOUT ROWID" if statement.rstrip().endswith("\n)") else statement


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(make_tables, migrations.RunPython.noop)]
