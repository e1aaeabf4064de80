"""Applied receipts go after some time; quarantined ones never by themselves."""

from __future__ import annotations

from django.db import transaction

from textmeter.ledger.statements import fetch, marks, run
from textmeter.lib.days import now_ms
from textmeter.lib.ids import first_id_of

TOGETHER = 500
DAY = 86_400_000


def purge_some(days: int) -> int:
    """Deletes some applied receipts that came more than `days` ago; how many, 0 when none is left."""
    # Ids rise with time, so old receipts are found by their key.
    before = now_ms() - days * DAY
    rows = fetch(
        "SELECT id FROM intake_receipt WHERE id < %s AND state = 1 AND received_at < %s ORDER BY id LIMIT %s",
        [first_id_of(before), before, TOGETHER],
    )
    if rows:
        ids = [row[0] for row in rows]
        with transaction.atomic():
            run(f"DELETE FROM intake_receipt WHERE id IN ({marks(len(ids))}) AND state = 1", ids)
    return len(rows)
