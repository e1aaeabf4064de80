"""Rows of somebody else's file in the words of ours, so that one reader reads both. Pure.

Whose side is whose: the direction says it where there is one; else the number that is a tracking number of
the company is ours.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import chain, islice
from zoneinfo import ZoneInfo

from textmeter.carriers.seen import Direction
from textmeter.intake.import_columns import MEANINGS, Columns, see_that_all_is_there
from textmeter.intake.import_dates import MomentReader, OrderFinder, zone_of_word
from textmeter.intake.import_header import UnreadableFile
from textmeter.intake.import_lines import Broken, Cells
from textmeter.intake.import_refusal import BadCell, BadRow, empty, no_phone_number, quoted, shown
from textmeter.intake.import_rows import other_count
from textmeter.ledger.parties import key_of
from textmeter.lib.phone import is_odd_customer, tracking_number
from textmeter.lib.sentences import Sentence

_DIRECTIONS = {
    **dict.fromkeys(
        ("inbound", "incoming", "in", "received", "receive", "from customer", "mo"), Direction.INBOUND
    ),
    **dict.fromkeys(("outbound", "outgoing", "out", "sent", "send", "to customer", "mt"), Direction.OUTBOUND),
    **dict.fromkeys(("outbound api", "outbound call", "outbound reply"), Direction.OUTBOUND),
    # German, French, Spanish.
    **dict.fromkeys(("eingehend", "empfangen", "entrant", "reçu", "entrante", "recibido"), Direction.INBOUND),
    **dict.fromkeys(
        ("ausgehend", "gesendet", "sortant", "envoyé", "saliente", "enviado"), Direction.OUTBOUND
    ),
}
MOST_WORDS = 1_000  # of each kind that is noted
_FIRST_ROWS = 20
_CUT_SHORT = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_CLOCK_ALONE = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp]\.?[Mm]\.?)?( [A-Za-z]{1,5})?", re.ASCII)


class ForeignRows(ABC):
    """Reads the rows of one file. `ours`: the company's tracking numbers, E.164. `survey` first."""

    _assumed: Direction | None = None  # where neither a word nor the numbers tell

    def __init__(
        self, columns: Columns, company_zone: ZoneInfo, zone_name: ZoneInfo | None, ours: frozenset[str]
    ) -> None:
        self._columns, self._zone, self._asked, self._ours = columns, company_zone, zone_name, ours
        self.places: dict[str, int] = dict(columns.places)
        self._dates = OrderFinder()
        self.unknown_statuses: Counter[str] = Counter()
        self.odd_customers: Counter[str] = Counter()
        self._count = len(columns.names)

    def survey(self, rows: Iterable[Cells | Broken]) -> None:
        """Sees the whole file before it is read: in which order its dates are, and whether a column of types
        tells the direction. Raises UnreadableFile where nothing does."""
        rows = iter(rows)
        first = list(islice(rows, _FIRST_ROWS))
        self._tell_dates_from_times([row for row in first if isinstance(row, Cells)])
        times = [self.places[one] for one in ("at", "date", "time") if one in self.places]
        perhaps, types = self._columns.perhaps_direction, set[str]()
        for row in chain(first, rows):
            if isinstance(row, Broken):
                continue
            for place in times:
                if place < len(row.cells):
                    self._dates.see(row.line, row.cells[place])
            if perhaps is not None and perhaps < len(row.cells) and len(types) < 20:
                types.add(plain_word(row.cells[perhaps]))
        types.discard("")
        if perhaps is not None and types and types <= _DIRECTIONS.keys():
            self.places["direction"] = perhaps
        tells_direction = "direction" in self.places or self._assumed is not None
        see_that_all_is_there(self._columns.kind, self._columns.names, self.places, tells_direction)
        of_column = zone_of_word(self._columns.zone_word)
        self._moments = MomentReader(self._dates.order(self._zone), self._asked, of_column, self._zone)
        self._zone_words = (
            self._columns.zone_word
            if of_column
            else Sentence("%(zone)s, the company’s zone", zone=self._zone.key)
        )

    def _tell_dates_from_times(self, rows: list[Cells]) -> None:
        """What people are shown of a column: whether its first rows hold a date, a time, or both, whatever it
        is called. Reading takes each as it comes."""
        if "at" not in self.places:
            for what in ("date", "time"):
                if what in self.places and _hold_both(rows, self.places[what]):
                    self.places["at"] = self.places.pop(what)
                    return
        elif "time" in self.places and "date" not in self.places and _hold_dates(rows, self.places["at"]):
            self.places["date"] = self.places.pop("at")

    @property
    def kind(self) -> str:
        return self._columns.kind

    def taken(self) -> tuple[tuple[str, str], ...]:
        """(meaning, column), in the file's order."""
        return replace(self._columns, places=self.places).taken

    def passed_over(self) -> tuple[str, ...]:
        return replace(self._columns, places=self.places).passed_over

    def notes(self) -> list[Sentence]:
        """What was chosen for the reader of the file, as sentences; all of it is known at the end."""
        found: list[Sentence | None] = [self._dates.note(self._zone)]
        if self._moments.took_else:
            found.append(
                Sentence("Times without an offset were taken as those of %(zone)s.", zone=self._zone_words)
            )
        if self.unknown_statuses:
            found.append(
                Sentence(
                    "Statuses that are none of ours were left out: %(words)s.",
                    words=most_frequent(self.unknown_statuses),
                )
            )
        if self.odd_customers:
            found.append(
                Sentence(
                    "Customers’ numbers that are neither phone numbers nor short codes nor words were taken "
                    "as they stand: %(words)s.",
                    words=most_frequent(self.odd_customers),
                )
            )
        return [one for one in found if one]

    @abstractmethod
    def cells(self, row: Cells) -> Cells:
        """In the order of our own columns. Raises BadRow."""

    def leave_out_status(self, word: str) -> None:
        if len(self.unknown_statuses) < MOST_WORDS:
            self.unknown_statuses[word[:40]] += 1

    def at(self, given: Given) -> int:
        """When (ms). Raises BadRow."""
        cell, meanings = self._time(given)
        try:
            return self._moments.read(cell, given("time_zone"))
        except BadCell as bad:
            meanings = (bad.column,) if bad.column else meanings
            raise BadRow(bad.says(self._together(meanings))) from None

    def given_in(self, row: Cells) -> Given:
        cells = row.cells
        while len(cells) > self._count and not cells[-1]:
            cells.pop()
        if len(cells) != self._count:
            raise BadRow(other_count(len(cells), self._count))
        return Given(cells, self.places)

    def _time(self, given: Given) -> tuple[str, tuple[str, ...]]:
        """What tells when, and the meanings of the columns that it stands in."""
        here = [what for what in ("at", "date", "time") if given(what)]
        if not here:
            raise self._empty(next(what for what in ("at", "date", "time") if what in self.places), "at")
        what, cell = here[0], given(here[0])
        if _CLOCK_ALONE.fullmatch(cell):
            is_apart = what != "date" and "date" in here
            return (f"{given('date')} {cell}", ("date", what)) if is_apart else (cell, (what,))
        clock = given("time")
        is_day = ":" not in cell and not cell.isdecimal()  # seconds since 1970 hold the time as well
        return (f"{cell} {clock}", (what, "time")) if is_day and clock and clock != cell else (cell, (what,))

    def sides(self, given: Given) -> tuple[Direction, str, str]:
        """Direction, our number (E.164 where it is one), the customer's."""
        word = plain_word(given("direction"))
        direction = _DIRECTIONS.get(word)
        if word and direction is None:
            raise BadRow(
                Sentence(
                    "%(column)s is “%(value)s”; allowed: inbound, outbound, or words like incoming and sent.",
                    column=self._column("direction"),
                    value=shown(given("direction")),
                )
            )
        if "from" not in self.places or "to" not in self.places:
            direction = direction or self._assumed
            if direction is None:
                raise self._empty("direction")
            return self._sides(direction, given, "tracking_number", "customer_number")
        sender, receiver = self._number(given, "from"), self._number(given, "to")
        by_number = self._direction_by_number(sender, receiver)
        if direction is None:
            direction = by_number or self._neither(sender, receiver)
        elif by_number not in (None, direction):
            own = receiver if direction is Direction.OUTBOUND else sender
            raise BadRow(
                Sentence(
                    "%(column)s is “%(value)s”, but %(number)s is the company’s own tracking number. Correct"
                    " one of them.",
                    column=self._column("direction"),
                    value=shown(given("direction")),
                    number=shown(own),
                )
            )
        ours, customer = ("to", "from") if direction is Direction.INBOUND else ("from", "to")
        return self._sides(direction, given, ours, customer)

    def _sides(
        self, direction: Direction, given: Given, ours: str, customer: str
    ) -> tuple[Direction, str, str]:
        number = self._number(given, customer)
        if is_odd_customer(number) and len(self.odd_customers) < MOST_WORDS:
            self.odd_customers[number[:40]] += 1
        return direction, self._our_number(given, ours), number

    def _direction_by_number(self, sender: str, receiver: str) -> Direction | None:
        is_from_us, is_to_us = key_of(sender) in self._ours, key_of(receiver) in self._ours
        if is_from_us == is_to_us:
            return None
        return Direction.OUTBOUND if is_from_us else Direction.INBOUND

    def _neither(self, sender: str, receiver: str) -> Direction:
        if key_of(sender) in self._ours:
            raise BadRow(
                Sentence(
                    "%(sender)s and %(receiver)s are both the company’s own numbers, and no direction says"
                    " which wrote. Add a column with it.",
                    sender=self._column("from"),
                    receiver=self._column("to"),
                )
            )
        raise BadRow(
            Sentence(
                "Neither %(sender)s, “%(value)s”, nor %(receiver)s, “%(other_value)s”, is a tracking number"
                " of this company, and no direction says which should be. Add the tracking number first,"
                " then import the file again.",
                sender=self._column("from"),
                value=shown(sender),
                receiver=self._column("to"),
                other_value=shown(receiver),
            )
        )

    def _number(self, given: Given, what: str) -> str:
        cell = given(what).removeprefix("'").strip()
        if not cell:
            raise self._empty(what)
        if _CUT_SHORT.fullmatch(cell):
            raise BadRow(
                Sentence(
                    "%(column)s is “%(value)s”: a spreadsheet cut the number short. Export the file again, or"
                    " give whole numbers.",
                    column=self._column(what),
                    value=shown(cell),
                )
            )
        return cell

    def _our_number(self, given: Given, what: str) -> str:
        number = ForeignRows._number(self, given, what)
        if not _is_phone_number(number):
            column = Sentence("%(column)s, the company’s side,", column=self._column(what))
            raise BadRow(no_phone_number(column, number))
        return number

    def _empty(self, what: str, meaning: str = "") -> BadRow:
        """Names the file's own column, and what it stands for."""
        return BadRow(empty(self._column(what), MEANINGS[meaning or what]))

    def _together(self, meanings: tuple[str, ...]) -> Sentence:
        one, *others = map(self._column, meanings)
        return Sentence("%(one)s with %(other)s", one=one, other=others[0]) if others else one

    def _column(self, what: str) -> Sentence:
        return quoted(self._columns.names[self.places[what]])


