"""Receipts and the list of texts to fetch: plain tables, written by plain SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQL = Path(__file__).resolve().parent.parent / "sql" / "schema.sql"


def make_tables(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    tables = SQL.read_text()
    if editor.connection.vendor == "sqlite":
        tables = tables.replace("BYTES", "blob")
    else:  # where text is compared as the database's language does unless told otherwise
        tables = tables.replace("BYTES", "bytea").replace(" text", ' text COLLATE "C"')
    for statement in tables.split(";\n"):
        if statement.strip():
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("intake", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(make_tables, migrations.RunPython.noop)]
