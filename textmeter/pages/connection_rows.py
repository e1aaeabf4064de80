"""Connections as pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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

# What each address hears of, and where it is entered, in the words of Twilio’s console; in its order.
_PLACES = {
    "message": (
        gettext_lazy("Texts that come in"),
        gettext_lazy("The number › Messaging › “A message comes in”, and again in “Primary handler fails”"),
    ),
    "voice": (
        gettext_lazy("Calls that come in"),
        gettext_lazy("The number › Voice › “A call comes in”, and again in “Primary handler fails”"),
    ),
    "voice-status": (
        gettext_lazy("Ends of calls"),
        gettext_lazy("The number › Voice › “Call status changes”"),
    ),
    "status": (
        gettext_lazy("Texts that you send"),
        gettext_lazy(
            "The messaging service › Integration › “Delivery status callback”; without a service as the "
            "StatusCallback of each text"
        ),
    ),
}
_NEEDS_NO_SETTING = gettext_lazy("Each answer to a call names it")
_SET_BY_ANSWERS = {
    "dial-status": (gettext_lazy("What came of a call"), _NEEDS_NO_SETTING),
    "recording": (gettext_lazy("Recordings"), _NEEDS_NO_SETTING),
}
# Behind each address, so that Twilio tries again when this server is away; it is neither sent nor signed.
TRY_AGAIN = "#rc=3&rp=ct,rt,5xx"


@dataclass(frozen=True, slots=True)
class Address:
    """`hears`: "Texts that come in". `place`: where it is entered at the carrier."""

    hears: str
    url: str
    place: str
    is_needed: bool  # entered by hand at the carrier


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """`heard`, `heard_iso`, `ago`: when it last sent something rightly signed; empty: never. `addresses`:
    empty where they aren't to be shown: whoever knows one can knock there."""

    id: int
    href: str
    test: str  # where its self-test is asked for
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
        id=one.id,
        href=reverse("connection", args=[one.company_id, one.id]),
        test=reverse("test_connection", args=[one.company_id, one.id]),
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


def _addresses(one: Connection, base_url: str) -> Iterator[Address]:
    urls = webhooks(one, base_url)
    for what, (hears, place) in _PLACES.items():
        yield Address(str(hears), urls[what] + TRY_AGAIN, str(place), True)
    for what, (hears, place) in _SET_BY_ANSWERS.items():
        yield Address(str(hears), urls[what], str(place), False)
