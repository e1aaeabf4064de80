"""The short way to a local time gives what the long one does, on any day and in any zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmeter.lib.days import as_iso, to_ms
from textmeter.lib.local_times import LocalTimes

ZONES = (
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Apia",
    "Africa/Monrovia",  # 44 minutes and 30 seconds behind until 1972
    "UTC",
)
# When clocks changed in New York and on Lord Howe Island, and Apia's day that never was.
CHANGES = ("2026-03-08T07:00", "2026-11-01T06:00", "2026-04-04T15:00", "2026-10-03T15:30", "2011-12-30T10:00")


@given(st.sampled_from(ZONES), st.lists(st.integers(-(2**40), 2**42), min_size=1, max_size=20))
def test_any_instant(zone: str, instants: list[int]) -> None:
    times = LocalTimes(ZoneInfo(zone))
    for at in instants + instants:
        assert times.iso(at) == as_iso(at, ZoneInfo(zone))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", CHANGES)
def test_each_minute_around_a_change_of_clocks(zone: str, change: str) -> None:
    middle = to_ms(datetime.fromisoformat(change).replace(tzinfo=UTC))
    times = LocalTimes(ZoneInfo(zone))
    for at in range(middle - 7_200_000, middle + 7_200_000, 59_999):
        assert times.iso(at) == as_iso(at, ZoneInfo(zone))
