"""The list of calls: for the page, some at a time, and for the file, all of them.

A missed call shows what became of it: the first answer by text (DOMAIN: written by a person, and neither
canceled nor failed), or the first call with the customer that was taken, whichever came sooner within seven
days. Whether anything came at all, however late, is told by the customer's last answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from textmeter.carriers.seen import LegStatus, Status
from textmeter.ledger.calls import CallOutcome
from textmeter.lib.days import from_key
from textmeter.lib.keyset import BadCursor, decode, encode
from textmeter.reports.addresses import selection_words
from textmeter.reports.call_selection import MISSED_OUTCOMES, days_with_calls, selected_calls
from textmeter.reports.filter import NO_ANSWER_YET, Filter
from textmeter.reports.query import Listing
from textmeter.reports.rows import CallRow, TrackerRow
from textmeter.reports.statements import Row, Sql, fetch, places, stream
from textmeter.reports.stored import OUTCOMES, direction
from textmeter.reports.trackers import trackers

CALL_SORTS = ("-latest", "latest")
PAGE = 50
FOLLOW_UP_MS = 7 * 86_400_000
# What `call_row` reads, of a call `k`.
CALL_COLUMNS = """k.id, k.customer_id, k.tracker_id, k.direction, k.started_at, k.local_date, k.local_hour,
    k.outcome, k.dial_status, k.seconds, k.recording_ref, k.recording_seconds"""
_CALL_PARTS = CALL_COLUMNS.count(",") + 1
_LONGEST = 1_000
_MOST = 2**63 - 1
_NO_ANSWERS = (Status.CANCELED, Status.FAILED, Status.UNDELIVERED)


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call with its customer. All of the customer is empty where the caller withheld the number."""

    call: CallRow
    carrier: str
    carrier_ref: str
    customer_name: str
    customer_number: str
    city: str
    state: str
    answered_by_text_at: int | None  # of a missed call
    called_back_at: int | None  # of a missed call: the next one with this customer that was taken
    is_answered: bool  # with the customer there was an answer or an answered call since, however late


@dataclass(frozen=True, slots=True)
class CallPage:
    rows: tuple[CallLine, ...]
    first: int  # place of the first row, from 1; 0 when empty
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    started_at: int
    id: int
    count: int  # calls up to this one, itself included


def call_page(flt: Filter, *, missed: bool, size: int = PAGE) -> CallPage:
    """The calls behind `flt.after`, in the filter's sort: by start, then id. Raises BadCursor for a cursor
    that this very list didn't give."""
    after = _read_cursor(flt, missed)
    rows = fetch(_lines(flt, _places(flt, missed, after, size + 1)))
    known = trackers(flt.company_id)
    lines = tuple(_line(row, known) for row in rows[:size])
    if not lines:
        return CallPage((), 0, None)
    before = after.count if after else 0
    last = lines[-1].call
    place = _Place(last.started_at, last.id, before + len(lines))
    return CallPage(lines, before + 1, _cursor(flt, missed, place) if len(rows) > size else None)


def each_call(flt: Filter, *, missed: bool) -> Iterator[CallLine]:
    """Every selected call in the filter's sort, some hundreds at a time in memory."""
    known = trackers(flt.company_id)
    chosen = Sql("SELECT k.id, k.started_at").then(selected_calls(flt, missed=missed)).then(_order(flt))
    for rows in stream(_lines(flt, chosen)):
        for row in rows:
            yield _line(row, known)


def listing(*, missed: bool) -> Listing:
    """How the list's filter is read (see query.read_filter)."""
    answers = (NO_ANSWER_YET,) if missed else ()
    return Listing(CALL_SORTS, days_with_calls, lambda flt: _read_cursor(flt, missed), answers)


def _places(flt: Filter, missed: bool, after: _Place | None, limit: int) -> Sql:
    """Rows (id, started_at) of a page. Of several trackers: the first ones of each, for there is an index in
    their order."""
    if len(flt.numbers) <= 1 or flt.q:
        return _some(flt, missed, after, limit, None)
    parts = [_some(flt, missed, after, limit, each) for each in flt.numbers]
    united = " UNION ALL ".join(f"SELECT * FROM ({part.text}) of_tracker" for part in parts)
    sql = Sql(f"SELECT k.id, k.started_at FROM ({united}) k", tuple(p for part in parts for p in part.params))
    return sql.then(_order(flt)).then(Sql("LIMIT %s", (limit,)))


def _some(flt: Filter, missed: bool, after: _Place | None, limit: int, tracker_id: int | None) -> Sql:
    sql = Sql("SELECT k.id, k.started_at").then(selected_calls(flt, missed=missed, tracker_id=tracker_id))
    if after:
        sign = "<" if flt.sort == "-latest" else ">"
        sql = sql.then(
            Sql(
                f"AND k.started_at {sign}= %s AND (k.started_at {sign} %s OR k.id {sign} %s)",
                (after.started_at, after.started_at, after.id),
            )
        )
    return sql.then(_order(flt)).then(Sql("LIMIT %s", (limit,)))


