"""Where applied deliveries went: the texts and calls that they tell of, as they stand in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from textmeter.carriers.seen import Seen, TextSeen
from textmeter.carriers.table import CARRIERS
from textmeter.intake.kept import kept_where
from textmeter.intake.receipts import State
from textmeter.ledger.ref_marks import ref_mark
from textmeter.ledger.statements import chunks, fetch_in, marks
from textmeter.lib.days import from_key


@dataclass(frozen=True, slots=True)
class Went:
    """Texts or calls: on which local days, on whose numbers, with whom. A caller who withheld the number is
    the customer None."""

    first: date
    last: date
    trackers: frozenset[int]
    customers: frozenset[int | None]


def where_applied(company_id: int, ids: Sequence[int]) -> tuple[Went | None, Went | None]:
    """Texts and calls of the receipts that were applied; None where there are none."""
    seen = list(_seen(company_id, ids))
    texts = {(one.carrier, one.carrier_ref) for one in seen if isinstance(one, TextSeen)}
    calls = {(one.carrier, one.carrier_ref) for one in seen if not isinstance(one, TextSeen)}
    found_texts = fetch_in(f"{_TEXTS} AND ref_mark IN", [company_id], {ref_mark(ref) for _, ref in texts})
    found_calls = [
        row
        for carrier in {carrier for carrier, _ in calls}
        for row in fetch_in(f"{_CALLS} AND carrier_ref IN", [company_id, carrier], {ref for _, ref in calls})
    ]
    return (
        _went(row[2:] for row in found_texts if row[:2] in texts),
        _went(row[2:] for row in found_calls if row[:2] in calls),
    )


_COLUMNS = "carrier, carrier_ref, local_date, tracker_id, customer_id"
_TEXTS = f"SELECT {_COLUMNS} FROM ledger_message WHERE company_id = %s"
_CALLS = f"SELECT {_COLUMNS} FROM ledger_call WHERE company_id = %s AND carrier = %s"


def _seen(company_id: int, ids: Sequence[int]) -> Iterator[Seen]:
    """A receipt whose connection was removed can't be read any more."""
    for some in chunks(ids):
        condition = f"r.company_id = %s AND r.state = %s AND r.id IN ({marks(len(some))})"
        for receipt in kept_where(condition, [company_id, int(State.APPLIED), *some], len(some)):
            carrier = CARRIERS.get(receipt.carrier or "")
            if carrier is not None:
                yield from carrier.read(receipt.what, receipt.headers, receipt.body, receipt.received_at)


def _went(rows: Iterable[tuple[int, int, int | None]]) -> Went | None:
    found = list(rows)
    if not found:
        return None
    days, trackers, customers = zip(*found, strict=True)
    return Went(from_key(min(days)), from_key(max(days)), frozenset(trackers), frozenset(customers))
