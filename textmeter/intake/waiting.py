"""How long deliveries have been waiting for the worker."""

from __future__ import annotations

from django.db import connection


def oldest_waiting() -> int | None:
    """When the oldest delivery that still waits was received (ms); None when nothing waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MIN(received_at) FROM intake_receipt WHERE state = 0")
        row = cursor.fetchone()
    return None if row is None or row[0] is None else int(row[0])
