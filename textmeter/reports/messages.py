"""The selected messages themselves, as the file of messages and the timeline show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textmeter.carriers.seen import Status
from textmeter.ledger.public_ids import public_id
from textmeter.lib.days import from_key
from textmeter.reports.filter import Filter
from textmeter.reports.rows import MessageRow, TrackerRow
from textmeter.reports.selection import selected_messages_in_order
from textmeter.reports.statements import Row, Sql, stream
from textmeter.reports.stored import direction, media
from textmeter.reports.trackers import trackers

# What `message_row` reads, of a message `m`.
COLUMNS = """m.id, m.carrier, m.carrier_ref, m.customer_id, m.tracker_id, m.direction, m.sent_at,
    m.local_date, m.local_hour, m.body, m.media, m.status, m.error_code, m.segments,
    m.agent, m.automatic, m.opt_out_type"""
ORDER = "ORDER BY m.sent_at, m.carrier, m.carrier_ref"


def each_message(flt: Filter) -> Iterator[MessageRow]:
    """Every selected message, oldest first (sent_at, carrier, carrier_ref), some hundreds at a time in
    memory; `sort` and `after` say nothing here."""
    known = trackers(flt.company_id)
    selected = selected_messages_in_order(flt)
    # The company as a value, not as the message's: so a cluster knows that both lie on one machine.
    name = "(SELECT cu.{} FROM ledger_customer cu WHERE cu.company_id = %s AND cu.id = m.customer_id)"
    columns = f"{name.format('name')}, {name.format('number')}, {COLUMNS}"
    sql = Sql(f"SELECT {columns}", (flt.company_id,) * 2).then(selected).then(ORDER)
    for rows in stream(sql):
        for customer_name, customer_number, *row in rows:
            yield message_row(tuple(row), customer_name, customer_number, known)


def message_row(
    row: Row, customer_name: str, customer_number: str, known: Mapping[int, TrackerRow]
) -> MessageRow:
    """From COLUMNS."""
    id_, carrier, carrier_ref, customer_id, tracker_id, way, sent_at, day, hour, body, attached, *rest = row
    status, error_code, segments, agent, automatic, opt_out_type = rest
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
    )
