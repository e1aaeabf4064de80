"""Throwing away what is in quarantine, with a note of why; a line of who did it stays."""

from __future__ import annotations

import time

from django.db import transaction

from textmeter.accounts.audit import note
from textmeter.accounts.models import Company
from textmeter.intake.reasons import Reason
from textmeter.ledger.statements import fetch, marks, run

TOGETHER = 500
SECONDS = 5.0  # what one request takes of it


def discard(
    company: Company, reason: Reason, *, by: str, why: str, until: int, only: int | None = None
) -> tuple[int, bool]:
    """Everything of that reason that came up to `until` (ms), so that nothing goes that nobody saw; or the
    delivery `only`. How many went, and whether nothing was left for another request. Each transaction has
    its own line. Raises django.db.Error."""
    began, gone = time.monotonic(), 0
    while time.monotonic() - began < SECONDS:
        some = _discard_some(company, reason, by=by, why=why, until=until, only=only)
        gone += some
        if some < TOGETHER:
            return gone, True
    return gone, False


def _discard_some(
    company: Company, reason: Reason, *, by: str, why: str, until: int, only: int | None
) -> int:
    condition, values = (" AND id = %s", [only]) if only is not None else ("", [])
    with transaction.atomic():
        rows = fetch(
            "SELECT id FROM intake_receipt WHERE state = 2 AND company_id = %s AND reason = %s"
            f" AND received_at <= %s{condition} ORDER BY received_at, id LIMIT %s",
            [company.id, reason.value, until, *values, TOGETHER],
        )
        if not rows:
            return 0
        gone = run(
            f"DELETE FROM intake_receipt WHERE company_id = %s AND state = 2 AND id IN ({marks(len(rows))})",
            [company.id, *(id for (id,) in rows)],
        )
        if gone:
            what = "delivery" if gone == 1 else "deliveries"
            kind = reason.value.replace("_", " ")
            note(by, f"Discarded {gone:,} {what} from quarantine ({kind}). Note: {why}", company)
    return gone
