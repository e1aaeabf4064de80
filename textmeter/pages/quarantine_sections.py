"""The page Quarantine, reason by reason: what came, what is wrong with it, what would mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.urls import reverse

from textmeter.accounts.models import Company
from textmeter.intake.address_trouble import AddressTrouble, look_at
from textmeter.intake.models import Connection
from textmeter.intake.reasons import Reason
from textmeter.intake.set_aside import (
    Place,
    UnknownNumber,
    latest,
    newest_by_connection,
    unknown_numbers,
)
from textmeter.lib.days import now_ms
from textmeter.lib.keyset import encode
from textmeter.lib.phone import national
from textmeter.pages.quarantine_rows import Row, address_words, connection_name, row
from textmeter.pages.quarantine_words import mending, reason_label
from textmeter.pages.said import said_why_not

ROWS_IN_SIGHT, ROWS_ON_A_PAGE = 5, 50


@dataclass(frozen=True, slots=True)
class Address:
    """A connection's newest wrongly signed delivery: its addresses, and what they say. `secret`: where the
    auth token is entered, where that would mend it; else empty."""

    connection: str
    trouble: AddressTrouble
    words: str
    secret: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """`form`: the one that was sent and has a mistake; None before. `why_not`: why it can't text, so that its
    texts wait on though it is added; empty where it can."""

    about: UnknownNumber
    shown: str
    why_not: str
    form: forms.Form | None


@dataclass(frozen=True, slots=True)
class Section:
    """`all_href`: where all of it is to be seen; empty where that is here. `next_href`: its next page.
    `is_hopeless`: to try again changes nothing."""

    reason: Reason
    label: str
    count: int
    mending: str
    is_hopeless: bool
    rows: tuple[Row, ...]
    all_href: str
    next_href: str
    addresses: tuple[Address, ...]
    unknown: tuple[Unknown, ...]


def section_in_short(
    company: Company, reason: Reason, count: int, sent: Mapping[str, forms.Form] | None = None
) -> Section:
    """With its newest deliveries. `sent`: forms with mistakes, by number."""
    return _section(company, reason, count, _How(ROWS_IN_SIGHT, sent=sent or {}))


def section_in_full(company: Company, reason: Reason, count: int, after: Place | None) -> Section:
    """With a page of its deliveries, those beyond `after`."""
    return _section(company, reason, count, _How(ROWS_ON_A_PAGE, after))


def list_name(company_id: int, reason: Reason) -> str:
    """What cursors of the list are bound to."""
    return f"quarantine {company_id} {reason}"


def connections_of(company: Company) -> dict[int, Connection]:
    return {each.id: each for each in Connection.objects.filter(company=company)}


@dataclass(frozen=True, slots=True)
class _How:
    """`sent`: forms with mistakes, by number; None: the reason is shown alone, a page beyond `after`."""

    limit: int
    after: Place | None = None
    sent: Mapping[str, forms.Form] | None = None

    @property
    def is_short(self) -> bool:
        return self.sent is not None


def _section(company: Company, reason: Reason, count: int, how: _How) -> Section:
    connections, now = connections_of(company), now_ms()
    found = latest(company.id, reason, how.limit + 1, how.after)
    shown, has_more = found[: how.limit], len(found) > how.limit
    cursor = encode(list_name(company.id, reason), [*shown[-1].place]) if shown else ""
    beyond = {"reason": reason, "after": cursor}
    return Section(
        reason=reason,
        label=reason_label(reason),
        count=count,
        mending=mending(reason),
        is_hopeless=reason == Reason.CANNOT_TEXT,
        rows=tuple(row(each, connections, company.zone, now) for each in shown),
        all_href=f"?{urlencode({'reason': reason})}" if has_more and how.is_short else "",
        next_href=f"?{urlencode(beyond)}" if has_more and not how.is_short else "",
        addresses=_addresses(company, connections) if reason == Reason.BAD_SIGNATURE else (),
        unknown=_unknown(company, how) if reason == Reason.UNKNOWN_NUMBER else (),
    )


def _addresses(company: Company, connections: Mapping[int, Connection]) -> tuple[Address, ...]:
    found = []
    for aside in newest_by_connection(company.id, Reason.BAD_SIGNATURE):
        if trouble := look_at(aside.receipt):
            id = aside.receipt.connection_id
            secret = f"{reverse('connection', args=[company.id, id])}#secret"
            found.append(
                Address(
                    connection_name(connections.get(id)),
                    trouble,
                    address_words(trouble, settings.PUBLIC_URL),
                    secret if trouble.is_secret_to_blame else "",
                )
            )
    return tuple(found)


def _unknown(company: Company, how: _How) -> tuple[Unknown, ...]:
    sent = how.sent or {}
    return tuple(
        Unknown(each, national(each.number), said_why_not(each.number), sent.get(each.number))
        for each in unknown_numbers(company.id)
    )
