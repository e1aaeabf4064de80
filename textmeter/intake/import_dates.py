"""When a row of somebody else's file was, in the many ways in which files write it. Pure.

`3/4/2026` may be March 4 or April 3. A file has one order, so any line with a part above 12 decides it for
all of them; where none does, it is the order usual in the company's country.
"""

from __future__ import annotations

import re
from calendar import month_abbr, monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import get_global

from textmeter.intake.import_refusal import BadCell, Says, shown
from textmeter.intake.import_times import in_no_calendar, in_zone, out_of_range
from textmeter.ledger.clean import possible_time
from textmeter.lib.days import UnknownZone, to_ms, zone
from textmeter.lib.sentences import Sentence
from textmeter.lib.zone_names import SPOKEN

_HOURS = {"UTC": 0.0, "GMT": 0.0, "Z": 0.0} | {
    f"{zone_letter}{season}T": hours + (season == "D")
    for zone_letter, hours in {
        "N": -3.5, "A": -4.0, "E": -5.0, "C": -6.0, "M": -7.0, "P": -8.0, "AK": -9.0, "H": -10.0,
    }.items()
    for season in "SD"
}  # fmt: skip
_MONTHS = {name.casefold(): number for number, name in enumerate(month_abbr) if name}
_MONTH_FIRST_IN = frozenset({"US", "CA", "PR", "GU", "VI", "AS", "MP"})

_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(:(?P<second>\d{2})([.,](?P<fraction>\d{1,9}))?)?"
    r"( ?(?P<half>[ap])\.?m\b\.?)?"
)
_ZONE = r"( ?\(?(?P<zone>(utc|gmt)?[+-]\d{1,2}:?\d{2}|[a-z]{1,5}|[a-z_]+/[a-z_/+-]+)\)?)?"
_WEEKDAY = r"((mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
_DATES = (
    r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})",
    r"(?P<one>\d{1,2})(?P<sign>[-/.])(?P<other>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2})",
    _WEEKDAY + r"(?P<day>\d{1,2})[ -](?P<name>[a-z]{3,9})\.?,?[ -](?P<year>\d{4})",
    _WEEKDAY + r"(?P<name>[a-z]{3,9})\.? (?P<day>\d{1,2})(st|nd|rd|th)?,? (?P<year>\d{4})",
)
_FLAGS = re.ASCII | re.IGNORECASE
_FORMS = tuple(
    re.compile(form, _FLAGS)
    for date in _DATES
    for form in (rf"{date}(T|,? at |, ?| ){_CLOCK}{_ZONE}", rf"{_CLOCK}{_ZONE},? {date}")
)
_ONLY_DATES = tuple(re.compile(date, _FLAGS) for date in _DATES)
_NUMERIC = re.compile(rf"(?:^| ){_DATES[1]}(?= |,|T|$)", _FLAGS)
_SINCE_1970 = re.compile(r"[0-9]{10}(\.[0-9]+)?|[0-9]{13}", re.ASCII)
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})", _FLAGS)


class Order(StrEnum):
    MONTH_FIRST = "month first"
    DAY_FIRST = "day first"
    BOTH = "both"  # some lines can only be the one, some only the other


@dataclass(slots=True)
class OrderFinder:
    """Sees every date of a file, and then says in which order its parts stand."""

    month_first: int = 0  # the first line that can only be so
    day_first: int = 0
    unclear: int = 0

    def see(self, line: int, cell: str) -> None:
        found = _NUMERIC.search(" ".join(cell.split()))
        if found is None:
            return
        year, one, other = int(found["year"]), int(found["one"]), int(found["other"])
        is_month_first, is_day_first = _is_a_day(year, one, other), _is_a_day(year, other, one)
        if is_month_first and is_day_first:
            self.unclear = self.unclear or line
        elif is_month_first:
            self.month_first = self.month_first or line
        elif is_day_first:
            self.day_first = self.day_first or line

    def order(self, tz: ZoneInfo) -> Order:
        if self.month_first and self.day_first:
            return Order.BOTH
        if self.month_first or self.day_first:
            return Order.MONTH_FIRST if self.month_first else Order.DAY_FIRST
        return usual_order(tz)

    def note(self, tz: ZoneInfo) -> Sentence | None:
        """Says what was taken, where there was something to choose."""
        order, decided = self.order(tz), self.month_first or self.day_first
        if order == Order.BOTH:
            return Sentence(
                "Line %(one)s has its date month first, line %(other)s day first: lines that could be either"
                " are refused.",
                one=str(self.month_first),
                other=str(self.day_first),
            )
        if decided and order == Order.MONTH_FIRST:
            return Sentence("Dates were read month first: line %(line)s can only be so.", line=str(decided))
        if decided:
            return Sentence("Dates were read day first: line %(line)s can only be so.", line=str(decided))
        return _as_usual(order, tz) if self.unclear else None


def _is_a_day(year: int, month: int, day: int) -> bool:
    """A date that no calendar has, such as 1/45, says nothing of the others. `year`: two digits or four."""
    return 1 <= month <= 12 and 1 <= day <= monthrange(year if year > 99 else 2000 + year, month)[1]


def _as_usual(order: Order, tz: ZoneInfo) -> Sentence:
    if order == Order.MONTH_FIRST:
        return Sentence(
            "Dates were read month first, as is usual in %(zone)s: no line shows which it is.", zone=tz.key
        )
    return Sentence(
        "Dates were read day first, as is usual in %(zone)s: no line shows which it is.", zone=tz.key
    )


