"""Customers' derived rows, all made again from their messages and calls, and written where they differ from
what is stored; whole in itself, so that after it the company's rows and volume are right whether or not any
other customer's turn has come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter
from zoneinfo import ZoneInfo

from textmeter.ledger.calls import CallOutcome
from textmeter.ledger.conversation_counts import count_conversations
from textmeter.ledger.conversations import mend_conversations
from textmeter.ledger.customer_rows import Customer, load_customers_by_id, mend_customers
from textmeter.ledger.customer_trackers import mend_trackers
from textmeter.ledger.derive import Message
from textmeter.ledger.handed_over import Owners, handed_over, rightful
from textmeter.ledger.message_days import Day, load_customers_messages
from textmeter.ledger.new_customers import count_new_customers
from textmeter.ledger.opt_outs import mend_opt_outs
from textmeter.ledger.opt_words import OptWord
from textmeter.ledger.spots import spot_of, text_of
from textmeter.ledger.standing import standing_of_all
from textmeter.ledger.statements import fetch, fetch_in, run_many
from textmeter.ledger.text_rows import move_words
from textmeter.ledger.volume import count_volume
from textmeter.lib.days import local_day_and_hour


def remake_customers(company_id: int, tz: ZoneInfo, customer_ids: Sequence[int], owners: Owners) -> int:
    """Puts the customers' messages and calls on their days in `tz`, and on the trackers that had their
    numbers, and derives everything from them. `owners`: of the company's numbers that were `handed_over`.
    Answers how many conversations had a message that moved to another day. Inside a transaction."""
    stored = load_customers_messages(company_id, customer_ids)
    stored.sort(key=itemgetter(0, 1, 2))  # as `in_order` has them
    numbers = _numbers(company_id, customer_ids)
    messages = [_placed(company_id, one, tz, owners, numbers[one.customer_id]) for one in stored]
    moved = [(was, now) for was, now in zip(stored, messages, strict=True) if was is not now]
    if moved:
        _move(company_id, moved)
        customers = {was.customer_id for was, _ in moved}
        count_conversations(
            company_id,
            _by_day(one for one in stored if one.customer_id in customers).values(),
            _by_day(one for one in messages if one.customer_id in customers).values(),
        )
    mend_conversations(company_id, customer_ids, _by_day(messages).values())
    mend_opt_outs(company_id, customer_ids, messages)
    calls = _calls(company_id, tz, customer_ids, owners)
    _stand(company_id, tz, customer_ids, messages, calls)
    return len({(was.customer_id, was.local_date) for was, now in moved if was.local_date != now.local_date})


def remake_withheld_calls(company_id: int, tz: ZoneInfo, after: int, limit: int) -> int | None:
    """Places calls without a customer; answers the last one's id, None when there are no more."""
    calls = fetch(
        f"{_CALLS} AND customer_id IS NULL AND id > %s ORDER BY id LIMIT %s", [company_id, after, limit]
    )
    _place_calls(company_id, tz, calls, handed_over(company_id))
    return calls[-1][0] if calls else None


_CALLS = (
    "SELECT id, started_at, local_date, local_hour, outcome, tracker_id, customer_id FROM ledger_call"
    " WHERE company_id = %s"
)
_Call = tuple[int, int, int, int, int, int, int | None]


def _numbers(company_id: int, customer_ids: Iterable[int]) -> dict[int, int]:
    """The customers' numbers within the company, by id."""
    return dict(
        fetch_in(
            "SELECT id, nth FROM ledger_customer WHERE company_id = %s AND id IN", [company_id], customer_ids
        )
    )


def _placed(company_id: int, one: Message, tz: ZoneInfo, owners: Owners, customer: int) -> Message:
    """The very same where it stands right already. `customer`: its number."""
    date, hour = local_day_and_hour(one.sent_at, tz)
    tracker_id = rightful(company_id, owners, one.tracker_id, one.sent_at)
    spot = spot_of(date, customer, text_of(one.spot), 0 if one.is_inbound else 1)
    if (date, hour, tracker_id, spot) == (one.local_date, one.local_hour, one.tracker_id, one.spot):
        return one
    return one._replace(local_date=date, local_hour=hour, tracker_id=tracker_id, spot=spot)


