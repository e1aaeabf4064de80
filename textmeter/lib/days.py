"""Instants, local days and hours.

Instants are whole milliseconds since 1970 in UTC (`*_at`). A local day is stored as the integer
YYYYMMDD (`local_date`), which sorts, compares and reads the same in every database.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

_EPOCH, _MS = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


class UnknownZone(ValueError):
    """Not an IANA time zone name."""


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name; raises UnknownZone (offsets and abbreviations are not zones)."""
    if name not in known_zones():
        raise UnknownZone(name)
    return ZoneInfo(name)


# Names in the zone database that stand for an offset or a rule, not for a place.
_NOT_PLACES = re.compile(
    r"Etc/GMT[+-].*|GMT[+-]?0|[A-Z]{3}\d[A-Z]{3}|EST|MST|HST|CET|MET|EET|WET|Factory|localtime"
)


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """IANA zones of places, and UTC: offsets ("Etc/GMT+5") and abbreviations ("EST") are no zones."""
    return frozenset(name for name in available_timezones() if not _NOT_PLACES.fullmatch(name))


def local_day_and_hour(at: int, tz: ZoneInfo) -> tuple[int, int]:
    """(YYYYMMDD, 0-23) of the instant `at` (ms) in `tz`. Both of a doubled hour give the same hour."""
    there = datetime.fromtimestamp(at // 1000, tz)
    return there.year * 10_000 + there.month * 100 + there.day, there.hour


def as_key(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def from_key(key: int) -> date:
    return date(key // 10_000, key // 100 % 100, key % 100)


def local(at: int, tz: ZoneInfo) -> datetime:
    """The instant `at` (ms) as an aware datetime in `tz`, with its milliseconds."""
    return datetime.fromtimestamp(at // 1000, tz).replace(microsecond=at % 1000 * 1000)


def stamp(at: int, tz: ZoneInfo) -> str:
    """`2026-03-04 09:33 EST`: for terminals, and lines that are kept."""
    return f"{local(at, tz):%Y-%m-%d %H:%M %Z}"


def to_ms(moment: datetime) -> int:
    """An aware datetime as whole milliseconds; exact, no float between."""
    return (moment - _EPOCH) // _MS


def instant_of(day: date, clock: time, tz: ZoneInfo) -> int | None:
    """When (ms) the clocks of the zone show that time on that day: the first of two where they go back, None
    where they pass it over."""
    there = datetime.combine(day, clock, tz)
    at = to_ms(there)
    return at if local(at, tz).replace(tzinfo=None) == there.replace(tzinfo=None) else None


def begins_before_the_last_has_ended(day: date, tz: ZoneInfo) -> bool:
    """Whether clocks went back over the midnight before that day, so that moments of the day before come
    after moments of it. Newfoundland and Labrador had that each autumn until 2010."""
    midnight = datetime.combine(day, time(), tz)
    once, again = to_ms(midnight), to_ms(midnight.replace(fold=1))
    return again > once and local(again - 1, tz).date() < day


def day_bounds(first: date, last: date, tz: ZoneInfo) -> tuple[int, int]:
    """Instants [from, until) that hold every moment of the local days `first` to `last`.

    Wide by a day on both sides, so that zones whose clocks go back over midnight lose nothing:
    a bound for an index, always beside the exact condition on `local_date`.
    """
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=2)
    end = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=3)
    return to_ms(start), to_ms(end)


def as_iso(at: int, tz: ZoneInfo) -> str:
    """`2026-03-04T09:33:00.000-05:00`: ISO 8601 with milliseconds and the zone's offset then."""
    return local(at, tz).isoformat(timespec="milliseconds")


def now_ms() -> int:
    return to_ms(datetime.now(UTC))
