"""Jobs that delete a connection keep carrier and account apart, so that each language can put them into a
sentence of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations


def part(apps: Any, editor: Any) -> None:
    """`7\\nto Twilio, account AC12` becomes `7\\nTwilio\\nAC12`."""
    for job in apps.get_model("intake", "Job").objects.filter(kind="remove_connection"):
        job.about = job.about.replace("\nto ", "\n").replace(", account ", "\n")
        job.save(update_fields=["about"])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("intake", "0009_more_jobs")]
    operations: ClassVar = [migrations.RunPython(part, migrations.RunPython.noop)]
