"""Lines that say who changed what."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

import textmeter.lib.ids


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0002_cache")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="AuditLine",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=textmeter.lib.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.BigIntegerField()),
                ("by", models.CharField(max_length=254)),
                ("company_id", models.IntegerField(db_index=True, null=True)),
                ("company_name", models.CharField(blank=True, max_length=200)),
                ("what", models.TextField()),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
    ]
