"""For monitors: is the process up, and does its work get done? Says nothing about the machine."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from textmeter.intake.waiting import oldest_waiting
from textmeter.lib.days import now_ms

BEHIND_MS = 60_000


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
    """200, or 503 with the reasons: the database can't be read, or the worker is behind."""
    reasons = _reasons(now_ms())
    return JsonResponse(
        {"status": "not ready" if reasons else "ok", "reasons": reasons}, status=503 if reasons else 200
    )


def _reasons(now: int) -> list[str]:
    """A worker that stopped shows by what it leaves: a receipt that waits for more than a minute."""
    try:
        oldest = oldest_waiting()
    except DatabaseError:
        return ["The database can't be read."]
    if oldest is not None and now - oldest > BEHIND_MS:
        seconds = (now - oldest) // 1000
        return [
            f"The oldest delivery has waited {seconds:,} seconds: the worker is not running, or it is behind."
        ]
    return []
