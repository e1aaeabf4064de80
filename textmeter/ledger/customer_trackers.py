"""When each customer first used each tracker, so that a tracker's new customers are counted, not searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textmeter.ledger.derive import Message
from textmeter.ledger.statements import fetch_in, run_many

Use = tuple[int, int, int]  # customer, tracker, local date


def note_trackers(
    company_id: int, gone: Iterable[Message], come: Iterable[Message], first_dates: Mapping[int, int]
) -> None:
    """Takes up what came and what went; conversations are written already. `first_dates`: the local date
    of each touched customer's first text, of those who have any left."""
    uses = {_use(one) for one in come}
    left = {_use(one)[0] for one in gone if _use(one) not in uses}
    remake_trackers(company_id, {customer_id: first_dates.get(customer_id) for customer_id in left})
    firsts: dict[tuple[int, int], int] = {}
    for customer_id, tracker_id, date in uses:
        if customer_id not in left:
            pair = customer_id, tracker_id
            firsts[pair] = min(date, firsts.get(pair, date))
    run_many(
        _PUT,
        [(company_id, *pair, date, first_dates[pair[0]]) for pair, date in firsts.items()],
    )


def set_first_dates(company_id: int, first_dates: Mapping[int, int]) -> None:
    """Of customers whose first text is another one now."""
    run_many(
        "UPDATE ledger_customer_tracker SET first_text_date = %s WHERE company_id = %s AND customer_id = %s",
        [(date, company_id, customer_id) for customer_id, date in first_dates.items()],
    )


def remake_trackers(company_id: int, first_dates: Mapping[int, int | None]) -> None:
    """Makes all of these customers' rows again from their conversations."""
    run_many(
        "DELETE FROM ledger_customer_tracker WHERE company_id = %s AND customer_id = %s",
        [(company_id, customer_id) for customer_id in first_dates],
    )
    run_many(
        _REMAKE,
        [(date, company_id, customer_id) for customer_id, date in first_dates.items() if date is not None],
    )


def mend_trackers(
    company_id: int, messages: Iterable[Message], first_dates: Mapping[int, int | None]
) -> None:
    """`messages`: all of these customers, whose conversations are written already. Makes the rows of those
    again of whom any isn't as it should be."""
    firsts: dict[tuple[int, int], int] = {}
    for one in messages:
        pair = one.customer_id, one.tracker_id
        firsts[pair] = min(one.local_date, firsts.get(pair, one.local_date))
    wanted = {(*pair, date, first_dates[pair[0]]) for pair, date in firsts.items()}
    stored = set(
        fetch_in(
            "SELECT customer_id, tracker_id, first_date, first_text_date FROM ledger_customer_tracker"
            " WHERE company_id = %s AND customer_id IN",
            [company_id],
            first_dates,
        )
    )
    remake_trackers(company_id, {row[0]: first_dates[row[0]] for row in stored ^ wanted})


def _use(one: Message) -> Use:
    return one.customer_id, one.tracker_id, one.local_date


_COLUMNS = "company_id, customer_id, tracker_id, first_date, first_text_date"
_PUT = (
    f"INSERT INTO ledger_customer_tracker ({_COLUMNS}) VALUES (%s,%s,%s,%s,%s)"
    " ON CONFLICT (company_id, customer_id, tracker_id) DO UPDATE SET first_date = excluded.first_date"
    " WHERE excluded.first_date < ledger_customer_tracker.first_date"
)
_REMAKE = (
    f"INSERT INTO ledger_customer_tracker ({_COLUMNS})"
    " SELECT company_id, customer_id, tracker_id, MIN(local_date), %s FROM ledger_conversation_tracker"
    " WHERE company_id = %s AND customer_id = %s GROUP BY company_id, customer_id, tracker_id"
)
