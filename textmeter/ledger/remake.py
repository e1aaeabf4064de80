"""One customer's derived rows, all made again from their messages and calls; whole in itself, so that
after it the company's rows and volume are right whether or not any other customer's turn has come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from textmeter.ledger.calls import CallOutcome
from textmeter.ledger.conversations import write_conversations
from textmeter.ledger.customer_rows import Customer, load_customers_by_id, write_customers
from textmeter.ledger.customer_trackers import remake_trackers
from textmeter.ledger.derive import Message
from textmeter.ledger.handed_over import Owners, handed_over, rightful
from textmeter.ledger.message_days import Day, load_customer
from textmeter.ledger.new_customers import count_new_customers
from textmeter.ledger.opt_outs import opted_out_by, write_opt_outs
from textmeter.ledger.standing import standing
from textmeter.ledger.statements import fetch, run, run_many
from textmeter.ledger.volume import count_volume
from textmeter.lib.days import local_day_and_hour


def remake_customer(company_id: int, tz: ZoneInfo, customer_id: int, owners: Owners) -> int:
    """Puts the customer's messages and calls on their days in `tz`, and on the trackers that had their
    numbers, and derives everything from them. `owners`: of the company's numbers that were `handed_over`.
    Answers how many conversations had a message that moved to another day. Inside a transaction."""
    messages = load_customer(company_id, customer_id)
    dated = [_placed(company_id, one, tz, owners) for one in messages]
    moved = [(was, now) for was, now in zip(messages, dated, strict=True) if was != now]
    run_many(
        "UPDATE ledger_message SET local_date = %s, local_hour = %s, tracker_id = %s"
        " WHERE company_id = %s AND id = %s",
        [(now.local_date, now.local_hour, now.tracker_id, company_id, now.id) for _, now in moved],
    )
    count_volume(company_id, [was for was, _ in moved], [now for _, now in moved])
    _remake_conversations(company_id, customer_id, messages, dated)
    run("DELETE FROM ledger_opt_out WHERE company_id = %s AND customer_id = %s", [company_id, customer_id])
    write_opt_outs(company_id, [], dated)
    calls = fetch(f"{_CALLS} AND customer_id = %s", [company_id, customer_id])
    _place_calls(company_id, tz, calls, owners)
    customer = load_customers_by_id(company_id, [customer_id])[customer_id]
    answered = [row[1] for row in calls if row[4] == CallOutcome.ANSWERED]
    customer.standing = standing(dated, answered)
    customer.opted_out_by = opted_out_by(company_id, customer_id)
    customer.has_moved = customer.has_news = True
    _count_first_date(company_id, tz, customer)
    write_customers(company_id, tz, [customer])
    return len({was.local_date for was, now in moved if was.local_date != now.local_date})


def remake_withheld_calls(company_id: int, tz: ZoneInfo, after: int, limit: int) -> int | None:
    """Places calls without a customer; answers the last one's id, None when there are no more."""
    calls = fetch(
        f"{_CALLS} AND customer_id IS NULL AND id > %s ORDER BY id LIMIT %s", [company_id, after, limit]
    )
    _place_calls(company_id, tz, calls, handed_over(company_id))
    return calls[-1][0] if calls else None


_CALLS = (
    "SELECT id, started_at, local_date, local_hour, outcome, tracker_id FROM ledger_call"
    " WHERE company_id = %s"
)


def _placed(company_id: int, one: Message, tz: ZoneInfo, owners: Owners) -> Message:
    date, hour = local_day_and_hour(one.sent_at, tz)
    tracker_id = rightful(company_id, owners, one.tracker_id, one.sent_at)
    return one._replace(local_date=date, local_hour=hour, tracker_id=tracker_id)


def _count_first_date(company_id: int, tz: ZoneInfo, customer: Customer) -> None:
    """Before the customer is written: moves them to the day on which their first text is now."""
    first_at = customer.standing.first_text_at
    date = None if first_at is None else local_day_and_hour(first_at, tz)[0]
    ((before,),) = fetch(
        "SELECT first_text_date FROM ledger_customer WHERE company_id = %s AND id = %s",
        [company_id, customer.id],
    )
    count_new_customers(company_id, [] if before is None else [before], [] if date is None else [date])
    remake_trackers(company_id, {customer.id: date})


def _remake_conversations(
    company_id: int, customer_id: int, before: Sequence[Message], now: Sequence[Message]
) -> None:
    for table in ("ledger_conversation", "ledger_conversation_tracker"):
        run(f"DELETE FROM {table} WHERE company_id = %s AND customer_id = %s", [company_id, customer_id])
    write_conversations(company_id, _by_day(now), _by_day(before).values(), ())


def _by_day(messages: Sequence[Message]) -> dict[Day, list[Message]]:
    days: dict[Day, list[Message]] = defaultdict(list)
    for one in messages:
        days[one.customer_id, one.local_date].append(one)
    return days


def _place_calls(
    company_id: int, tz: ZoneInfo, calls: Sequence[tuple[int, int, int, int, int, int]], owners: Owners
) -> None:
    placed = []
    for id, at, date, hour, _, tracker_id in calls:
        now = (*local_day_and_hour(at, tz), rightful(company_id, owners, tracker_id, at))
        if now != (date, hour, tracker_id):
            placed.append((*now, company_id, id))
    run_many(
        "UPDATE ledger_call SET local_date = %s, local_hour = %s, tracker_id = %s"
        " WHERE company_id = %s AND id = %s",
        placed,
    )
