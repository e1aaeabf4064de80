"""Help inside the product."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from textmeter.pages.shell import shell_for


@require_safe
def learn_texting(request: HttpRequest) -> HttpResponse:
    """Which numbers may text, what a conversation is, how to send, opt-outs, and the words used."""
    return render(request, "help/texting.html", {"shell": shell_for(request, None, "help")})
