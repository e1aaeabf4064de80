"""Deliveries about a message or call that isn't known yet and that don't say whose it is: kept apart
until it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from hashlib import blake2b
from typing import Any

from textmeter.carriers.seen import (
    CallSeen,
    Direction,
    LegStatus,
    Media,
    Recording,
    Seen,
    Source,
    Status,
    TextSeen,
)
from textmeter.ledger.clean import clean
from textmeter.ledger.keys import Key, by_carrier
from textmeter.ledger.statements import fetch, marks, run_many

TEXT, CALL = "text", "call"


def keep_early(company_id: int, seen: Sequence[Seen]) -> None:
    """Keeps deliveries; of the same one that came again, the earliest arrival. Of a blocked send only
    that it was blocked is kept, so that what comes later makes no message of it."""
    kept = [blocked(one) if isinstance(one, TextSeen) and one.is_blocked else one for one in seen]
    rows: dict[tuple[str, ...], _Row] = {}
    for row in map(_kept, kept):
        if row[:4] not in rows or row[4] < rows[row[:4]][4]:
            rows[row[:4]] = row
    run_many(
        "INSERT INTO ledger_early (company_id, kind, carrier, carrier_ref, mark, arrived_at, seen)"
        " VALUES (%s,%s,%s,%s,%s,%s,%s)"
        " ON CONFLICT (company_id, kind, carrier, carrier_ref, mark)"
        " DO UPDATE SET arrived_at = excluded.arrived_at WHERE excluded.arrived_at < ledger_early.arrived_at",
        [(company_id, *row) for row in rows.values()],
    )
    _forget_blocked(company_id, {blocked(one) for one in kept if isinstance(one, TextSeen)})


def blocked(text: TextSeen) -> TextSeen:
    """All that counts of a send that was blocked."""
    ref = clean(text.carrier), clean(text.carrier_ref)
    return TextSeen(carrier=ref[0], carrier_ref=ref[1], source=Source.STATUS, arrived_at=0, is_blocked=True)


def take_early(company_id: int, kind: str, keys: Iterable[Key]) -> list[Seen]:
    """What was kept of these messages or calls; it is no longer kept afterwards."""
    if not fetch(
        "SELECT 1 FROM ledger_early WHERE company_id = %s AND kind = %s LIMIT 1", [company_id, kind]
    ):
        return []
    taken: list[Seen] = []
    for carrier, refs in by_carrier(keys):
        rows = fetch(
            "SELECT carrier_ref, arrived_at, seen FROM ledger_early WHERE company_id = %s AND kind = %s"
            f" AND carrier = %s AND carrier_ref IN ({marks(len(refs))})",
            [company_id, kind, carrier, *refs],
        )
        taken += [_seen(kind, arrived_at, stored) for _, arrived_at, stored in rows]
        run_many(
            "DELETE FROM ledger_early WHERE company_id = %s AND kind = %s AND carrier = %s"
            " AND carrier_ref = %s",
            [(company_id, kind, carrier, ref) for ref in {row[0] for row in rows}],
        )
    return taken


def _forget_blocked(company_id: int, if_blocked: Iterable[TextSeen]) -> None:
    """Whatever else was said of the sends that turn out to be blocked."""
    keys = [(company_id, *_kept(one)[:4]) for one in if_blocked]
    run_many(
        "DELETE FROM ledger_early WHERE company_id = %s AND kind = %s AND carrier = %s"
        " AND carrier_ref = %s AND mark <> %s AND EXISTS (SELECT 1 FROM ledger_early b"
        " WHERE b.company_id = %s AND b.kind = %s AND b.carrier = %s AND b.carrier_ref = %s AND b.mark = %s)",
        [key + key for key in keys],
    )


_Row = tuple[str, str, str, str, int, str]  # kind, carrier, carrier_ref, mark, arrived_at, seen


def _kept(seen: Seen) -> _Row:
    kind = TEXT if isinstance(seen, TextSeen) else CALL
    said = _plain(seen)
    del said["arrived_at"]
    stored = json.dumps(said, separators=(",", ":"), sort_keys=True)  # ASCII: any text can be stored
    mark = blake2b(stored.encode(), digest_size=12).hexdigest()
    return kind, clean(seen.carrier), clean(seen.carrier_ref), mark, seen.arrived_at, stored


def _plain(seen: Seen) -> dict[str, Any]:
    if isinstance(seen, CallSeen):
        return asdict(seen)
    media = None if seen.media is None else [asdict(one) for one in seen.media]
    return seen._asdict() | {"media": media, "place": asdict(seen.place) if seen.place else None}


def _seen(kind: str, arrived_at: int, stored: str) -> Seen:
    said: dict[str, Any] = json.loads(stored)
    said["arrived_at"] = arrived_at
    said["source"] = Source(said["source"])
    if said["direction"] is not None:
        said["direction"] = Direction(said["direction"])
    # Who the customer is stands with the numbers, which these deliveries lack.
    said["place"] = None
    if kind == TEXT:
        said["status"] = Status(said["status"])
        if said["media"] is not None:
            said["media"] = tuple(Media(**one) for one in said["media"])
        return TextSeen(**said)
    said["parent_status"], said["dial_status"] = (
        LegStatus(said["parent_status"]),
        LegStatus(said["dial_status"]),
    )
    if said["recording"] is not None:
        said["recording"] = Recording(**said["recording"])
    return CallSeen(**said)
