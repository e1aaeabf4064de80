"""When a row's message was sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from textmeter.intake.import_refusal import BadCell, Says, shown
from textmeter.ledger.clean import possible_time
from textmeter.lib.days import to_ms
from textmeter.lib.sentences import Sentence

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,6})?)?"
    r" ?(Z|[+-][0-9]{2}:?[0-9]{2}(:[0-9]{2})?)?",
    re.ASCII,
)


def read_time(cell: str, zone_of_it: Callable[[], ZoneInfo]) -> int:
    """`2026-03-04T09:33:00.000-05:00` or `2026-03-04 09:33:00` as an instant (ms); what is finer than ms
    is cut off. Without an offset it is a time in `zone_of_it()`: of a doubled hour the first, and one that
    the clocks leapt over is refused, for it never was. Raises BadCell, of no column."""
    moment = _moment(cell.strip())
    at = to_ms(moment) if moment.tzinfo else in_zone(moment, zone_of_it())
    if possible_time(at) is None:
        raise BadCell(out_of_range(cell))
    return at


def _moment(text: str) -> datetime:
    if not _TIME.fullmatch(text):
        raise BadCell(
            lambda column: Sentence(
                "%(column)s is “%(value)s”, which is no time. Write it like 2026-03-04T09:33:00-05:00.",
                column=column,
                value=shown(text),
            )
        )
    try:
        moment = datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", ""))
    except ValueError:
        raise BadCell(in_no_calendar(text)) from None
    # Offsets could carry the outermost years beyond the calendar.
    if not 1900 <= moment.year <= 9998:
        raise BadCell(out_of_range(text))
    return moment


def in_zone(moment: datetime, tz: ZoneInfo) -> int:
    """The instant (ms) at which the zone's clocks showed that: the first of two. Raises BadCell for none."""
    there = moment.replace(tzinfo=tz)
    if there.astimezone(UTC).astimezone(tz).replace(tzinfo=None) != moment:
        raise BadCell(
            lambda column: Sentence(
                "%(column)s is “%(value)s”, which never was in %(zone)s: the clocks went forward over it."
                " Write what they showed, or an offset such as -05:00 behind it.",
                column=column,
                value=str(moment),
                zone=tz.key,
            )
        )
    return to_ms(there)


def in_no_calendar(text: str) -> Says:
    return lambda column: Sentence(
        "%(column)s is “%(value)s”, which no calendar and no clock has. Correct the day or the hour.",
        column=column,
        value=shown(text),
    )


def out_of_range(text: str) -> Says:
    return lambda column: Sentence(
        "%(column)s is “%(value)s”, which is out of range. Times from 1970 to 9998 are allowed.",
        column=column,
        value=shown(text),
    )
