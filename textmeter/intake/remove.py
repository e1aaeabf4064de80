"""Removing a company's intake whole."""

from __future__ import annotations

import time

from django.db import transaction

from textmeter.intake import known
from textmeter.intake.models import Connection
from textmeter.ledger.statements import fetch, marks, run

TOGETHER = 500


def remove_intake(company_id: int) -> None:
    """Connections first, so that nothing new comes; then receipts, in steps that keep no webhook of
    another company waiting, and those that still came while serving processes knew the connection."""
    with transaction.atomic():
        run(
            "DELETE FROM intake_heard WHERE connection_id IN"
            " (SELECT id FROM intake_connection WHERE company_id = %s)",
            [company_id],
        )
        Connection.objects.filter(company_id=company_id).delete()
        run("DELETE FROM intake_fetch WHERE company_id = %s", [company_id])
    known.forget()
    while _remove_receipts(company_id):
        time.sleep(1.5 * known.FRESH)


def _remove_receipts(company_id: int) -> int:
    """How many there were."""
    last, removed = -1, 0
    while True:
        rows = fetch(
            "SELECT id FROM intake_receipt WHERE company_id = %s AND id > %s ORDER BY id LIMIT %s",
            [company_id, last, TOGETHER],
        )
        if not rows:
            return removed
        ids = [row[0] for row in rows]
        last = ids[-1]
        with transaction.atomic():
            removed += run(
                f"DELETE FROM intake_receipt WHERE company_id = %s AND id IN ({marks(len(ids))})",
                [company_id, *ids],
            )
