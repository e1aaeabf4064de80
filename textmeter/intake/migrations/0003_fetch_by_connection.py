"""What is due is looked up connection by connection, so that one that waits for long hides no other."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("intake", "0002_receipts")]
    operations: ClassVar = [
        migrations.RunSQL(
            [
                "DROP INDEX intake_fetch_due",
                "CREATE INDEX intake_fetch_due ON intake_fetch (connection_id, next_at)",
            ],
            [
                "DROP INDEX intake_fetch_due",
                "CREATE INDEX intake_fetch_due ON intake_fetch (next_at)",
            ],
        )
    ]
