"""What is set for a company, and which command changes it."""

from __future__ import annotations

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
from textmeter.pages.formats import full_day
from textmeter.pages.shell import shell_for

_CARRIERS = {"twilio": "Twilio"}


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """`addresses` is (what, URL); empty for everyone but admins: whoever knows one can knock there."""

    carrier: str
    account: str
    added: str
    is_sample: bool
    key: str
    addresses: tuple[tuple[str, str], ...]


@require_safe
def settings(request: HttpRequest, company: int) -> HttpResponse:
    place = company_for_reading(request, company)
    is_admin = cast(User, request.user).role == Role.ADMIN
    base_url = installation.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    context = {
        "shell": shell_for(request, place, "settings"),
        "company": place,
        "is_admin": is_admin,
        "connections": [_row(place, each, base_url if is_admin else None) for each in _connections(place)],
        "public_url": installation.PUBLIC_URL,
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
        addresses=tuple(webhooks(connection, base_url).items()) if base_url else (),
    )
