"""Help inside the product."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from textmeter.pages.language import gettext as _
from textmeter.pages.public_address import public_address
from textmeter.pages.shell import Entry, Group, Shell, shell_for


@require_safe
def help_home(request: HttpRequest) -> HttpResponse:
    return redirect("learn_texting")


@require_safe
def learn_texting(request: HttpRequest) -> HttpResponse:
    """Which numbers may text, what a conversation is, how to send, opt-outs, and the words used."""
    return render(request, "help/texting.html", {"shell": _shell(request, "learn_texting")})


@require_safe
def learn_connecting(request: HttpRequest) -> HttpResponse:
    """The public address, what is entered where at Twilio, the self-test, wrong signatures."""
    context = {"shell": _shell(request, "learn_connecting"), "public": public_address(request)}
    return render(request, "help/connecting.html", context)


def _shell(request: HttpRequest, here: str) -> Shell:
    pages = {"learn_texting": _("Texting"), "learn_connecting": _("Connecting Twilio")}
    entries = tuple(Entry(label, reverse(name), name == here) for name, label in pages.items())
    return shell_for(request, None, "help", menu=(Group(_("Help"), entries),))
