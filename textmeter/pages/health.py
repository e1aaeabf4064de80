"""For monitors: is the process up, and does its work get done? Says nothing about the machine."""

from __future__ import annotations

import logging
import re

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from textmeter.intake.database_file import leave_a_file_that_is_gone
from textmeter.intake.locked import locked_connections, why
from textmeter.intake.waiting import oldest_waiting
from textmeter.intake.worker import is_running
from textmeter.lib.days import now_ms

logger = logging.getLogger(__name__)

BEHIND_MS = 60_000
_said: frozenset[str] = frozenset()


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200, or 503 with the reasons: no database, no worker, a worker that is behind, or secrets that can't be
    opened."""
    reasons = _reasons(now_ms())
    _say(reasons)
    answer = JsonResponse(
        {"status": "not ready" if reasons else "ok", "reasons": reasons}, status=503 if reasons else 200
    )
    # Django would write a line for each time that a monitor asks.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


def _say(reasons: list[str]) -> None:
    """In the log once for each change of what is wrong; a delivery that waits longer and longer is none."""
    global _said
    now = frozenset(re.sub(r"[0-9,]+", "", each) for each in reasons)
    if now == _said:
        return
    _said = now
    if reasons:
        logger.error("Not ready: %s", " ".join(reasons))
    else:
        logger.info("Ready again.")


def _reasons(now: int) -> list[str]:
    """The oldest waiting delivery tells on a worker that runs and gets nothing done."""
    try:
        leave_a_file_that_is_gone()
        oldest, has_worker, locked = oldest_waiting(), is_running(), locked_connections()
    except (DatabaseError, OSError):
        return ["The database can't be read."]
    reasons = []
    if not has_worker:
        reasons.append("The worker is not running.")
    if oldest is not None and now - oldest > BEHIND_MS:
        reasons.append(
            f"The worker is behind: the oldest delivery waits for {(now - oldest) // 1000:,} seconds."
        )
    if locked:
        reasons.append(why(len(locked)))
    return reasons
