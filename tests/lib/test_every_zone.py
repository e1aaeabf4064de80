"""Each instant is of one day, in every zone of the zone database: around all changes of its clocks of some
years, also where they go back over midnight, or a day is left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from tests.faults.rounds import either
from textmeter.ledger.coming_over import _BACK as BACK
from textmeter.lib.days import (
    as_iso,
    as_key,
    begins_before_the_last_has_ended,
    day_bounds,
    from_key,
    instant_of,
    known_zones,
    local_day_and_hour,
    to_ms,
    zone,
)
from textmeter.lib.local_times import LocalTimes
from textmeter.reports.messages import ANY_ZONE_MS

HOUR = 3_600_000
YEARS = either(((2008, 2013), (2025, 2028)), ((1969, 2038),))
ZONES = [zone(name) for name in sorted(known_zones())]
# Whose clocks went back over midnight in these years.
MIXED = ["America/Goose_Bay", "America/St_Johns", "Antarctica/Casey", "Canada/Newfoundland"]


def test_each_instant_around_a_change_is_of_one_day_and_within_its_bounds() -> None:
    """Told from the offset alone, which the zone database has by instant."""
    for tz in ZONES:
        times = LocalTimes(tz)
        for change in changes(tz):
            for at in moments_around(change):
                there = datetime.fromtimestamp(at // 1000, UTC) + offset(tz, at)
                day = there.date()
                assert local_day_and_hour(at, tz) == (as_key(day), there.hour)
                assert from_key(as_key(day)) == day
                first, until = day_bounds(day, day, tz)
                assert first <= at < until
                assert at >= to_ms(datetime.combine(day, time(), tz)) - ANY_ZONE_MS
                assert times.iso(at) == as_iso(at, tz)


def test_days_follow_each_other_but_for_those_that_are_known_to_be_mixed() -> None:
    for tz in ZONES:
        for change in changes(tz):
            near = range(change - 3 * HOUR, change + 3 * HOUR, 60_000)
            days = [local_day_and_hour(at, tz)[0] for at in near]
            in_a_row = days == sorted(days)
            mixed = [day for day in {*days} if begins_before_the_last_has_ended(from_key(day), tz)]
            assert in_a_row == (not mixed), (tz.key, change, mixed)
            for day in mixed:
                begun = days.index(day)
                again = days.index(max(one for one in days if one < day), begun)
                until = len(days) - days[::-1].index(days[again])
                assert (until - again) * 60_000 < BACK


@pytest.mark.skipif(len(YEARS) == 1, reason="more zones had that before")
def test_clocks_that_go_back_over_midnight_are_of_the_past() -> None:
    found = {
        tz.key
        for tz in ZONES
        for change in changes(tz)
        for days in (-1, 0, 1)
        if begins_before_the_last_has_ended(day_of(change, tz) + timedelta(days), tz)
    }
    assert sorted(found) == MIXED


def test_a_day_that_was_left_out_begins_with_the_next_one() -> None:
    """Somebody who hands a number over from such a day on means what came after it."""
    apia = zone("Pacific/Apia")
    at = to_ms(datetime.combine(date(2011, 12, 30), time(), apia))
    assert local_day_and_hour(at, apia) == (20111231, 0)
    assert local_day_and_hour(at - 1, apia) == (20111229, 23)
    assert instant_of(date(2011, 12, 30), time(12), apia) is None


def moments_around(change: int) -> Iterator[int]:
    for away in (0, HOUR // 2, HOUR, 2 * HOUR, 12 * HOUR, 24 * HOUR, 25 * HOUR):
        for sign in (-1, 1):
            yield from (change + sign * away - 1, change + sign * away, change + sign * away + 1)


@cache
def changes(tz: ZoneInfo) -> list[int]:
    """When (ms) its clocks changed in the years; also the beginning of each of them."""
    found = []
    for first, last in YEARS:
        begin, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (first, last))
        found.append(begin * 1000)
        step = 7 * 86_400
        for at in range(begin, end, step):
            if offset(tz, at * 1000) != offset(tz, (at + step) * 1000):
                found.append(change_between(tz, at, at + step) * 1000)
    return found


def change_between(tz: ZoneInfo, low: int, high: int) -> int:
    before = offset(tz, low * 1000)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if offset(tz, middle * 1000) == before else (low, middle)
    return high


def offset(tz: ZoneInfo, at: int) -> timedelta:
    found = datetime.fromtimestamp(at // 1000, tz).utcoffset()
    assert found is not None
    return found


def day_of(at: int, tz: ZoneInfo) -> date:
    return from_key(local_day_and_hour(at, tz)[0])
