"""A company's quarantine is read in order of arrival, reason by reason; counts still need the index alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_BEFORE = (
    "CREATE INDEX intake_receipt_quarantine_of ON intake_receipt (company_id, state, reason) WHERE state = 2"
)
_NOW = (
    "CREATE INDEX intake_receipt_quarantine_of ON intake_receipt (company_id, state, reason, received_at, id)"
    " WHERE state = 2"
)
_DROP = "DROP INDEX intake_receipt_quarantine_of"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("intake", "0007_jobs")]
    operations: ClassVar = [
        migrations.RunSQL(_DROP, _BEFORE),
        migrations.RunSQL(_NOW, _DROP),
    ]
