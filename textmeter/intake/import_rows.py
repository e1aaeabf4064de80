"""A row of a file of messages as what was seen. Pure.

What empty cells mean: no `sent_at`: the `local_time`; no `carrier_ref`: one is made of the content.
An empty `body` is words that are not known yet, as in a file of ours; with a `media_count` (0 too) it
is a text without words, such as a photo alone. Either way the next file is the same again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from textmeter.carriers.seen import Direction, Media, Source, Status, TextSeen
from textmeter.intake.import_columns import MEANINGS
from textmeter.intake.import_header import Header
from textmeter.intake.import_lines import Cells
from textmeter.intake.import_refusal import BadCell, BadRow, Says, empty, no_phone_number, shown
from textmeter.intake.import_times import read_time
from textmeter.ledger.parties import key_of
from textmeter.ledger.public_ids import content_ref, public_id
from textmeter.ledger.readings import TextReading, read_text
from textmeter.lib.csvcells import read_cell
from textmeter.lib.days import UnknownZone, zone
from textmeter.lib.phone import tracking_number
from textmeter.lib.sentences import Sentence, counted

FILE_CARRIER = "file"  # of rows that name no carrier
MOST_MEDIA = 10_000
MOST_SEGMENTS = 2**31 - 1
_COUNT = re.compile(r"[0-9]{1,10}")
_COUNTS = {str(count): count for count in range(100)}
DIRECTIONS = {each.value: each for each in Direction}
_STATUSES = {each.name.lower(): each for each in Status if each} | {"": Status.UNKNOWN}
_BOOLEANS = {"true": True, "false": False, "": False}


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken: the line of the file on which it begins, from 1, and why: a Sentence."""

    line: int
    reason: str


class ImportRow(NamedTuple):
    """`line`: where it begins; `end`: how many bytes of the file end with it. `ours`: the tracking number
    (E.164). `is_exported`: its `message_id` proves that it was written by a file of ours, whose every name
    is the tracker's own. `apart`: what it says of attachments, where there are any: told after the rest."""

    line: int
    end: int
    seen: TextReading
    ours: str
    number_name: str
    source: str
    is_exported: bool
    apart: TextReading | None

    @property
    def at(self) -> int:
        return self.seen.at


class FileReader:
    """What reading the rows of one file needs, of whatever kind. `zone_name`: of times without an offset,
    whatever the row says; else the row's own `time_zone`, else `company_zone`. `now`: when the import began
    (ms)."""

    def __init__(self, header: Header, company_zone: ZoneInfo, zone_name: str | None, now: int) -> None:
        self._header = header
        self._count = header.count
        self._places = itemgetter(*header.places)
        self._company_zone = company_zone
        self._zone = zone(zone_name) if zone_name else None
        self._now = now
        self._equals: dict[int, int] = {}

    def why(self, bad: BadRow) -> Sentence:
        """What a refused row is told: of a cell in the words of the file's own header."""
        return bad.says(self._header.called(bad.column)) if isinstance(bad, BadCell) else bad.args[0]

    def _time(self, at: str, local_time: str, time_zone: str, name: str = "sent_at") -> int:
        if not at and not local_time:
            raise BadRow(self._no_time(name))
        try:
            return read_time(at or local_time, lambda: self._zone or self._row_zone(time_zone))
        except BadCell as bad:
            raise BadCell(bad.says, bad.column or (name if at else "local_time")) from None

    def _no_time(self, name: str) -> Sentence:
        there = [self._header.called(one) for one in (name, "local_time") if one in self._header.names]
        if len(there) == 1:
            return empty(there[0], MEANINGS["at"])
        return Sentence(
            "%(one)s and %(other)s are both empty; one of them should hold %(meaning)s.",
            one=self._header.called(name),
            other=self._header.called("local_time"),
            meaning=MEANINGS["at"],
        )

    def _row_zone(self, name: str) -> ZoneInfo:
        if not name:
            return self._company_zone
        try:
            return zone(name)
        except UnknownZone:
            raise BadCell(no_zone(name), "time_zone") from None

    def _of_another(self, id: str) -> Says:
        return lambda column: Sentence(
            "%(column)s is “%(value)s”, which doesn’t belong to this line’s %(carrier)s and %(ref)s. Leave"
            " all three as they were exported, or empty the first.",
            column=column,
            value=shown(id),
            carrier=self._header.called("carrier"),
            ref=self._header.called("carrier_ref"),
        )

    def _content_ref(self, *content: str) -> str:
        """The same row, the same ref; of several equal rows in one file each has its own."""
        first = content_ref(*content)
        # Eight bytes a row, for a file may hold millions of them.
        mark = int.from_bytes(blake2b(first.encode(), digest_size=8).digest(), "big")
        place = self._equals.get(mark, 0)
        self._equals[mark] = place + 1
        return content_ref(*content, str(place)) if place else first


