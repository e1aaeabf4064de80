"""Connections as pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from textmeter.accounts.models import Company
from textmeter.carriers.table import CARRIERS
from textmeter.intake.connections import webhooks
from textmeter.intake.heard import last_heard
from textmeter.intake.models import Connection
from textmeter.lib.days import local, now_ms
from textmeter.pages.dates import full_day
from textmeter.pages.formats import ago, iso, latest
from textmeter.pages.language import gettext_lazy

# Where each address is entered at Twilio, in the words of its console.
_PLACES = {
    "message": gettext_lazy("The number › Messaging › A message comes in"),
    "status": gettext_lazy("Status callback of each text that you send, or of the messaging service"),
    "voice": gettext_lazy("The number › Voice › A call comes in"),
    "voice-status": gettext_lazy("The number › Voice › Call status changes"),
}
_NEEDS_NO_SETTING = gettext_lazy("Needs no setting: each answer to a call names it")
_SET_BY_ANSWERS = ("dial-status", "recording")
# Behind each address, so that Twilio tries again when this server is away; it is neither sent nor signed.
TRY_AGAIN = "#rc=3&rp=ct,rt,5xx"


@dataclass(frozen=True, slots=True)
class Address:
    what: str
    url: str
    place: str
    is_needed: bool  # entered by hand at the carrier


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """`heard`, `heard_iso`, `ago`: when it last sent something rightly signed; empty: never. `addresses`:
    empty where they aren't to be shown: whoever knows one can knock there."""

    href: str
    carrier: str
    account: str
    added: str
    is_sample: bool
    heard: str
    heard_iso: str
    ago: str
    has_former_secret: bool
    addresses: tuple[Address, ...] = ()


def connection_rows(company: Company) -> list[ConnectionRow]:
    return [connection_row(one) for one in Connection.objects.filter(company=company)]


def connection_row(one: Connection, base_url: str = "") -> ConnectionRow:
    """`base_url`: what the addresses begin with; without it there are none."""
    now, zone = now_ms(), one.company.zone
    at = last_heard().get(one.id)
    return ConnectionRow(
        href=reverse("connection", args=[one.company_id, one.id]),
        carrier=CARRIERS[one.carrier].name if one.carrier in CARRIERS else one.carrier,
        account=one.account_sid,
        added=full_day(local(one.added_at, zone).date()),
        is_sample=one.is_sample,
        heard="" if at is None else latest(at, zone, local(now, zone).date()),
        heard_iso="" if at is None else iso(at, zone),
        ago="" if at is None else ago(now - at),
        has_former_secret=bool(one.previous_secret) and now < (one.previous_until or 0),
        addresses=tuple(_addresses(one, base_url)) if base_url else (),
    )


def base_address(request: HttpRequest) -> str:
    """Of this installation as carriers reach it; without the setting, as this reader does."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def _addresses(one: Connection, base_url: str) -> Iterator[Address]:
    for what, url in webhooks(one, base_url).items():
        needed = what not in _SET_BY_ANSWERS
        place = _PLACES.get(what, "") if needed else _NEEDS_NO_SETTING
        yield Address(what, url + (TRY_AGAIN if needed else ""), str(place), needed)
