"""What is set for a company, and which command changes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from django.conf import settings as installation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from textmeter.accounts.access import company_for_reading, people_of
from textmeter.accounts.models import Company, Role, User
from textmeter.intake.connections import webhooks
from textmeter.intake.models import Connection
from textmeter.lib.days import local
from textmeter.pages import commands
from textmeter.pages.formats import full_day
from textmeter.pages.quarantine_words import waiting_for
from textmeter.pages.settings_menu import settings_menu
from textmeter.pages.shell import shell_for

_CARRIERS = {"twilio": "Twilio"}
# Where each address is entered at Twilio, in the words of its console.
_PLACES = {
    "message": "The number › Messaging › A message comes in",
    "status": "Status callback of each text that you send, or of the messaging service",
    "voice": "The number › Voice › A call comes in",
    "voice-status": "The number › Voice › Call status changes",
    "dial-status": "Needs no setting: each answer to a call names it",
    "recording": "Needs no setting: each answer to a call names it",
}


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """`addresses` is (what, URL, where it goes); empty for everyone but admins: whoever knows one can
    knock there."""

    carrier: str
    account: str
    added: str
    is_sample: bool
    key: str
    addresses: tuple[tuple[str, str, str], ...]


@require_safe
def settings(request: HttpRequest, company: int) -> HttpResponse:
    place = company_for_reading(request, company)
    user = cast(User, request.user)
    is_admin = user.role == Role.ADMIN
    base_url = installation.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    context = {
        "shell": shell_for(request, place, "settings", menu=settings_menu(user, place, "company")),
        "company": place,
        "is_admin": is_admin,
        "connections": [_row(place, each, base_url if is_admin else None) for each in _connections(place)],
        "public_url": installation.PUBLIC_URL,
        "host": request.get_host(),
        "folder": commands.folder() if is_admin else "",
        "quarantine": waiting_for(place, user),
        "people": people_of(place) if is_admin else (),
    }
    return render(request, "settings.html", context)


def _connections(company: Company) -> list[Connection]:
    return list(Connection.objects.filter(company=company))


def _row(company: Company, connection: Connection, base_url: str | None) -> ConnectionRow:
    return ConnectionRow(
        carrier=_CARRIERS.get(connection.carrier, connection.carrier),
        account=connection.account_sid,
        added=full_day(local(connection.added_at, company.zone).date()),
        is_sample=connection.is_sample,
        key=connection.key if base_url else "",
        addresses=tuple(_addresses(connection, base_url)) if base_url else (),
    )


def _addresses(connection: Connection, base_url: str) -> Iterator[tuple[str, str, str]]:
    for what, address in webhooks(connection, base_url).items():
        yield what, address, _PLACES.get(what, "")
