"""Makes everything that hangs on changed messages and calls again, in the transaction that changed
them: conversations, volume, opt-outs, and where each customer stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from textmeter.ledger.call_rows import CallChange
from textmeter.ledger.conversations import write_conversations
from textmeter.ledger.customer_rows import Customer
from textmeter.ledger.customer_trackers import note_trackers, set_first_dates
from textmeter.ledger.derive import Message
from textmeter.ledger.history import standing_again
from textmeter.ledger.last_contacts import last_call_at
from textmeter.ledger.message_days import Day, load_days
from textmeter.ledger.new_customers import count_new_customers
from textmeter.ledger.opt_outs import opted_out_by, write_opt_outs
from textmeter.ledger.standing import extended, standing
from textmeter.ledger.text_rows import TextChange
from textmeter.ledger.volume import count_volume
from textmeter.lib.days import local_day_and_hour


@dataclass(slots=True)
class _News:
    """What came to one customer; `calls`: starts of all calls, answered or
    not; `reread`: something known changed or went; `calls_moved`: the same of when calls were."""

    messages: list[Message] = field(default_factory=list)
    answered_calls: list[int] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    calls_moved: bool = False
    reread: bool = False
    words: bool = False


def stored_days(
    company_id: int,
    customers: Mapping[int, Customer],
    texts: Sequence[TextChange],
    removed: Sequence[Message],
    more: Iterable[Day],
) -> list[Message]:
    """What `rederive` needs of the days that `texts` and `removed` touch, and of `more`, before any of it is
    written: so that new texts, which are most, needn't be read again."""
    _, gone, come = _moved(texts, removed)
    days = {(one.customer_id, one.local_date) for one in (*gone, *come)}.union(more)
    return load_days(company_id, [day for day in days if not customers[day[0]].is_new])


def rederive(
    company_id: int,
    tz: ZoneInfo,
    customers: Mapping[int, Customer],
    texts: Sequence[TextChange],
    calls: Sequence[CallChange],
    *,
    stored: Sequence[Message],
    removed: Sequence[Message] = (),
) -> None:
    """`texts` and `calls` are written already, and what is `removed` is gone; `stored`: the `stored_days` of
    before. `customers` holds everyone they belong or belonged to; where they stand is changed in place, and
    written by the caller."""
    moved, gone, come = _moved(texts, removed)
    if moved or removed:
        _conversations(company_id, stored, gone, come)
        count_volume(company_id, gone, come)
        write_opt_outs(company_id, gone, come)
    before = {id: one.standing.first_text_at for id, one in customers.items()}
    for customer_id, news in _news(gone, moved, calls).items():
        _stand(company_id, tz, customers[customer_id], news)
    if moved or removed:
        dates = {
            id: local_day_and_hour(at, tz)[0]
            for id in {one.customer_id for one in (*gone, *come)}
            if (at := customers[id].standing.first_text_at) is not None
        }
        note_trackers(company_id, gone, come, dates)
        set_first_dates(
            company_id,
            {
                id: date
                for id, date in dates.items()
                if not customers[id].is_new and customers[id].standing.first_text_at != before[id]
            },
        )
        _count_new(company_id, tz, customers, before)


def _count_new(
    company_id: int, tz: ZoneInfo, customers: Mapping[int, Customer], before: Mapping[int, int | None]
) -> None:
    """Counts customers on the day of their first text, where it is another one than it was."""
    moved = [(before[id], one.standing.first_text_at) for id, one in customers.items()]
    moved = [(was, now) for was, now in moved if was != now]
    count_new_customers(
        company_id,
        [local_day_and_hour(was, tz)[0] for was, _ in moved if was is not None],
        [local_day_and_hour(now, tz)[0] for _, now in moved if now is not None],
    )


def _moved(
    texts: Sequence[TextChange], removed: Sequence[Message]
) -> tuple[list[TextChange], list[Message], list[Message]]:
    """The texts of which derivation sees a change, the messages that are no more, and those that are there
    instead."""
    moved = [one for one in texts if one.before is None or one.before.message != one.message]
    gone = [one.before.message for one in moved if one.before is not None]
    return moved, [*gone, *removed], [one.message for one in moved]


def _conversations(
    company_id: int, stored: Sequence[Message], gone: Sequence[Message], come: Sequence[Message]
) -> None:
    days: dict[Day, list[Message]] = {(one.customer_id, one.local_date): [] for one in (*gone, *come)}
    touched = {one.id for one in (*gone, *come)}
    before: dict[Day, list[Message]] = defaultdict(list)
    for one in stored:
        if one.id not in touched:
            days[one.customer_id, one.local_date].append(one)
            before[one.customer_id, one.local_date].append(one)
    for one in come:
        days[one.customer_id, one.local_date].append(one)
    for one in gone:
        before[one.customer_id, one.local_date].append(one)
    left = {(one.customer_id, one.local_date) for one in gone}
    write_conversations(company_id, days, before.values(), left)


def _news(
    gone: Sequence[Message], moved: Sequence[TextChange], calls: Sequence[CallChange]
) -> dict[int, _News]:
    news: dict[int, _News] = defaultdict(_News)
    for was in gone:
        news[was.customer_id].reread = True
        news[was.customer_id].words |= was.opt_word is not None
    for one in moved:
        of = news[one.message.customer_id]
        if one.before is None or one.before.message.customer_id != one.message.customer_id:
            of.messages.append(one.message)
        of.words |= one.message.opt_word is not None
    for call in calls:
        before, after = call.before.place if call.before else None, call.place
        if before == after:
            continue
        if before and before.customer_id is not None:
            news[before.customer_id].calls_moved = True
        if after.customer_id is not None:
            news[after.customer_id].calls.append(after.started_at)
        if before and before.is_answered and before.customer_id is not None:
            news[before.customer_id].reread = True
        if after.is_answered and after.customer_id is not None:
            news[after.customer_id].answered_calls.append(after.started_at)
    return news


def _stand(company_id: int, tz: ZoneInfo, customer: Customer, news: _News) -> None:
    _note_calls(company_id, customer, news)
    now = None
    if customer.is_new:
        now = standing(news.messages, news.answered_calls)
    elif not news.reread:
        now = extended(customer.standing, news.messages, news.answered_calls)
    if now is None or (customer.is_new and news.reread):
        now = standing_again(company_id, customer.id, tz)
    if now != customer.standing:
        customer.standing, customer.has_moved = now, True
    if news.words:
        proof = opted_out_by(company_id, customer.id)
        if proof != customer.opted_out_by:
            customer.opted_out_by, customer.has_moved = proof, True


def _note_calls(company_id: int, customer: Customer, news: _News) -> None:
    """When the customer was called with last; asked of the ledger where a known call has moved."""
    if news.calls_moved:
        latest = last_call_at(company_id, customer.id)
    else:
        latest = max(news.calls, default=None)
        if customer.last_call_at is not None:
            latest = max(customer.last_call_at, latest or 0)
    if latest != customer.last_call_at:
        customer.last_call_at, customer.has_moved = latest, True
