"""DOMAIN.md, "Time": whole milliseconds, IANA zones, local days and hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmeter.lib.days import (
    UnknownZone,
    as_iso,
    as_key,
    day_bounds,
    from_key,
    instant_of,
    known_zones,
    local,
    local_day_and_hour,
    now_ms,
    to_ms,
    zone,
)

ZONES = ["America/New_York", "America/St_Johns", "America/Phoenix", "Pacific/Honolulu", "Pacific/Apia", "UTC"]
instants = st.integers(0, 4_102_444_800_000)


@pytest.mark.parametrize(
    "name", ["EST", "Etc/GMT+5", "+05:00", "", "America/Atlantis", "../etc/passwd", "localtime"]
)
def test_offsets_and_abbreviations_are_no_zones(name: str) -> None:
    with pytest.raises(UnknownZone):
        zone(name)
    assert name not in known_zones()


@given(at=instants, name=st.sampled_from(ZONES))
def test_the_local_day_and_hour_are_those_of_the_local_moment(at: int, name: str) -> None:
    there = local(at, zone(name))
    assert to_ms(there) == at
    assert local_day_and_hour(at, zone(name)) == (as_key(there.date()), there.hour)
    assert from_key(as_key(there.date())) == there.date()
    first, until = day_bounds(there.date(), there.date(), zone(name))
    assert first <= at < until
    assert to_ms(datetime.fromisoformat(as_iso(at, zone(name)))) == at


@given(at=instants)
def test_keys_sort_as_days(at: int) -> None:
    day = local(at, zone("UTC")).date()
    assert as_key(day) < as_key(day + timedelta(days=1))


def test_the_last_and_first_millisecond_of_a_day() -> None:
    midnight = to_ms(datetime(2026, 3, 5, 5, tzinfo=UTC))
    assert local_day_and_hour(midnight - 1, zone("America/New_York")) == (20260304, 23)
    assert local_day_and_hour(midnight, zone("America/New_York")) == (20260305, 0)


def test_iso_shows_the_offset_of_that_moment() -> None:
    at = to_ms(datetime(2026, 3, 4, 14, 33, tzinfo=UTC))
    assert as_iso(at, zone("America/New_York")) == "2026-03-04T09:33:00.000-05:00"
    assert as_iso(at + 1, zone("America/St_Johns")) == "2026-03-04T11:03:00.001-03:30"


def test_to_ms_is_exact() -> None:
    moment = datetime(2026, 3, 4, 9, 33, 0, 999_999, tzinfo=timezone(timedelta(hours=-5)))
    assert to_ms(moment) == to_ms(datetime(2026, 3, 4, 14, 33, tzinfo=UTC)) + 999
    assert to_ms(datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)) == -1


def test_now_is_now() -> None:
    assert abs(now_ms() - to_ms(datetime.now(UTC))) < 60_000
    assert as_key(date(2026, 3, 4)) == 20260304


@pytest.mark.parametrize(
    ("zone_name", "day", "clock", "iso"),
    [
        ("America/New_York", date(2026, 3, 4), time(9, 30), "2026-03-04T09:30:00.000-05:00"),
        ("America/New_York", date(2026, 3, 8), time(2, 30), None),
        ("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01T01:30:00.000-04:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), None),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "2026-04-05T01:45:00.000+11:00"),
        ("Asia/Kolkata", date(2026, 3, 8), time(2, 30), "2026-03-08T02:30:00.000+05:30"),
    ],
)
def test_a_local_time_is_an_instant_or_was_passed_over(
    zone_name: str, day: date, clock: time, iso: str | None
) -> None:
    at = instant_of(day, clock, zone(zone_name))
    assert (None if at is None else as_iso(at, zone(zone_name))) == iso
