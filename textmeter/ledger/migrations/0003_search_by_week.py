"""A search reads the words of its company's weeks alone, and customers by parts of their names and digits."""

from __future__ import annotations

import sys
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from textmeter.ledger.schema import make
from textmeter.ledger.search_index import index_customers, index_texts

SQL = Path(__file__).resolve().parent.parent / "sql"
_PLANNER = """INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('ledger_customer_part', 'ledger_customer_part', '10000000 2000000 1000 1')"""
_SECONDS = 2  # between two lines


class _Said:
    """Tells on standard error how far it is, as nothing else would for minutes."""

    def __init__(self) -> None:
        self.last = monotonic()

    def __call__(self, done: int, total: int) -> None:
        if monotonic() - self.last >= _SECONDS:
            self.last = monotonic()
            sys.stderr.write(f"Indexing texts for search: {100 * done // max(total, 1)}%\n")


def make_tables(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    make(editor, (SQL / "customer_parts.sql").read_text())
    if editor.connection.vendor == "sqlite":
        editor.execute(_PLANNER)
        editor.execute("ANALYZE sqlite_schema")
    index_texts(_Said())
    index_customers()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0002_conversation_counts")]
    operations: ClassVar = [migrations.RunPython(make_tables, migrations.RunPython.noop)]