class RowReader(FileReader):
    """Of a file of messages."""

    def read(self, row: Cells) -> ImportRow:
        """Raises BadRow."""
        if len(row.cells) != self._count:
            raise BadRow(other_count(len(row.cells), self._count))
        row.cells.append("")
        cells = self._places(row.cells)
        (
            message_id, sent_at, local_time, time_zone, way, customer_name, customer, number_name, ours,
            source, agent, body, media_count, status, error_code, segments, carrier, ref, automatic,
        ) = cells if row.is_plain else map(read_cell, cells)  # fmt: skip
        at = self._time(sent_at, local_time, time_zone)
        direction, number, media, known_status, parts, is_automatic = read_plain_cells(
            (way, ours, media_count, status, segments, automatic)
        )
        carrier = carrier or FILE_CARRIER
        is_exported = bool(message_id and ref)
        if is_exported and public_id(carrier, ref) != message_id:
            raise BadCell(self._of_another(message_id), "message_id")
        if not is_exported and not customer.strip():
            raise BadCell(lambda column: empty(column, MEANINGS["customer_number"]), "customer_number")
        inbound = direction is Direction.INBOUND
        seen = TextSeen(
            carrier=carrier,
            carrier_ref=ref or self._content_ref(str(at), direction.value, key_of(customer), number, body),
            source=Source.HISTORY,
            arrived_at=self._now,
            carrier_time=at,
            from_number=customer if inbound else number,
            to_number=number if inbound else customer,
            direction=direction,
            status=known_status,
            body=None if not body and media is None else body,
            segments=parts,
            error_code=error_code or None,
            agent=agent or None,
            is_automatic=is_automatic,
            customer_name=customer_name or None,
        )
        attachments = read_text(_attachments(seen, media)) if media else None
        return ImportRow(
            row.line, row.end, read_text(seen), number, number_name, source, is_exported, attachments
        )


class _Plain(NamedTuple):
    direction: Direction
    tracking_number: str
    media_count: int | None
    status: Status
    segments: int | None
    automatic: bool


@lru_cache(maxsize=10_000)
def read_plain_cells(cells: tuple[str, str, str, str, str, str]) -> _Plain:
    """The cells of which a file has the same few over and over, together: one look instead of six. In the
    order of _Plain. Raises BadRow."""
    direction, tracking_number, media_count, status, segments, automatic = cells
    return _Plain(
        read_word("direction", direction, DIRECTIONS),
        read_tracking_number(tracking_number),
        read_count("media_count", media_count, MOST_MEDIA),
        read_word("status", status, _STATUSES),
        read_count("segments", segments, MOST_SEGMENTS),
        read_word("automatic", automatic, _BOOLEANS),
    )


@lru_cache(maxsize=10_000)
def read_tracking_number(cell: str) -> str:
    if not cell.strip():
        raise BadCell(lambda column: empty(column, MEANINGS["tracking_number"]), "tracking_number")
    number = tracking_number(cell)
    if number is None:
        raise BadCell(lambda column: no_phone_number(column, cell), "tracking_number")
    return number


def _attachments(seen: TextSeen, count: int) -> TextSeen:
    """How many attachments there are is all that a file knows of them, so it must not stand before what
    the carrier says: it is told apart, as the least of sources."""
    return seen._replace(
        source=Source.STATUS,
        media=(Media(),) * count,
        body=None,
        segments=None,
        error_code=None,
        agent=None,
        customer_name=None,
    )


def read_word(column: str, cell: str, allowed: dict[str, T]) -> T:
    found = allowed.get(cell)
    if found is None:
        found = allowed.get(cell.strip().lower())
    if found is None:
        raise BadCell(_other_word(cell, list(allowed)), column)
    return found


def _other_word(cell: str, allowed: list[str]) -> Says:
    named = ", ".join(filter(None, allowed))
    if not cell.strip():
        return lambda column: Sentence("%(column)s is empty; allowed: %(words)s.", column=column, words=named)
    words = Sentence("%(words)s, or nothing at all", words=named) if "" in allowed else named
    return lambda column: Sentence(
        "%(column)s is “%(value)s”; allowed: %(words)s.", column=column, value=shown(cell), words=words
    )


def read_count(column: str, cell: str, most: int) -> int | None:
    if not cell:
        return None
    if cell in _COUNTS:
        return _COUNTS[cell]
    if not _COUNT.fullmatch(cell) or int(cell) > most:
        raise BadCell(
            lambda column: Sentence(
                "%(column)s is “%(value)s”; allowed: a whole number from 0 to %(most)s, or nothing at all.",
                column=column,
                value=shown(cell),
                most=most,
            ),
            column,
        )
    return int(cell)


def no_zone(cell: str) -> Says:
    return lambda column: Sentence(
        "%(column)s is “%(value)s”, which is no time zone. Write one like America/New_York.",
        column=column,
        value=shown(cell),
    )


def other_count(cells: int, columns: int) -> Sentence:
    return Sentence(
        "This line has %(here)s, the first line %(above)s. A cell that holds the sign between cells, such as"
        " a comma, must stand in quotes.",
        here=_cells(cells),
        above=_cells(columns),
    )


def _cells(count: int) -> Sentence:
    return counted("%(count)s cell", "%(count)s cells", count)
