"""The page of audit lines: who changed what, and when. For admins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from textmeter.accounts.access import installation_for_admins
from textmeter.accounts.audit import TOGETHER, lines_before
from textmeter.lib.days import zone
from textmeter.pages.settings_menu import settings_shell


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """`before`: the id of the line before which the page begins. Times in the zone of the company that the
    bars are about."""
    installation_for_admins(request)
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    shell = settings_shell(request, None, "changes")
    lines = lines_before(before)
    context = {
        "shell": shell,
        "zone": shell.company.zone if shell.company else zone("UTC"),
        "lines": lines,
        "next": lines[-1].id if len(lines) == TOGETHER else None,
        "is_first": before is None,
    }
    return render(request, "changes.html", context)
