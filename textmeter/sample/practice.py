"""The sample's business: a dental practice in Atlanta, its numbers, its people and its hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from textmeter.lib.days import to_ms, zone

NAME = "Piedmont Dental (sample)"
TIME_ZONE = "America/New_York"
TZ: ZoneInfo = zone(TIME_ZONE)
AGENTS = ("Maria Ortiz", "Tamika Jones", "Ben Whitaker", "Grace Lin")
AGENT_SHARES = (40, 30, 20, 10)
DOCTORS = ("Dr. Patel", "Dr. Kim", "Dr. Alvarez")
INSURANCES = ("Delta Dental", "Cigna", "Aetna", "MetLife", "Guardian", "United Concordia", "Humana")
DESTINATION = "+14045550199"


@dataclass(frozen=True, slots=True)
class LineOfBusiness:
    """A tracker of the sample; `share`: how much of the traffic comes on it."""

    name: str
    source: str
    share: int
    record_calls: bool = False


TRACKERS = (
    LineOfBusiness("Google Ads – Implants", "Google Ads", 30, record_calls=True),
    LineOfBusiness("Google Business Profile", "Google Business Profile", 26),
    LineOfBusiness("Website", "Website", 20, record_calls=True),
    LineOfBusiness("Facebook – Whitening", "Facebook", 9),
    LineOfBusiness("Postcard – Midtown", "Direct mail", 5),
    LineOfBusiness("Main line", "Offline", 10, record_calls=True),
)
# 404-555-0180 to 404-555-0198: fictional, local, so they may text.
NUMBERS = tuple(f"+1404555{line:04d}" for line in range(180, 199))

# How much customers write, Monday to Sunday, and by the hour of day.
_WEEKDAYS = (1.15, 1.1, 1.0, 1.05, 0.92, 0.34, 0.17)
HOURS = (
    *(0.2, 0.1, 0.05, 0.05, 0.1, 0.3, 0.8, 2.2, 6.0, 8.5, 9.0, 8.0),
    *(6.5, 7.5, 8.0, 7.5, 7.0, 5.5, 3.8, 3.0, 2.4, 1.8, 1.0, 0.5),
)
GROWTH = 0.75  # over the whole time


def weight(day: date, progress: float) -> float:
    """How much is written that day; `progress` 0 on the first day to 1 on the last."""
    return (0.14 if _is_holiday(day) else _WEEKDAYS[day.weekday()]) * (1 + GROWTH * progress)


@lru_cache(maxsize=4096)
def opening(day: date) -> tuple[int, int] | None:
    """When somebody answers that day, [from, until) in ms; None on a day off."""
    if _is_holiday(day) or day.weekday() == 6:
        return None
    first, last = (time(9), time(13)) if day.weekday() == 5 else (time(7, 50), time(17, 40))
    return _instant(day, first), _instant(day, last)


@lru_cache(maxsize=4096)
def next_open_day(day: date) -> date:
    """The first day after `day` on which somebody answers."""
    day += timedelta(days=1)
    while opening(day) is None:
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=4096)
def midnight(day: date) -> int:
    """The instant (ms) at which the local day begins."""
    return _instant(day, time(0))


def _instant(day: date, at: time) -> int:
    return to_ms(datetime.combine(day, at, TZ))


def _is_holiday(day: date) -> bool:
    """New Year's Day, Memorial Day, July 4, Labor Day, Thanksgiving, Christmas."""
    if (day.month, day.day) in ((1, 1), (7, 4), (12, 25)):
        return True
    if day.weekday() == 0:
        return (day.month == 5 and day.day >= 25) or (day.month == 9 and day.day <= 7)
    return day.month == 11 and day.weekday() == 3 and 22 <= day.day <= 28
