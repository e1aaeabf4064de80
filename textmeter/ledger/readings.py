"""What one delivery says of a text, made ready to be recorded: cleaned, numbers as the ledger keys them,
words folded. Pure, so that an import has it done by another process than the one that writes."""

from __future__ import annotations

import json
from typing import NamedTuple

from textmeter.carriers.seen import Direction, Media, Place, Source, Status, TextSeen
from textmeter.ledger.clean import clean, possible_count
from textmeter.ledger.instants import TimeSource, time_of
from textmeter.ledger.parties import INBOUND, OUTBOUND, key_of
from textmeter.ledger.ref_marks import ref_mark
from textmeter.ledger.text_times import packed_origin
from textmeter.lib.folding import fold


class Columns(NamedTuple):
    """What of a message's row doesn't depend on whose it is, as it stands in the table."""

    ref_mark: int
    sent_at_source: int
    status: int
    automatic: int
    body: str | None
    media: str | None
    segments: int | None
    error_code: str | None
    agent: str | None
    opt_out_type: str | None
    statuses: str | None
    facts: str | None
    erased: int | None


class TextReading(NamedTuple):
    """`sender`, `receiver`: as keys, None where the delivery doesn't say; `direction`: 0 inbound,
    1 outbound, None likewise; `at`: the best instant that it knows (ms). `columns`: of the message of which
    there is this one delivery and nothing else. `words`: the folded body, empty where there is none."""

    carrier: str
    carrier_ref: str
    sender: str | None
    receiver: str | None
    direction: int | None
    source: int
    arrived_at: int
    at: int
    is_blocked: bool
    columns: Columns
    words: str
    customer_name: str | None
    place: Place | None


def read_text(seen: TextSeen) -> TextReading:
    (
        carrier, ref, source, arrived_at, _, sender, receiver, direction, status, body, media, segments,
        error_code, agent, automatic, blocked, opt_out_type, name, place,
    ) = seen  # fmt: skip
    if body is not None:
        body = clean(body)
    time_source, at = time_of(seen)
    ref = clean(ref)
    columns = Columns(
        ref_mark(ref),
        time_source,
        int(status),
        int(automatic),
        body,
        None if media is None else packed_media(_cleaned(media)),
        possible_count(segments),
        clean(error_code) if error_code else None,
        clean(agent) if agent else None,
        clean(opt_out_type) if opt_out_type else None,
        None,
        packed_origin(int(source), arrived_at, at),
        None,
    )
    return TextReading(
        clean(carrier),
        ref,
        None if sender is None else key_of(sender),
        None if receiver is None else key_of(receiver),
        None if direction is None else OUTBOUND if direction == Direction.OUTBOUND else INBOUND,
        int(source),
        arrived_at,
        at,
        blocked,
        columns,
        fold(body) if body else "",
        clean(name) if name else None,
        place,
    )


def seen_again(one: TextReading) -> TextSeen:
    """The delivery that reads the same."""
    directions = {None: None, INBOUND: Direction.INBOUND, OUTBOUND: Direction.OUTBOUND}
    columns, media = one.columns, unpacked_media(one.columns.media)
    return TextSeen(
        carrier=one.carrier,
        carrier_ref=one.carrier_ref,
        source=Source(one.source),
        arrived_at=one.arrived_at,
        carrier_time=one.at if columns.sent_at_source == TimeSource.CARRIER else None,
        from_number=one.sender,
        to_number=one.receiver,
        direction=directions[one.direction],
        status=Status(columns.status),
        body=columns.body,
        media=None if media is None else tuple(Media(*each) for each in media),
        segments=columns.segments,
        error_code=columns.error_code,
        agent=columns.agent,
        is_automatic=bool(columns.automatic),
        is_blocked=one.is_blocked,
        opt_out_type=columns.opt_out_type,
        customer_name=one.customer_name,
        place=one.place,
    )


_Media = tuple[tuple[str, str], ...]


def _cleaned(media: tuple[Media, ...]) -> _Media:
    return tuple((clean(one.url), clean(one.content_type)) for one in media)


def packed_media(media: _Media | None) -> str | None:
    if not media:
        return None if media is None else "[]"
    return json.dumps(media, separators=(",", ":"), ensure_ascii=False)


def unpacked_media(stored: str | None) -> _Media | None:
    return None if stored is None else tuple((url, kind) for url, kind in json.loads(stored))
