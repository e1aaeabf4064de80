"""When a row's message was sent. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from textmeter.ledger.clean import possible_time
from textmeter.lib.days import to_ms

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,6})?)?"
    r" ?(Z|[+-][0-9]{2}:?[0-9]{2}(:[0-9]{2})?)?",
    re.ASCII,
)


class BadTime(ValueError):
    """Not a time; the text says why in one sentence."""


def read_time(cell: str, tz: ZoneInfo) -> int:
    """`2026-03-04T09:33:00.000-05:00` or `2026-03-04 09:33:00` as an instant (ms); what is finer than ms
    is cut off. Without an offset it is a time in `tz`: of a doubled hour the first, and one that the
    clocks leapt over is refused, for it never was. Raises BadTime."""
    text = cell.strip()
    if not _TIME.fullmatch(text):
        raise BadTime(f"{_shown(text)} is not a time such as 2026-03-04T09:33:00-05:00.")
    try:
        moment = datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", ""))
        at = to_ms(moment) if moment.tzinfo else _local(moment, tz, text)
    except (ValueError, OverflowError) as error:
        if isinstance(error, BadTime):
            raise
        raise BadTime(f"{_shown(text)} is not a time that the calendar knows.") from None
    if possible_time(at) is None:
        raise BadTime(f"{_shown(text)} is out of range; times from 1970 to 9998 are allowed.")
    return at


def _local(moment: datetime, tz: ZoneInfo, text: str) -> int:
    there = moment.replace(tzinfo=tz)
    if there.astimezone(UTC).astimezone(tz).replace(tzinfo=None) != moment:
        raise BadTime(f"{text} never was in {tz.key}: the clocks went forward over it.")
    return to_ms(there)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…")