def usual_order(tz: ZoneInfo) -> Order:
    """As people write dates where the zone is; month first where no country is known, as for UTC."""
    country = get_global("zone_territories").get(tz.key)
    is_elsewhere = country is not None and country != "001" and country not in _MONTH_FIRST_IN
    return Order.DAY_FIRST if is_elsewhere else Order.MONTH_FIRST


class MomentReader:
    """Reads the times of one file. `asked`: the zone of times without an offset, whatever the row says; else
    the row's own, else `of_column`, else `of_company`."""

    def __init__(
        self, order: Order, asked: ZoneInfo | None, of_column: tzinfo | None, of_company: ZoneInfo
    ) -> None:
        self._order, self._asked = order, asked
        self._else: tzinfo = of_column or of_company
        self.took_else = False

    def read(self, cell: str, zone_cell: str = "") -> int:
        """The instant (ms). Raises BadCell, of no column where it is the time's."""
        text = " ".join(cell.split())
        if _SINCE_1970.fullmatch(text):
            at = int(text) if len(text) == 13 else int(float(text) * 1000)
        else:
            moment, said = read_moment(text, self._order)
            there = said or self._asked or self._of_row(zone_cell)
            if there is None:
                there, self.took_else = self._else, True
            at = (
                in_zone(moment, there) if isinstance(there, ZoneInfo) else to_ms(moment.replace(tzinfo=there))
            )
        if possible_time(at) is None:
            raise BadCell(out_of_range(cell))
        return at

    def _of_row(self, cell: str) -> tzinfo | None:
        if not cell.strip():
            return None
        found = zone_of_word(cell)
        if found is None:
            raise BadCell(
                lambda column: Sentence(
                    "%(column)s is “%(value)s”, which is no time zone. Write one like America/New_York, or"
                    " EST.",
                    column=column,
                    value=shown(cell),
                ),
                "time_zone",
            )
        return found


def read_moment(text: str, order: Order) -> tuple[datetime, tzinfo | None]:
    """What the clock showed, and the zone that stands beside it. Raises BadCell, of no column."""
    for form in _FORMS:
        if found := form.fullmatch(text):
            return _moment(text, found, order), _zone_beside(text, found["zone"])
    if any(form.fullmatch(text) for form in _ONLY_DATES):
        raise BadCell(_without_time(text))
    raise BadCell(
        lambda column: Sentence(
            "%(column)s is “%(value)s”, which is no time. Write it like 2026-03-04 09:33 or 3/4/2026"
            " 9:33 AM.",
            column=column,
            value=shown(text),
        )
    )


def _without_time(text: str) -> Says:
    return lambda column: Sentence(
        "%(column)s is “%(value)s”, a day without a time. Write the time behind it, or into a column of"
        " its own.",
        column=column,
        value=shown(text),
    )


def _moment(text: str, found: re.Match[str], order: Order) -> datetime:
    parts = found.groupdict()
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    hour, fraction = int(parts["hour"]), parts["fraction"] or "0"
    if parts["half"]:
        if not 1 <= hour <= 12:
            raise BadCell(in_no_calendar(text))
        hour = hour % 12 + (12 if parts["half"].lower() == "p" else 0)
    try:
        moment = datetime(  # noqa: DTZ001  # of no zone yet
            year,
            *_month_and_day(text, parts, order),
            hour,
            int(parts["minute"]),
            int(parts["second"] or 0),
            int(fraction[:6].ljust(6, "0")),
        )
    except ValueError:
        raise BadCell(in_no_calendar(text)) from None
    # Offsets could carry the outermost years beyond the calendar.
    if not 1900 <= year <= 9998:
        raise BadCell(out_of_range(text))
    return moment


def _month_and_day(text: str, parts: dict[str, str], order: Order) -> tuple[int, int]:
    if name := parts.get("name"):
        return _MONTHS.get(name[:3].lower(), 0), int(parts["day"])
    if "month" in parts:
        return int(parts["month"]), int(parts["day"])
    one, other = int(parts["one"]), int(parts["other"])
    if order == Order.BOTH and one <= 12 and other <= 12 and one != other:
        raise BadCell(
            lambda column: Sentence(
                "%(column)s is “%(value)s”, which can be month first or day first, and the file has lines of"
                " both kinds. Write the dates like 2026-03-04.",
                column=column,
                value=shown(text),
            )
        )
    if order == Order.BOTH:
        order = Order.DAY_FIRST if one > 12 else Order.MONTH_FIRST
    return (one, other) if order == Order.MONTH_FIRST else (other, one)


def _zone_beside(text: str, word: str | None) -> tzinfo | None:
    if word is None:
        return None
    found = zone_of_word(word)
    if found is None:
        raise BadCell(
            lambda column: Sentence(
                "%(column)s is “%(value)s”, whose zone “%(zone)s” stands for several places or none. Write an"
                " offset instead, such as -05:00.",
                column=column,
                value=shown(text),
                zone=word,
            )
        )
    return found


@lru_cache(maxsize=1_000)
def zone_of_word(word: str) -> tzinfo | None:
    """`-05:00`; `EST`, an offset whatever the season; `ET` and `Eastern`, the clocks there; an IANA name."""
    text = word.strip().strip("()")
    if found := _OFFSET.fullmatch(text):
        minutes = int(found[2]) * 60 + int(found[3])
        return (
            timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes)) if minutes < 1440 else None
        )
    hours = _HOURS.get(text.upper())
    if hours is not None:
        return timezone(timedelta(hours=hours)) if hours else UTC
    try:
        return zone(SPOKEN.get(text.casefold(), text))
    except UnknownZone:
        return None
