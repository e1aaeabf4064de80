"""How many conversations there are, kept by what is added and taken away, like volume.

Each conversation counts once for all (tracker 0) and once for each tracker that it used. `kind` adds up who
wrote, of the messages on that tracker: 1 the customer, 2 the company; and 4 where the conversation used
several trackers, so that whoever asks for more than one tracker can count those once. Whole months are
counted beside their days, so that a year costs twelve of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from textmeter.ledger.derive import Message, by_tracker, first_response, is_unanswered
from textmeter.ledger.response_buckets import bucket_of, bucket_sql
from textmeter.ledger.spots import conversations_of
from textmeter.ledger.statements import fetch, marks, run, run_many

ALL = 0  # in the place of a tracker
INBOUND, OUTBOUND, SHARED = 1, 2, 4

_Key = tuple[int, int, int, int]  # tracker or ALL, local_date or month, kind, bucket


def count_conversations(
    company_id: int, gone: Iterable[Sequence[Message]], come: Iterable[Sequence[Message]]
) -> None:
    """Takes conversations out and puts others in; each is its day's messages, in order, at least one."""
    counts: dict[_Key, list[int]] = defaultdict(lambda: [0, 0])
    for days, step in ((gone, -1), (come, 1)):
        for day in days:
            unanswered = step * is_unanswered(day)
            for tracker_id, date, kind, bucket in _keys(day):
                for when in (date, month_of(date)):
                    count = counts[tracker_id, when, kind, bucket]
                    count[0] += step
                    count[1] += unanswered
    changed = {key: count for key, count in counts.items() if count[0] or count[1]}
    run_many(_ADD, [(company_id, *key, *count) for key, count in changed.items()])
    run_many(_DROP, [(company_id, *key) for key, (step, _) in changed.items() if step < 0])


def month_of(local_date: int) -> int:
    """The whole month of a day, as it stands in the place of a day: -YYYYMM."""
    return -(local_date // 100)


def kinds(*, inbound: bool, outbound: bool, with_shared: bool) -> tuple[int, ...]:
    """The kinds of conversations in which the customer wrote, or the company did, where asked for."""
    wanted = INBOUND * inbound + OUTBOUND * outbound
    return tuple(kind for kind in range(8) if kind & wanted and (with_shared or not kind & SHARED))


def counted_trackers(company_id: int) -> set[int]:
    """The trackers that have counts, and ALL, all of them read for it."""
    rows = fetch(
        "SELECT DISTINCT tracker_id FROM ledger_conversation_count WHERE company_id = %s", [company_id]
    )
    return {ALL} | {id for (id,) in rows}


def recount_days(company_id: int, first: int, last: int, counted: Collection[int]) -> None:
    """Counts the stored conversations of the days `first` to `last` (YYYYMMDD, of one span for
    `conversations_of`) again; inside a transaction, and before `recount_months`. `counted`: trackers that may
    have counts, without which all the company's days would be read for it."""
    run(
        f"{_CLEAR} AND tracker_id IN ({marks(len(counted))}) AND local_date BETWEEN %s AND %s",
        [company_id, *counted, first, last],
    )
    which = "c.company_id = %s AND c.spot >= %s AND c.spot < %s AND c.local_date BETWEEN %s AND %s"
    for statement in (_COUNT_ALL, _COUNT_TRACKERS):
        run(statement.format(which=which), [company_id, *conversations_of(first, last), first, last])


def recount_months(company_id: int) -> None:
    """Adds up every month's days again; inside a transaction."""
    run(f"{_CLEAR} AND local_date < 0", [company_id])
    run(_COUNT_MONTHS.format(which="company_id = %s"), [company_id])


def count_everything() -> None:
    """Counts every company's stored conversations where nothing is counted yet; inside a transaction."""
    for statement in count_statements():
        run(statement, [])


def count_statements() -> list[str]:
    """What `count_everything` runs, in its order."""
    return [statement.format(which="1 = 1") for statement in (_COUNT_ALL, _COUNT_TRACKERS, _COUNT_MONTHS)]


def _keys(day: Sequence[Message]) -> Iterable[_Key]:
    date, bucket = day[0].local_date, bucket_of(first_response(day))
    trackers = by_tracker(day)
    shared = SHARED if len(trackers) > 1 else 0
    whole = 0
    for tracker_id, (inbound, outbound) in trackers.items():
        kind = INBOUND * bool(inbound) + OUTBOUND * bool(outbound)
        whole |= kind
        yield tracker_id, date, kind + shared, bucket
    yield ALL, date, whole, bucket


_ADD = (
    "INSERT INTO ledger_conversation_count"
    " (company_id, tracker_id, local_date, kind, bucket, conversations, unanswered)"
    " VALUES (%s,%s,%s,%s,%s,%s,%s)"
    " ON CONFLICT (company_id, tracker_id, local_date, kind, bucket) DO UPDATE SET"
    " conversations = ledger_conversation_count.conversations + excluded.conversations,"
    " unanswered = ledger_conversation_count.unanswered + excluded.unanswered"
)
_DROP = (
    "DELETE FROM ledger_conversation_count WHERE company_id = %s AND tracker_id = %s AND local_date = %s"
    " AND kind = %s AND bucket = %s AND conversations = 0 AND unanswered = 0"
)
_CLEAR = "DELETE FROM ledger_conversation_count WHERE company_id = %s"
_INTO = (
    "INSERT INTO ledger_conversation_count"
    " (company_id, tracker_id, local_date, kind, bucket, conversations, unanswered)"
)
_COUNT_ALL = f"""{_INTO}
    SELECT company_id, {ALL}, local_date, kind, bucket, COUNT(*), SUM(unanswered) FROM (
        SELECT c.company_id, c.local_date, c.unanswered,
            CASE WHEN c.inbound > 0 THEN {INBOUND} ELSE 0 END
            + CASE WHEN c.total > c.inbound THEN {OUTBOUND} ELSE 0 END AS kind,
            {bucket_sql("c.first_response_ms")} AS bucket
        FROM ledger_conversation c WHERE {{which}}) counted
    GROUP BY company_id, local_date, kind, bucket"""
_COUNT_TRACKERS = f"""{_INTO}
    SELECT company_id, tracker_id, local_date, kind, bucket, COUNT(*), SUM(unanswered) FROM (
        SELECT c.company_id, t.tracker_id, c.local_date, c.unanswered,
            CASE WHEN t.inbound > 0 THEN {INBOUND} ELSE 0 END
            + CASE WHEN t.outbound > 0 THEN {OUTBOUND} ELSE 0 END + {SHARED} * t.shared AS kind,
            {bucket_sql("c.first_response_ms")} AS bucket
        FROM ledger_conversation c CROSS JOIN ledger_conversation_tracker t
        WHERE {{which}} AND t.company_id = c.company_id
        AND t.customer_id = c.customer_id AND t.local_date = c.local_date) counted
    GROUP BY company_id, tracker_id, local_date, kind, bucket"""
_COUNT_MONTHS = f"""{_INTO}
    SELECT company_id, tracker_id, -(local_date / 100), kind, bucket, SUM(conversations), SUM(unanswered)
    FROM ledger_conversation_count WHERE {{which}} AND local_date > 0
    GROUP BY company_id, tracker_id, -(local_date / 100), kind, bucket"""