def _hold_both(rows: list[Cells], place: int) -> bool:
    """A clock, and not alone, in most of the cells that hold something."""
    cells = _filled(rows, place)
    both = [cell for cell in cells if ":" in cell and not _CLOCK_ALONE.fullmatch(cell)]
    return len(both) * 2 > len(cells)


def _hold_dates(rows: list[Cells], place: int) -> bool:
    cells = _filled(rows, place)
    return bool(cells) and not any(":" in cell or cell.isdecimal() for cell in cells)


def _filled(rows: list[Cells], place: int) -> list[str]:
    return [row.cells[place].strip() for row in rows if place < len(row.cells) and row.cells[place].strip()]


def most_frequent(words: Counter[str]) -> str:
    return ", ".join(f"“{shown(word)}” ({times:,})" for word, times in words.most_common(5))


class Given:
    """A row's cells by meaning, empty where the file has no such column."""

    def __init__(self, cells: list[str], places: Mapping[str, int]) -> None:
        self._cells, self.places = cells, places

    def __call__(self, what: str) -> str:
        place = self.places.get(what)
        if place is None:
            return ""
        cell = self._cells[place]
        return cell if what == "body" else cell.strip()


@lru_cache(maxsize=10_000)
def _is_phone_number(cell: str) -> bool:
    return tracking_number(cell) is not None


@lru_cache(maxsize=10_000)
def plain_word(word: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", word).casefold().split())


def header_row(rows: Iterator[Cells | Broken]) -> Cells:
    """The first row that names columns, taken off: a spreadsheet's `sep=;` may stand above it. Raises
    UnreadableFile where there is none that can be read."""
    first = next(rows, None)
    if isinstance(first, Cells) and first.cells and first.cells[0].startswith("sep="):
        first = next(rows, None)
    if first is None:
        raise UnreadableFile(Sentence("The file is empty."))
    if isinstance(first, Broken):
        raise UnreadableFile(Sentence("The first line can’t be read. %(why)s", why=first.reason))
    number = next((cell.strip() for cell in first.cells if _is_phone_number(cell)), None)
    if number:
        raise UnreadableFile(
            Sentence(
                "The first line holds %(number)s, so it names no columns. Write their names above it, such as"
                " Date, From, To, Message.",
                number=number,
            )
        )
    return first
