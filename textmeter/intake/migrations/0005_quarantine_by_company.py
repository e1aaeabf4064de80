"""What waits in quarantine is counted on pages: the index alone answers it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("intake", "0004_api_secret")]
    operations: ClassVar = [
        migrations.RunSQL(
            "CREATE INDEX intake_receipt_quarantine_of ON intake_receipt (company_id, state, reason)"
            " WHERE state = 2",
            "DROP INDEX intake_receipt_quarantine_of",
        )
    ]
