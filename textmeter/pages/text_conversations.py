"""Text Conversations: the volume graph, the figures and the log of one filter."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from textmeter.accounts.access import company_for_reading
from textmeter.pages.shell import shell_for


@require_safe
def text_conversations(request: HttpRequest, company: int) -> HttpResponse:
    place = company_for_reading(request, company)
    shell = shell_for(request, place, "analytics")
    return render(request, "text_conversations.html", {"shell": shell, "company": place})
