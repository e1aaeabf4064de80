"""The way from nothing to the first text, step by step: company, connection, number, and waiting for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from textmeter.accounts.access import company_for_admins
from textmeter.accounts.models import Company, User
from textmeter.intake.connections import add_connection
from textmeter.intake.models import Connection
from textmeter.lib.phone import national
from textmeter.pages.connection_forms import ConnectionForm
from textmeter.pages.connection_rows import connection_row
from textmeter.pages.connection_twins import is_meant, twins_of
from textmeter.pages.connections_pages import result_of_test
from textmeter.pages.first_text import first_text
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.number_pages import add_number
from textmeter.pages.public_address import base_address, public_address
from textmeter.pages.quarantine_words import waiting_for
from textmeter.pages.said import said_why_not
from textmeter.pages.shell import Waits, set_aside, shell_for
from textmeter.pages.tracker_forms import NewNumberForm
from textmeter.reports.rows import TrackerRow
from textmeter.reports.trackers import trackers

_STEPS = {
    "start_connection": gettext_lazy("Connect Twilio"),
    "start_number": gettext_lazy("Add a number"),
    "start_first_text": gettext_lazy("First text"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """`href`: empty for the company, which is there when the others are shown."""

    label: str
    href: str
    is_here: bool
    is_done: bool


@require_safe
def start(request: HttpRequest, company: int) -> HttpResponse:
    """To the first step that isn't done."""
    place = company_for_admins(request, company)
    done = _done(place)
    todo = next((name for name in _STEPS if name not in done), "text_conversations")
    return redirect(todo, place.id)


@sensitive_post_parameters("auth_token")
@require_http_methods(["GET", "HEAD", "POST"])
def start_connection(request: HttpRequest, company: int) -> HttpResponse:
    place = company_for_admins(request, company)
    form = ConnectionForm(request.POST if request.method == "POST" else None)
    twins = twins_of(place, form)
    if form.is_valid() and is_meant(request, twins):
        given = form.cleaned_data
        by = cast(User, request.user).email
        add_connection(place, account_sid=given["account_sid"], secret=given["auth_token"], by=by)
        messages.success(
            request,
            _("The connection is added. Whether its auth token is right shows once Twilio sends something."),
        )
        return redirect("start_number", place.id)
    context = _context(request, place, "start_connection") | {"form": form, "twins": twins}
    return render(request, "start_connection.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def start_number(request: HttpRequest, company: int) -> HttpResponse:
    place = company_for_admins(request, company)
    form = NewNumberForm(request.POST if request.method == "POST" else None, company_id=place.id)
    if form.is_valid() and (made := add_number(request, place, form)):
        why_not = said_why_not(made.number)
        if why_not:
            words = _("%(number)s is added for its calls. %(why)s")
            messages.warning(request, words % {"number": national(made.number), "why": why_not})
        return redirect("start_first_text", place.id)
    context = _context(request, place, "start_number") | {"form": form}
    return render(request, "start_number.html", context, status=400 if form.is_bound else 200)


@never_cache
@require_safe
def start_first_text(request: HttpRequest, company: int) -> HttpResponse:
    """Waits for the first text, and shows it; what came alone where a script asks (`part`)."""
    place = company_for_admins(request, company)
    context = _waiting(request, place)
    if "part" in request.GET:
        return render(request, "start_first_text_part.html", context)
    tried = ((one.id, result_of_test(request, one.id)) for one in context["connections"])
    context |= {"results": {id: result for id, result in tried if result is not None}}
    return render(request, "start_first_text.html", context | _context(request, place, "start_first_text"))


def _context(request: HttpRequest, company: Company, here: str) -> dict[str, Any]:
    done = _done(company)
    steps = [Step(_("Company"), reverse("settings", args=[company.id]), False, True)]
    steps += [
        Step(str(label), reverse(name, args=[company.id]), name == here, name in done)
        for name, label in _STEPS.items()
    ]
    names = list(_STEPS)
    following = names[names.index(here) + 1 :]
    return {
        "shell": shell_for(request, company, ""),
        "company": company,
        "steps": steps,
        "next": reverse(following[0] if following else "text_conversations", args=[company.id]),
        "public": public_address(request),
    }


def _done(company: Company) -> set[str]:
    done = set()
    if Connection.objects.filter(company=company).exists():
        done.add("start_connection")
    if trackers(company.id):
        done.add("start_number")
    if first_text(company):
        done.add("start_first_text")
    return done


@dataclass(frozen=True, slots=True)
class Number:
    """`why_not`: why it can't text, empty where it can. `lacks`: where its destination is set, empty where it
    has one."""

    shown: str
    why_not: str
    lacks: str


def _number(company: Company, one: TrackerRow) -> Number:
    lacks = "" if one.destination else reverse("number", args=[company.id, one.id])
    return Number(national(one.number), said_why_not(one.number), lacks)


def _waiting(request: HttpRequest, company: Company) -> dict[str, Any]:
    base = base_address(request)
    text = first_text(company)
    return {
        "company": company,
        "text": text,
        "timeline": reverse("timeline", args=[company.id, text.customer_id]) if text else "",
        "numbers": [_number(company, one) for one in trackers(company.id).values()],
        "connections": [connection_row(one, base) for one in Connection.objects.filter(company=company)],
        "quarantine": waiting_for(company, cast(User, request.user)),
        "waits": Waits(set_aside(company, cast(User, request.user))),
        "part": reverse("start_first_text", args=[company.id]) + "?part",
    }
