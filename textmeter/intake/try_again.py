"""Handing what is in quarantine back to the worker, so that no request has to wait for thousands."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from textmeter.intake.bell import ring
from textmeter.intake.kept import kept_where
from textmeter.intake.quarantine import is_signed_today
from textmeter.intake.reasons import Reason
from textmeter.intake.receipts import State
from textmeter.ledger.statements import chunks, fetch, marks, run
from textmeter.lib.days import now_ms

TOGETHER = 200
SECONDS = 5.0  # what one request takes of it
MOST_FOLLOWED = 1_000


@dataclass(frozen=True, slots=True)
class Handed:
    """`handed`: how many wait for the worker now; `first`: the ids of the first ones, MOST_FOLLOWED at most.
    `unsigned`: how many stay, as their signature still doesn't fit. `is_all`: nothing was left for another
    request."""

    handed: int = 0
    unsigned: int = 0
    is_all: bool = True
    first: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class CameOf:
    """What came of deliveries that were tried again; those that went meanwhile are in none. `back`: how many
    are in quarantine again, by the reason of now."""

    waiting: int
    applied: int
    back: Mapping[Reason, int]


def hand_to_worker(company_id: int, reason: Reason, only: int | None = None, number: str = "") -> Handed:
    """Everything of that reason, or the delivery `only`, or those that wait for the `number` (E.164): the
    worker applies it, each at its own time of arrival, and puts aside again what still can't be. Signatures
    are verified here, with the present secret and public address. In short transactions, in order of arrival.
    Raises django.db.Error."""
    where = _Where(company_id, reason, only, number, until=now_ms())
    began, handed, unsigned = time.monotonic(), 0, 0
    first: tuple[int, ...] = ()
    at, id = -1, -1
    while time.monotonic() - began < SECONDS:
        batch = where.after(at, id)
        if not batch:
            return Handed(handed, unsigned, first=first)
        at, id = batch[-1]
        good = [id for _, id in batch] if reason != Reason.BAD_SIGNATURE else _signed(company_id, batch)
        handed, unsigned = handed + _hand(company_id, reason, good), unsigned + len(batch) - len(good)
        first = (*first, *good)[:MOST_FOLLOWED]
    return Handed(handed, unsigned, is_all=False, first=first)


def came_of(company_id: int, ids: Sequence[int]) -> CameOf:
    """Of deliveries that were handed to the worker."""
    waiting = applied = 0
    back: dict[Reason, int] = {}
    for some in chunks(ids):
        for state, reason, count in fetch(
            "SELECT state, reason, COUNT(*) FROM intake_receipt"
            f" WHERE company_id = %s AND id IN ({marks(len(some))}) GROUP BY state, reason",
            [company_id, *some],
        ):
            if state == State.QUARANTINED:
                back[Reason(reason)] = back.get(Reason(reason), 0) + count
            elif state == State.APPLIED:
                applied += count
            else:
                waiting += count
    return CameOf(waiting, applied, {reason: back[reason] for reason in Reason if reason in back})


@dataclass(frozen=True, slots=True)
class _Where:
    """`number`: stands in why they wait, or nothing does; empty: for whatever. `until`: what came after it
    began (ms) is left for another time."""

    company_id: int
    reason: Reason
    only: int | None
    number: str
    until: int

    def after(self, at: int, id: int) -> list[tuple[int, int]]:
        """When they came and their ids: the next ones beyond that place, in order of arrival."""
        condition = ""
        values: list[object] = []
        if self.only is not None:
            condition += " AND id = %s"
            values.append(self.only)
        if self.number:
            condition += " AND (detail LIKE %s OR COALESCE(detail, '') = '')"
            values.append(f"%{self.number}%")
        rows = fetch(
            "SELECT received_at, id FROM intake_receipt WHERE state = 2 AND company_id = %s AND reason = %s"
            f" AND received_at <= %s AND (received_at > %s OR (received_at = %s AND id > %s)){condition}"
            " ORDER BY received_at, id LIMIT %s",
            [self.company_id, self.reason.value, self.until, at, at, id, *values, TOGETHER],
        )
        return [(received_at, receipt_id) for received_at, receipt_id in rows]


def _signed(company_id: int, batch: Sequence[tuple[int, int]]) -> list[int]:
    ids = [id for _, id in batch]
    receipts = kept_where(f"r.company_id = %s AND r.id IN ({marks(len(ids))})", [company_id, *ids], len(ids))
    return [one.id for one in receipts if is_signed_today(one)]


def _hand(company_id: int, reason: Reason, ids: Sequence[int]) -> int:
    """Those that wait because somebody asked for it keep when that was, in `settled_at`: they don't count as
    late (see waiting.py)."""
    if not ids:
        return 0
    with transaction.atomic():
        done = run(
            "UPDATE intake_receipt SET state = 0, reason = NULL, detail = NULL, settled_at = %s"
            f" WHERE company_id = %s AND state = 2 AND reason = %s AND id IN ({marks(len(ids))})",
            [now_ms(), company_id, reason.value, *ids],
        )
        ring()
    return done
