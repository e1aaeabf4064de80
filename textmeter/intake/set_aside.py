"""A company's quarantine as it is looked at: some at a time, and by the numbers that nobody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from textmeter.carriers.table import CARRIERS
from textmeter.carriers.trouble import Unreadable
from textmeter.intake.kept import Kept, kept_where
from textmeter.intake.reasons import Reason
from textmeter.intake.settle import our_numbers
from textmeter.ledger.statements import fetch, marks
from textmeter.lib.phone import e164_or_raw, tracking_number
from textmeter.lib.sentences import from_text

MOST_COUNTED = 1_000
# Unknown numbers are told from the latest so many deliveries: enough for what people do about them.
MOST_LOOKED_AT = 5_000
MOST_NUMBERS = 20


class Place(NamedTuple):
    """Where a page ends: when the delivery came (ms), and its id."""

    received_at: int
    id: int


@dataclass(frozen=True, slots=True)
class Aside:
    """A delivery in quarantine. `detail`: what was written of it when it was put there, empty where nothing
    was."""

    receipt: Kept
    reason: Reason
    detail: str

    @property
    def place(self) -> Place:
        return Place(self.receipt.received_at, self.receipt.id)


@dataclass(frozen=True, slots=True)
class UnknownNumber:
    """`number`: E.164, or as it came. `can_be_added`: it is a phone number. `is_one_of_two`: the deliveries
    don't say which of their numbers is the company's."""

    number: str
    count: int
    can_be_added: bool
    is_one_of_two: bool


def count_up_to(company_id: int, most: int = MOST_COUNTED) -> int:
    """How many deliveries the company has in quarantine, counted no further than `most`."""
    return _count("state = 2", company_id, most)


def waiting_of(company_id: int, most: int = MOST_COUNTED) -> int:
    """How many of the company's deliveries wait for the worker, counted no further than `most`."""
    return _count("state = 0", company_id, most)


def _count(condition: str, company_id: int, most: int) -> int:
    ((count,),) = fetch(
        "SELECT COUNT(*) FROM"
        f" (SELECT 1 FROM intake_receipt WHERE {condition} AND company_id = %s LIMIT %s) AS counted",
        [company_id, most],
    )
    return int(count)


def latest(company_id: int, reason: Reason, limit: int, after: Place | None = None) -> list[Aside]:
    """The newest first, `limit` at most; those beyond `after`."""
    condition, values = "", []
    if after is not None:
        condition = " AND (received_at < %s OR (received_at = %s AND id < %s))"
        values = [after.received_at, after.received_at, after.id]
    rows = fetch(
        "SELECT id, detail FROM intake_receipt WHERE state = 2 AND company_id = %s AND reason = %s"
        f"{condition} ORDER BY received_at DESC, id DESC LIMIT %s",
        [company_id, reason.value, *values, limit],
    )
    return _asides(company_id, reason, rows)


def one(company_id: int, id: int) -> Aside | None:
    """None for what is not in the company's quarantine."""
    rows = fetch(
        "SELECT id, detail, reason FROM intake_receipt WHERE state = 2 AND company_id = %s AND id = %s",
        [company_id, id],
    )
    if not rows:
        return None
    found = _asides(company_id, Reason(rows[0][2]), [rows[0][:2]])
    return found[0] if found else None


def newest_by_connection(company_id: int, reason: Reason) -> list[Aside]:
    """The latest delivery of each of the company's connections."""
    rows = fetch(
        "SELECT c.id, (SELECT r.id FROM intake_receipt r WHERE r.state = 2 AND r.connection_id = c.id"
        " AND r.reason = %s ORDER BY r.received_at DESC LIMIT 1)"
        " FROM intake_connection c WHERE c.company_id = %s ORDER BY c.id",
        [reason.value, company_id],
    )
    return _asides(company_id, reason, [(id, None) for _, id in rows if id is not None])


def unknown_numbers(company_id: int) -> list[UnknownNumber]:
    """The numbers that would have to be the company's, the commonest first."""
    groups = fetch(
        "SELECT detail, COUNT(*), MAX(id) FROM (SELECT detail, id FROM intake_receipt WHERE state = 2"
        " AND company_id = %s AND reason = %s ORDER BY received_at DESC, id DESC LIMIT %s) AS r"
        " GROUP BY detail ORDER BY COUNT(*) DESC, MAX(id) DESC LIMIT %s",
        [company_id, Reason.UNKNOWN_NUMBER.value, MOST_LOOKED_AT, MOST_NUMBERS],
    )
    examples = _receipts(company_id, [id for _, _, id in groups])
    found: dict[str, UnknownNumber] = {}
    for _, count, id in groups:
        numbers = numbers_in(examples[id]) if id in examples else []
        for number in numbers:
            before = found.get(number)
            found[number] = UnknownNumber(
                number,
                count + (before.count if before else 0),
                tracking_number(number) is not None,
                len(numbers) > 1 and (before is None or before.is_one_of_two),
            )
    return sorted(found.values(), key=lambda each: (each.is_one_of_two, -each.count))


def numbers_in(receipt: Kept) -> list[str]:
    """Which of its numbers would have to be the company's, as the ledger keys them; none where it can't be
    read."""
    carrier = CARRIERS.get(receipt.carrier or "")
    if carrier is None:
        return []
    try:
        seen = carrier.read(receipt.what, receipt.headers, receipt.body, receipt.received_at)
    except Unreadable:
        return []
    return [number for one in seen for number in map(e164_or_raw, our_numbers(one)) if number]


def _asides(company_id: int, reason: Reason, rows: Sequence[Sequence[Any]]) -> list[Aside]:
    receipts = _receipts(company_id, [id for id, _ in rows])
    return [Aside(receipts[id], reason, from_text(detail or "")) for id, detail in rows if id in receipts]


def _receipts(company_id: int, ids: Sequence[int]) -> Mapping[int, Kept]:
    if not ids:
        return {}
    found = kept_where(
        f"r.company_id = %s AND r.state = 2 AND r.id IN ({marks(len(ids))})", [company_id, *ids], len(ids)
    )
    return {each.id: each for each in found}