def _order(flt: Filter) -> str:
    way = "DESC" if flt.sort == "-latest" else "ASC"
    return f"ORDER BY k.started_at {way}, k.id {way}"


def _lines(flt: Filter, chosen: Sql) -> Sql:
    """What a line says of each of the `chosen` calls, in their order."""
    company = (flt.company_id,)
    of_customer = "(SELECT cu.{} FROM ledger_customer cu WHERE cu.company_id = %s AND cu.id = k.customer_id)"
    names = ", ".join(
        of_customer.format(column) for column in ("name", "number", "city", "state", "answered_at")
    )
    return Sql(
        f"""SELECT {CALL_COLUMNS}, k.carrier, k.carrier_ref, {names}, {_ANSWERED_BY_TEXT}, {_CALLED_BACK}
        FROM ({chosen.text}) chosen CROSS JOIN ledger_call k
        WHERE k.company_id = %s AND k.id = chosen.id {_order(flt)}""",
        (
            *company * 5,
            *MISSED_OUTCOMES,
            *company,
            FOLLOW_UP_MS,
            *_NO_ANSWERS,
            *MISSED_OUTCOMES,
            *company,
            FOLLOW_UP_MS,
            CallOutcome.ANSWERED,
            *chosen.params,
            *company,
        ),
    )


_IS_MISSED = f"k.direction = 0 AND k.outcome IN ({places(MISSED_OUTCOMES)})"
# In order of the index by customer, day and instant, so that the first one found ends the search.
_ANSWERED_BY_TEXT = f"""CASE WHEN {_IS_MISSED} THEN (SELECT m.sent_at FROM ledger_message m
    WHERE m.company_id = %s AND m.customer_id = k.customer_id AND m.local_date >= k.local_date
    AND m.sent_at > k.started_at AND m.sent_at <= k.started_at + %s
    AND m.direction = 1 AND m.automatic = 0 AND m.status NOT IN ({places(_NO_ANSWERS)})
    ORDER BY m.local_date, m.sent_at LIMIT 1) END"""
_CALLED_BACK = f"""CASE WHEN {_IS_MISSED} THEN (SELECT a.started_at FROM ledger_call a
    WHERE a.company_id = %s AND a.customer_id = k.customer_id AND a.local_date >= k.local_date
    AND a.started_at > k.started_at AND a.started_at <= k.started_at + %s AND a.outcome = %s
    ORDER BY a.local_date, a.started_at LIMIT 1) END"""


def _line(row: Row, known: Mapping[int, TrackerRow]) -> CallLine:
    carrier, carrier_ref, name, number, city, state, answered_at, text_at, call_at = row[_CALL_PARTS:]
    call = call_row(row[:_CALL_PARTS], known)
    return CallLine(
        call,
        carrier,
        carrier_ref,
        name or "",
        number or "",
        city or "",
        state or "",
        text_at,
        call_at,
        call.is_answered(answered_at),
    )


def call_row(row: Row, known: Mapping[int, TrackerRow]) -> CallRow:
    """From CALL_COLUMNS."""
    id_, customer_id, tracker_id, way, started_at, day, hour, outcome, dial_status, *rest = row
    seconds, recording_ref, recording_seconds = rest
    return CallRow(
        id=id_,
        customer_id=customer_id,
        tracker=known[tracker_id],
        direction=direction(way),
        started_at=started_at,
        day=from_key(day),
        hour=hour,
        outcome=OUTCOMES[outcome],
        dial_status=LegStatus(dial_status),
        seconds=seconds,
        recording_ref=recording_ref,
        recording_seconds=recording_seconds,
    )


def _cursor(flt: Filter, missed: bool, place: _Place) -> str:
    return encode(_bound_to(flt, missed), [place.started_at, place.id, place.count])


def _read_cursor(flt: Filter, missed: bool) -> _Place | None:
    if not flt.after:
        return None
    if len(flt.after) > _LONGEST:
        raise BadCursor(flt.after)
    try:
        keys: Sequence[str | int] = decode(_bound_to(flt, missed), flt.after)
    except RecursionError as error:
        raise BadCursor(flt.after) from error
    numbers = [key for key in keys if isinstance(key, int) and -_MOST <= key <= _MOST]
    if len(keys) != 3 or len(numbers) != 3:
        raise BadCursor(flt.after)
    return _Place(*numbers)


def _bound_to(flt: Filter, missed: bool) -> str:
    return f"{'missed' if missed else 'calls'}&{selection_words(replace(flt, after=''))}"
