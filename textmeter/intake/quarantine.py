"""Receipts that could not be applied: listed with their reasons, and tried again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from textmeter.carriers.table import CARRIERS
from textmeter.intake import connections
from textmeter.intake.kept import Kept, kept_where
from textmeter.intake.models import Connection
from textmeter.intake.reasons import Reason, sentence
from textmeter.intake.secrets import Unopenable
from textmeter.intake.settle import settle
from textmeter.ledger.statements import fetch
from textmeter.lib.days import now_ms
from textmeter.lib.sentences import from_text

__all__ = ["Quarantined", "Reason", "Replayed", "counts_by_reason", "quarantined", "replay", "sentence"]

TOGETHER = 100


@dataclass(frozen=True, slots=True)
class Quarantined:
    """`sentence`: why, and what would mend it. `received_at`: ms. `connection_key`: empty when the
    connection was removed."""

    id: int
    reason: Reason
    sentence: str
    received_at: int
    company_id: int
    connection_key: str
    what: str
    url: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many were applied, and how many stay in quarantine of those that were tried."""

    applied: int
    still: int


def quarantined(company_id: int | None = None) -> list[Quarantined]:
    """Everything in quarantine, of one company or all, in order of arrival."""
    condition, values = (" AND r.company_id = %s", [company_id]) if company_id is not None else ("", [])
    rows = fetch(
        "SELECT r.id, r.reason, r.detail, r.received_at, r.company_id, c.key, r.what, r.url"
        " FROM intake_receipt r LEFT JOIN intake_connection c ON c.id = r.connection_id"
        f" WHERE r.state = 2{condition} ORDER BY r.received_at, r.id",
        values,
    )
    return [
        Quarantined(
            id,
            Reason(reason),
            from_text(detail or "") or sentence(Reason(reason)),
            at,
            company,
            key or "",
            what,
            url,
        )
        for id, reason, detail, at, company, key, what, url in rows
    ]


def counts_by_reason(company_id: int) -> dict[Reason, int]:
    """How many deliveries of the company wait in quarantine, the commonest reason first."""
    rows = fetch(
        "SELECT reason, COUNT(*) FROM intake_receipt WHERE state = 2 AND company_id = %s"
        " GROUP BY reason ORDER BY COUNT(*) DESC, reason",
        [company_id],
    )
    return {Reason(reason): count for reason, count in rows}


def counts_everywhere() -> dict[tuple[int, Reason], int]:
    """How many deliveries wait in quarantine, by company and reason; the index alone answers it."""
    rows = fetch(
        "SELECT company_id, reason, COUNT(*) FROM intake_receipt WHERE state = 2 GROUP BY company_id, reason",
        [],
    )
    return {(company_id, Reason(reason)): count for company_id, reason, count in rows}


def replay(reason: Reason | str | None = None, company_id: int | None = None) -> Replayed:
    """Tries again what is in quarantine (of one reason, of one company): each at its own time of arrival.

    Signatures are verified again, with the present secret and public address. In batches, so that
    webhooks never wait long. Raises django.db.Error, and ValueError for a reason that doesn't exist.
    """
    reasons = list(Reason) if reason is None else [Reason(reason)]
    until = now_ms()
    # What is settled from here on has a later time than `until`, and so is not tried twice.
    time.sleep(0.002)
    applied = still = 0
    for found in _connections(company_id):
        for one in reasons:
            for batch in _batches(found, one, until):
                good = [
                    receipt for receipt in batch if one != Reason.BAD_SIGNATURE or is_signed_today(receipt)
                ]
                done = settle(found.company_id, good).applied if good else 0
                applied, still = applied + done, still + len(batch) - done
    return Replayed(applied, still)


@dataclass(frozen=True, slots=True)
class _Sender:
    connection_id: int
    company_id: int


def _connections(company_id: int | None) -> list[_Sender]:
    """Those that have anything in quarantine, removed ones too."""
    condition, values = (" AND company_id = %s", [company_id]) if company_id is not None else ("", [])
    rows = fetch(
        f"SELECT DISTINCT connection_id, company_id FROM intake_receipt WHERE state = 2{condition}"
        " ORDER BY company_id, connection_id",
        values,
    )
    return [_Sender(*row) for row in rows]


def _batches(sender: _Sender, reason: Reason, until: int) -> Iterator[list[Kept]]:
    """In order of arrival, each receipt once: what stays in quarantine is passed by."""
    at, id = -1, -1
    while True:
        batch = kept_where(
            "r.connection_id = %s AND r.company_id = %s AND r.reason = %s AND r.state = 2"
            " AND r.settled_at <= %s AND (r.received_at > %s OR (r.received_at = %s AND r.id > %s))",
            [sender.connection_id, sender.company_id, reason.value, until, at, at, id],
            TOGETHER,
        )
        if not batch:
            return
        at, id = batch[-1].received_at, batch[-1].id
        yield batch


def is_signed_today(receipt: Kept) -> bool:
    """Whether its signature fits today's secrets and today's public address."""
    found = Connection.objects.filter(pk=receipt.connection_id).first()
    if found is None:
        return False
    try:
        secrets = connections.secrets_of(found, now_ms())
    except Unopenable:
        return False
    url = address_today(found, receipt)
    return CARRIERS[found.carrier].is_signed(url, receipt.headers, receipt.body, secrets)


def address_today(found: Connection, receipt: Kept) -> str:
    """What a delivery's signature has to fit: below the public address, else the one that was called then."""
    if not settings.PUBLIC_URL:
        return receipt.url
    query = receipt.url.partition("?")[2]
    address = connections.webhooks(found, settings.PUBLIC_URL)[receipt.what]
    return f"{address}?{query}" if query else address