def _move(company_id: int, moved: Sequence[tuple[Message, Message]]) -> None:
    run_many(
        "UPDATE ledger_message SET local_date = %s, local_hour = %s, tracker_id = %s, spot = %s"
        " WHERE company_id = %s AND id = %s",
        [(now.local_date, now.local_hour, now.tracker_id, now.spot, company_id, now.id) for _, now in moved],
    )
    move_words(company_id, {now.id: (was.spot, now.spot) for was, now in moved if was.spot != now.spot})
    count_volume(company_id, [was for was, _ in moved], [now for _, now in moved])


def _by_day(messages: Iterable[Message]) -> dict[Day, list[Message]]:
    days: dict[Day, list[Message]] = defaultdict(list)
    for one in messages:
        days[one.customer_id, one.local_date].append(one)
    return days


def _calls(
    company_id: int, tz: ZoneInfo, customer_ids: Sequence[int], owners: Owners
) -> dict[int | None, list[tuple[int, bool]]]:
    """Places the customers' calls; answers when each began, and whether it was answered."""
    begun: dict[int | None, list[tuple[int, bool]]] = defaultdict(list)
    calls = fetch_in(f"{_CALLS} AND customer_id IN", [company_id], customer_ids)
    _place_calls(company_id, tz, calls, owners)
    for _, at, _, _, outcome, _, customer_id in calls:
        begun[customer_id].append((at, outcome == CallOutcome.ANSWERED))
    return begun


def _stand(
    company_id: int,
    tz: ZoneInfo,
    customer_ids: Sequence[int],
    messages: Sequence[Message],
    calls: dict[int | None, list[tuple[int, bool]]],
) -> None:
    """Where the customers stand, and what is counted of them."""
    histories: dict[int, list[Message]] = {id: [] for id in customer_ids}
    for one in messages:
        histories[one.customer_id].append(one)
    customers = load_customers_by_id(company_id, customer_ids)
    for id, customer in customers.items():
        of_customer = calls.get(id, [])
        answered = [at for at, is_answered in of_customer if is_answered]
        customer.standing = standing_of_all(histories[id], answered)
        customer.last_call_at = max((at for at, _ in of_customer), default=None)
        words = [one for one in histories[id] if one.opt_word is not None]
        customer.opted_out_by = words[-1].id if words and words[-1].opt_word == OptWord.OUT else None
    _count_first_dates(company_id, tz, customers, messages)
    mend_customers(company_id, tz, customers)


def _count_first_dates(
    company_id: int, tz: ZoneInfo, customers: dict[int, Customer], messages: Sequence[Message]
) -> None:
    """Before the customers are written: moves them to the days on which their first texts are now."""
    dates = {
        id: None if (at := customer.standing.first_text_at) is None else local_day_and_hour(at, tz)[0]
        for id, customer in customers.items()
    }
    sql = "SELECT id, first_text_date FROM ledger_customer WHERE company_id = %s AND id IN"
    rows = fetch_in(sql, [company_id], customers)
    other = [(date, dates[id]) for id, date in rows if date != dates[id]]
    count_new_customers(
        company_id,
        [was for was, _ in other if was is not None],
        [now for _, now in other if now is not None],
    )
    mend_trackers(company_id, messages, dates)


def _place_calls(company_id: int, tz: ZoneInfo, calls: Sequence[_Call], owners: Owners) -> None:
    placed = []
    for id, at, date, hour, _, tracker_id, _ in calls:
        now = (*local_day_and_hour(at, tz), rightful(company_id, owners, tracker_id, at))
        if now != (date, hour, tracker_id):
            placed.append((*now, company_id, id))
    run_many(
        "UPDATE ledger_call SET local_date = %s, local_hour = %s, tracker_id = %s"
        " WHERE company_id = %s AND id = %s",
        placed,
    )
