"""Receipts as they lie in the database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textmeter.ledger.statements import fetch


@dataclass(frozen=True, slots=True)
class Kept:
    """`carrier`: the connection's; None when the connection is gone. `received_at`: ms."""

    id: int
    connection_id: int
    company_id: int
    what: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    received_at: int
    carrier: str | None


def kept_where(condition: str, values: Sequence[object], limit: int) -> list[Kept]:
    """Receipts `r` in order of arrival. `condition`: SQL of the caller's own making, values apart."""
    rows = fetch(
        "SELECT r.id, r.connection_id, r.company_id, r.what, r.url, r.headers, r.body, r.received_at,"
        " c.carrier FROM intake_receipt r LEFT JOIN intake_connection c ON c.id = r.connection_id"
        f" WHERE {condition} ORDER BY r.received_at, r.id LIMIT %s",
        [*values, limit],
    )
    return [_kept(row) for row in rows]


def _kept(row: Sequence[Any]) -> Kept:
    id, connection_id, company_id, what, url, headers, body, received_at, carrier = row
    return Kept(
        id, connection_id, company_id, what, url, json.loads(headers), bytes(body), received_at, carrier
    )
