"""PostgreSQL plans a new company's statements as those of any other one: see 0007 on messages, and
docs/decisions.md."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_TABLES = (
    "ledger_message_words",
    "ledger_conversation",
    "ledger_conversation_tracker",
    "ledger_conversation_count",
    "ledger_customer",
    "ledger_customer_part",
    "ledger_customer_tracker",
    "ledger_customer_words",
    "ledger_new_customer",
    "ledger_call",
    "ledger_opt_out",
    "ledger_early",
    "ledger_volume_hour",
    "ledger_volume_tracker",
)


def know_the_biggest_alone(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "postgresql":
        return
    for table in _TABLES:
        editor.execute(f"ALTER TABLE {table} ALTER COLUMN company_id SET STATISTICS 1")
        editor.execute(f"ALTER TABLE {table} SET (autovacuum_analyze_scale_factor = 0.01)")
        editor.execute(f"ANALYZE {table}")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0009_words_by_month")]
    operations: ClassVar = [migrations.RunPython(know_the_biggest_alone, migrations.RunPython.noop)]
