"""An API key has a secret of its own; webhooks are signed with the account's auth token."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("intake", "0003_fetch_by_connection")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="connection",
            name="api_secret",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        )
    ]
