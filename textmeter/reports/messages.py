"""The selected messages themselves, as the file of messages and the timeline show them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time
from heapq import merge
from itertools import chain, zip_longest
from operator import itemgetter

from textmeter.carriers.seen import Status
from textmeter.ledger.moment import one_moment
from textmeter.ledger.public_ids import public_id
from textmeter.lib.days import as_key, from_key, to_ms
from textmeter.reports.filter import Filter
from textmeter.reports.rows import MessageRow, TrackerRow
from textmeter.reports.search import customers_found, read_search
from textmeter.reports.selection import selected_messages
from textmeter.reports.statements import Row, Sql, fetch, places, stream
from textmeter.reports.stored import direction, media
from textmeter.reports.trackers import trackers

# What `message_row` reads, of a message `m`.
COLUMNS = """m.id, m.carrier, m.carrier_ref, m.customer_id, m.tracker_id, m.direction, m.sent_at,
    m.local_date, m.local_hour, m.body, m.media, m.status, m.error_code, m.segments,
    m.agent, m.automatic, m.opt_out_type, m.erased"""
ORDER = "ORDER BY m.sent_at, m.carrier, m.carrier_ref"
_SENT_AT = 8  # in a row of COLUMNS behind two others
_PLACE = itemgetter(_SENT_AT, 3, 4)
# Messages that a part of the days is to have: the database sorts as many. A search reads whole weeks.
PART, PART_OF_A_SEARCH = 10_000, 50_000
# No zone's midnight is further than this from another zone's of the same day, nor does a change of the clocks
# carry it further: while a company moves to another zone, some messages stand on days of the former.
ANY_ZONE_MS = 27 * 3_600_000


def each_message(flt: Filter) -> Generator[MessageRow, None, None]:
    """Every selected message, oldest first (sent_at, carrier, carrier_ref), some hundreds at a time in
    memory; `sort` and `after` say nothing here."""
    known = trackers(flt.company_id)
    for name, number, *row in _rows_in_order(flt):
        yield message_row(tuple(row), name, number, known)


def _rows_in_order(flt: Filter) -> Iterator[Row]:
    """(name and number of the customer, COLUMNS…), some days after the other, for no index has all of
    them in order. What was sent about the end of a part waits for the next one: where clocks went back over
    midnight, a later day's first messages are older than the last ones of the day before."""
    # The company as a value, not as the message's: so a cluster knows that both lie on one machine.
    name = "(SELECT cu.{} FROM ledger_customer cu WHERE cu.company_id = %s AND cu.id = m.customer_id)"
    columns = Sql(f"SELECT {name.format('name')}, {name.format('number')}, {COLUMNS}", (flt.company_id,) * 2)
    with one_moment():
        customers = customers_found(flt.company_id, read_search(flt.q))
        waiting: list[Row] = []
        parts = list(_parts(flt))
        for part, following in zip_longest(parts, parts[1:]):
            selected = columns.then(selected_messages(part, customers)).then(ORDER)
            rows: Iterator[Row] = chain.from_iterable(stream(selected))
            if waiting:
                rows = merge(waiting, rows, key=_PLACE)
            waiting = []
            until = _certain_until(following) if following else None
            for row in rows:
                if until is None or row[_SENT_AT] < until:
                    yield row
                else:
                    waiting = [row, *rows]


def _certain_until(following: Filter) -> int:
    """The instant before which no message of that part was sent."""
    return to_ms(datetime.combine(following.start, time(), following.zone)) - ANY_ZONE_MS


def _parts(flt: Filter) -> Iterator[Filter]:
    """The filter's days in parts, none with many more than PART messages of the chosen numbers; days without
    any are left out."""
    most = PART_OF_A_SEARCH if flt.q else PART
    first, count, day = None, 0, 0
    for day, messages in fetch(_counts(flt)):
        first, count = first or day, count + int(messages)
        if count >= most:
            yield replace(flt, start=from_key(first), end=from_key(day))
            first, count = None, 0
    if first:
        yield replace(flt, start=from_key(first), end=from_key(day))


def _counts(flt: Filter) -> Sql:
    """Rows (local day, messages)."""
    table, which = ("tracker", f"AND tracker_id IN ({places(flt.numbers)})") if flt.numbers else ("hour", "")
    return Sql(
        f"""SELECT local_date, SUM(inbound + outbound) FROM ledger_volume_{table}
        WHERE company_id = %s {which} AND local_date BETWEEN %s AND %s
        GROUP BY local_date ORDER BY local_date""",
        (flt.company_id, *flt.numbers, as_key(flt.start), as_key(flt.end)),
    )


def message_row(
    row: Row, customer_name: str, customer_number: str, known: Mapping[int, TrackerRow]
) -> MessageRow:
    """From COLUMNS."""
    id_, carrier, carrier_ref, customer_id, tracker_id, way, sent_at, day, hour, body, attached, *rest = row
    status, error_code, segments, agent, automatic, opt_out_type, erased = rest
    return MessageRow(
        id=id_,
        public_id=public_id(carrier, carrier_ref),
        carrier=carrier,
        carrier_ref=carrier_ref,
        customer_id=customer_id,
        customer_name=customer_name,
        customer_number=customer_number,
        tracker=known[tracker_id],
        direction=direction(way),
        sent_at=sent_at,
        day=from_key(day),
        hour=hour,
        body=body,
        media=media(attached),
        status=Status(status),
        error_code=error_code,
        segments=segments,
        agent=agent,
        automatic=bool(automatic),
        opt_out_type=opt_out_type,
        is_erased=bool(erased),
    )
