"""What one delivery says of a text, made ready to be recorded: cleaned, numbers as the ledger keys them,
words folded. Pure, so that an import has it done by another process than the one that writes."""

from __future__ import annotations

from typing import NamedTuple

from textmeter.carriers.seen import Direction, Media, Place, Source, Status, TextSeen
from textmeter.ledger.clean import clean, possible_count
from textmeter.ledger.instants import TimeSource, time_of
from textmeter.ledger.parties import INBOUND, OUTBOUND, key_of
from textmeter.lib.folding import fold


class TextReading(NamedTuple):
    """`sender`, `receiver`: as keys, None where the delivery doesn't say; `direction`: 0 inbound,
    1 outbound, None likewise. `time_source`, `at`: a TimeSource and an instant (ms). `words`: the folded
    body, empty where there is none."""

    carrier: str
    carrier_ref: str
    sender: str | None
    receiver: str | None
    direction: int | None
    source: int
    arrived_at: int
    time_source: int
    at: int
    status: int
    automatic: bool
    is_blocked: bool
    body: str | None
    words: str
    media: tuple[tuple[str, str], ...] | None
    segments: int | None
    error_code: str | None
    agent: str | None
    opt_out_type: str | None
    customer_name: str | None
    place: Place | None


def read_text(seen: TextSeen) -> TextReading:
    (
        carrier, ref, source, arrived_at, _, sender, receiver, direction, status, body, media, segments,
        error_code, agent, automatic, blocked, opt_out_type, name, place,
    ) = seen  # fmt: skip
    if body is not None:
        body = clean(body)
    return TextReading(
        clean(carrier),
        clean(ref),
        None if sender is None else key_of(sender),
        None if receiver is None else key_of(receiver),
        None if direction is None else OUTBOUND if direction == Direction.OUTBOUND else INBOUND,
        int(source),
        arrived_at,
        *time_of(seen),
        int(status),
        automatic,
        blocked,
        body,
        fold(body) if body else "",
        None if media is None else tuple([(clean(one.url), clean(one.content_type)) for one in media]),
        possible_count(segments),
        clean(error_code) if error_code else None,
        clean(agent) if agent else None,
        clean(opt_out_type) if opt_out_type else None,
        clean(name) if name else None,
        place,
    )


def seen_again(one: TextReading) -> TextSeen:
    """The delivery that reads the same."""
    directions = {None: None, INBOUND: Direction.INBOUND, OUTBOUND: Direction.OUTBOUND}
    return TextSeen(
        carrier=one.carrier,
        carrier_ref=one.carrier_ref,
        source=Source(one.source),
        arrived_at=one.arrived_at,
        carrier_time=one.at if one.time_source == TimeSource.CARRIER else None,
        from_number=one.sender,
        to_number=one.receiver,
        direction=directions[one.direction],
        status=Status(one.status),
        body=one.body,
        media=None if one.media is None else tuple(Media(*each) for each in one.media),
        segments=one.segments,
        error_code=one.error_code,
        agent=one.agent,
        is_automatic=one.automatic,
        is_blocked=one.is_blocked,
        opt_out_type=one.opt_out_type,
        customer_name=one.customer_name,
        place=one.place,
    )
