"""The page of audit lines: who changed what, and when. For admins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from textmeter.accounts.access import installation_for_admins
from textmeter.accounts.audit import TOGETHER, lines_before
from textmeter.accounts.companies import zone_of_installation, zones_of
from textmeter.pages.settings_menu import settings_shell


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """`before`: the id of the line before which the page begins. Times in the zone of each line's company."""
    installation_for_admins(request)
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    lines = lines_before(before)
    own, shared = zones_of(line.company_id for line in lines if line.company_id), zone_of_installation()
    zones = [own.get(line.company_id or 0, shared) for line in lines]
    context = {
        "shell": settings_shell(request, None, "changes"),
        "lines": list(zip(lines, zones, strict=True)),
        "shared_zone": shared,
        "is_one_zone": {*zones} <= {shared},
        "next": lines[-1].id if len(lines) == TOGETHER else None,
        "is_first": before is None,
    }
    return render(request, "changes.html", context)
