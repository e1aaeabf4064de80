"""A search finds customers by parts of their names and digits. Texts are indexed anew by the next step."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from textmeter.ledger.schema import make
from textmeter.ledger.search_index import index_customers

SQL = Path(__file__).resolve().parent.parent / "sql"
_PLANNER = """INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('ledger_customer_part', 'ledger_customer_part', '10000000 2000000 1000 1')"""


def make_tables(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    make(editor, (SQL / "customer_parts.sql").read_text())
    if editor.connection.vendor == "sqlite":
        editor.execute(_PLANNER)
        editor.execute("ANALYZE sqlite_schema")
    index_customers()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0002_conversation_counts")]
    operations: ClassVar = [migrations.RunPython(make_tables, migrations.RunPython.noop)]
