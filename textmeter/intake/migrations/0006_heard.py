"""When each connection was last heard. Not an index on receipts: that would cost each of them, and forget
with them. Connections that are in use have their row a moment after the upgrade."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("intake", "0005_quarantine_by_company")]
    operations: ClassVar = [
        migrations.RunSQL(
            "CREATE TABLE intake_heard (connection_id bigint NOT NULL PRIMARY KEY, heard_at bigint NOT NULL)",
            "DROP TABLE intake_heard",
        )
    ]
