"""Calls are listed by tracker and counted by day without reading each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from textmeter.ledger.schema import make

SQL = Path(__file__).resolve().parent.parent / "sql"

_PLANNER = """INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('ledger_call', 'ledger_call_tracker', '1000000 200000 10000 1'),
    ('ledger_call', 'ledger_call_day', '1000000 200000 300 30 10 6 2 1')"""


def make_indexes(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    make(editor, (SQL / "calls_in_lists.sql").read_text())
    if editor.connection.vendor == "sqlite":
        editor.execute(_PLANNER)
        editor.execute("ANALYZE sqlite_schema")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0003_search_by_week")]
    operations: ClassVar = [migrations.RunPython(make_indexes, migrations.RunPython.noop)]
