"""Goes on with rebuilds and changes of zone that were broken off, beside the deliveries."""

from __future__ import annotations

import logging
import threading

from django.db import connection

from textmeter.accounts.models import Company
from textmeter.intake.claims import claimed
from textmeter.intake.jobs import open_job
from textmeter.intake.models import JobKind
from textmeter.ledger.blame import first_line
from textmeter.ledger.corrected import end_undone
from textmeter.ledger.rebuild import rebuild, unfinished
from textmeter.ledger.turns import Lock

logger = logging.getLogger(__name__)

LOOK = 20.0  # seconds: far longer than a step takes


def finish_rebuilds(stop: threading.Event) -> None:
    """Until `stop`. Takes up all that it finds at first, and later each that stands where it stood at the
    look before: whoever worked at it has died, or lost the database. Of several workers one does. What
    belongs to a job is left to it. Hand-overs that were taken back end once all has come back."""
    before = None
    while not stop.is_set():
        try:
            with claimed(Lock.REBUILD) as is_ours:
                if is_ours:
                    for mark in unfinished():
                        if (before is None or mark in before) and not open_job(JobKind.CHANGE_ZONE, mark[0]):
                            _finish(mark[0])
                    before = unfinished()
                    end_undone()
        except Exception as error:
            logger.error("An interrupted rebuild waits: %s: %s", type(error).__name__, first_line(error))
            connection.close()
        stop.wait(LOOK)
    connection.close()


def _finish(company_id: int) -> None:
    company = Company.objects.filter(pk=company_id, removed_at=None).first()
    if company is not None:
        rebuild(company)
