"""One more job: telling an address that it no longer signs in."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

_KINDS = (
    "change_zone",
    "remove_company",
    "remove_connection",
    "fill_sample",
    "mail_link",
    "mail_old_address",
    "erase_customer",
    "try_file",
    "import_file",
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("intake", "0010_names_of_connections")]
    operations: ClassVar = [
        migrations.AlterField(
            "job",
            "kind",
            models.CharField(
                max_length=32, choices=[(kind, kind.replace("_", " ").title()) for kind in _KINDS]
            ),
        )
    ]
