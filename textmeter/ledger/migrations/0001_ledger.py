"""The ledger's tables, in SQL: every key is led by the company, which Django's models can't say of
all of them and can never change later. The statements are the same on every database, but for the
search index."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from textmeter.ledger.schema import make

SQL = Path(__file__).resolve().parent.parent / "sql"


def make_tables(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for name in ("schema.sql", f"schema_{editor.connection.vendor}.sql"):
        make(editor, (SQL / name).read_text())
    if editor.connection.vendor == "sqlite":
        editor.execute("ANALYZE ledger_message")  # makes the table that the planner reads
        editor.execute((SQL / "planner_sqlite.sql").read_text())
        editor.execute("ANALYZE sqlite_schema")  # lets this connection read it again


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(make_tables, migrations.RunPython.noop)]
