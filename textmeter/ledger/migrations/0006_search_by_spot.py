"""The search index knows texts by their day, customer and direction, so that what a search finds can be
counted without reading messages."""

from __future__ import annotations

import sys
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from textmeter.ledger.schema import make
from textmeter.ledger.search_index import give_spots, index_texts

SQL = Path(__file__).resolve().parent.parent / "sql"
# The days' own index goes: a range of days is a range of spots.
_INDEXES = (
    "DROP INDEX ledger_conversation_day",
    "DROP INDEX ledger_customer_first",
    "CREATE INDEX ledger_conversation_spot ON ledger_conversation"
    " (company_id, spot, unanswered, first_response_ms)",
    "CREATE INDEX ledger_customer_first ON ledger_customer (company_id, first_text_date, nth)",
)
_WORDS = """CREATE VIRTUAL TABLE ledger_message_words_seen
    USING fts5vocab('ledger_message_words', 'instance')"""
_PLANNER = """INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('ledger_conversation', 'ledger_conversation_spot', '3000000 600000 1 1 1')"""
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
    make(editor, (SQL / "spots.sql").read_text())
    give_spots()
    for statement in _INDEXES:
        editor.execute(statement)
    if editor.connection.vendor == "sqlite":
        editor.execute(_WORDS)
        editor.execute(_PLANNER)
        editor.execute("ANALYZE sqlite_schema")
    index_texts(_Said())


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0005_disabled_trackers")]
    operations: ClassVar = [migrations.RunPython(make_tables, migrations.RunPython.noop)]
