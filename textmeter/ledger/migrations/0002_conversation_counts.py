"""Pages count conversations, first responses and new customers from tables of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from textmeter.ledger.conversation_counts import count_everything
from textmeter.ledger.new_customers import count_everyone
from textmeter.ledger.schema import make

SQL = Path(__file__).resolve().parent.parent / "sql"

_OF_CONVERSATIONS = """UPDATE ledger_conversation_tracker SET first_response_ms =
    (SELECT c.first_response_ms FROM ledger_conversation c
        WHERE c.company_id = ledger_conversation_tracker.company_id
        AND c.customer_id = ledger_conversation_tracker.customer_id
        AND c.local_date = ledger_conversation_tracker.local_date),
    unanswered = (SELECT c.unanswered FROM ledger_conversation c
        WHERE c.company_id = ledger_conversation_tracker.company_id
        AND c.customer_id = ledger_conversation_tracker.customer_id
        AND c.local_date = ledger_conversation_tracker.local_date),
    shared = CASE WHEN EXISTS (SELECT 1 FROM ledger_conversation_tracker o
        WHERE o.company_id = ledger_conversation_tracker.company_id
        AND o.customer_id = ledger_conversation_tracker.customer_id
        AND o.local_date = ledger_conversation_tracker.local_date
        AND o.tracker_id <> ledger_conversation_tracker.tracker_id) THEN 1 ELSE 0 END"""
_FIRST_USES = """INSERT INTO ledger_customer_tracker
    (company_id, customer_id, tracker_id, first_date, first_text_date)
    SELECT t.company_id, t.customer_id, t.tracker_id, MIN(t.local_date), cu.first_text_date
    FROM ledger_conversation_tracker t
    JOIN ledger_customer cu ON cu.company_id = t.company_id AND cu.id = t.customer_id
    GROUP BY t.company_id, t.customer_id, t.tracker_id, cu.first_text_date"""
_PLANNER = """INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('ledger_conversation_count', 'ledger_conversation_count', '2000000 400000 4000 20 8 1'),
    ('ledger_new_customer', 'ledger_new_customer', '3500 700 1'),
    ('ledger_volume_tracker', 'ledger_volume_tracker_days', '50000 10000 500 1'),
    ('ledger_customer_tracker', 'ledger_customer_tracker', '1100000 220000 2 1'),
    ('ledger_customer_tracker', 'ledger_customer_tracker_new', '1100000 220000 10000 20 2 1'),
    ('ledger_conversation_tracker', 'ledger_conversation_tracker_shared', '100000 20000 1000 3 1 1 1 1'),
    ('ledger_conversation_tracker', 'ledger_conversation_tracker_response', '2500000 500000 25000 2 1 1'),
    ('ledger_conversation', 'ledger_conversation_response', '2000000 400000 2 1')"""


def make_tables(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    make(editor, (SQL / "conversation_counts.sql").read_text())
    editor.execute(_OF_CONVERSATIONS)
    editor.execute(_FIRST_USES)
    count_everything()
    count_everyone()
    if editor.connection.vendor == "sqlite":
        editor.execute(_PLANNER)
        editor.execute("ANALYZE sqlite_schema")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0001_ledger")]
    operations: ClassVar = [migrations.RunPython(make_tables, migrations.RunPython.noop)]
