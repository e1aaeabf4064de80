"""A tracker can be disabled: its calls are dialled on no more, and what comes in is recorded as before."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0004_calls_in_lists")]
    operations: ClassVar = [
        migrations.RunSQL(
            "ALTER TABLE ledger_tracker ADD COLUMN disabled_at bigint",
            "ALTER TABLE ledger_tracker DROP COLUMN disabled_at",
        )
    ]
