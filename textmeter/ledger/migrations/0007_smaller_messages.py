"""Messages take less room: fewer and smaller indexes, and columns in an order without gaps."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from textmeter.ledger.ref_marks import MARK_ON_POSTGRESQL, MARK_ON_SQLITE, ref_mark
from textmeter.ledger.schema import make

SQL = Path(__file__).resolve().parent.parent / "sql"
_COLUMNS = (
    "id, customer_id, tracker_id, sent_at, company_id, local_date, direction, sent_at_source, local_hour,"
    " status, automatic, carrier, carrier_ref, body, media, segments, error_code, agent, opt_out_type,"
    " statuses, facts, spot"
)
_MARK = {"sqlite": MARK_ON_SQLITE, "postgresql": MARK_ON_POSTGRESQL}
_INDEXES = (
    "CREATE INDEX ledger_message_ref ON ledger_message (company_id, ref_mark)",
    "CREATE INDEX ledger_message_customer ON ledger_message (company_id, customer_id, local_date)",
)
_PLANNER = """INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('ledger_message', 'ledger_message', '10000000 2000000 1'),
    ('ledger_message', 'ledger_message_ref', '10000000 2000000 1'),
    ('ledger_message', 'ledger_message_customer', '10000000 2000000 12 4')"""
# Where PostgreSQL knows how much each company has, it holds a new one for empty, and reads all of it for each
# text that is looked for, until the next ANALYZE, which a big table has seldom. So it is to know the biggest
# one only, which leaves as much for a new one as for any other; and to look more often, for while there is
# one company alone, nothing is left.
_STATISTICS = (
    "ALTER TABLE ledger_message ALTER COLUMN company_id SET STATISTICS 1",
    "ALTER TABLE ledger_message SET (autovacuum_analyze_scale_factor = 0.01)",
)
_OWN_NAMES = "ALTER INDEX ledger_message_made_pkey RENAME TO ledger_message_pkey"


def make_messages_anew(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    vendor = editor.connection.vendor
    make(editor, (SQL / "messages.sql").read_text())
    if vendor == "sqlite":
        editor.connection.ensure_connection()
        editor.connection.connection.create_function("textmeter_ref_mark", 1, ref_mark, deterministic=True)
    editor.execute(
        f"INSERT INTO ledger_message_made ({_COLUMNS}, ref_mark)"
        f" SELECT {_COLUMNS}, {_MARK[vendor].format('carrier_ref')} FROM ledger_message"
        " ORDER BY company_id, id"
    )
    editor.execute("DROP TABLE ledger_message")
    editor.execute("ALTER TABLE ledger_message_made RENAME TO ledger_message")
    for index in _INDEXES:
        editor.execute(index)
    if vendor == "sqlite":
        editor.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'ledger_message'")
        editor.execute(_PLANNER)
        editor.execute("ANALYZE sqlite_schema")
    else:
        editor.execute(_OWN_NAMES)
        for statement in (*_STATISTICS, "ANALYZE ledger_message"):
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0006_search_by_spot")]
    operations: ClassVar = [migrations.RunPython(make_messages_anew, migrations.RunPython.noop)]
