"""Messages of chosen days or of a customer's latest days, as derivation sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from textmeter.ledger import derive
from textmeter.ledger.derive import Message
from textmeter.ledger.statements import chunks, fetch, fetch_in, pairs

Day = tuple[int, int]  # customer id, local date
# SQLite takes a list of n values for about 2 ** (n / 10) rows. From some two hundred on it would rather read
# the whole table's index first, to leave out the days that aren't there.
DAYS_TOGETHER = 100
COLUMNS = (
    "m.id, m.customer_id, m.tracker_id, m.carrier, m.carrier_ref, m.direction, m.sent_at, m.local_date,"
    " m.local_hour, m.status, m.automatic, m.body, m.agent, m.spot"
)


def load_days(company_id: int, days: Iterable[Day]) -> list[Message]:
    """Every message of these customers' days."""
    found: list[Message] = []
    for some in chunks(days, DAYS_TOGETHER):
        # CROSS JOIN keeps SQLite from leading with the big table.
        rows = fetch(
            f"WITH touched (customer_id, local_date) AS (VALUES {pairs(len(some))})"
            f" SELECT {COLUMNS} FROM touched t CROSS JOIN ledger_message m"
            " WHERE m.company_id = %s AND m.customer_id = t.customer_id AND m.local_date = t.local_date",
            [*(part for day in some for part in day), company_id],
        )
        found += map(as_message, rows)
    return found


def load_customers_messages(company_id: int, customer_ids: Iterable[int]) -> list[Message]:
    """Every message of these customers."""
    sql = f"SELECT {COLUMNS} FROM ledger_message m WHERE m.company_id = %s AND m.customer_id IN"
    return [as_message(row) for row in fetch_in(sql, [company_id], customer_ids)]


def load_latest(company_id: int, customer_id: int, limit: int) -> list[Message]:
    """The customer's messages of the latest days, at most `limit`, the latest day first."""
    rows = fetch(
        f"SELECT {COLUMNS} FROM ledger_message m WHERE m.company_id = %s AND m.customer_id = %s"
        " ORDER BY m.local_date DESC, m.sent_at DESC LIMIT %s",
        [company_id, customer_id, limit],
    )
    return [as_message(row) for row in rows]


def as_message(row: Sequence[Any]) -> Message:
    """A row of COLUMNS."""
    (
        id,
        customer_id,
        tracker_id,
        carrier,
        ref,
        direction,
        sent_at,
        date,
        hour,
        status,
        automatic,
        body,
        agent,
        spot,
    ) = row
    return derive.message(
        id=id,
        customer_id=customer_id,
        tracker_id=tracker_id,
        carrier=carrier,
        carrier_ref=ref,
        direction=direction,
        sent_at=sent_at,
        local_date=date,
        local_hour=hour,
        status=status,
        automatic=bool(automatic),
        body=body,
        agent=agent,
        spot=spot,
    )
