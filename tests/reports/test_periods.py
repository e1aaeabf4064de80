"""DOMAIN.md, "Filters and figures": the previous period; "Graph and frequency": bars. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmeter.reports.filter import INTERVALS
from textmeter.reports.periods import MOST_BARS, Slot, count_of_bars, days_before_range, days_of_range, slots


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("name", "today", "first", "last"),
    [
        ("today", "2026-03-01", "2026-02-28", "2026-02-28"),
        ("yesterday", "2026-03-01", "2026-02-27", "2026-02-27"),
        ("last_7_days", "2026-03-08", "2026-02-23", "2026-03-01"),
        ("last_30_days", "2026-03-30", "2026-01-30", "2026-02-28"),
        ("this_month", "2026-03-04", "2026-02-01", "2026-02-04"),
        ("this_month", "2026-03-31", "2026-02-01", "2026-02-28"),
        ("this_month", "2026-01-15", "2025-12-01", "2025-12-15"),
        ("last_month", "2026-04-10", "2026-02-01", "2026-02-28"),
        ("last_month", "2026-03-10", "2026-01-01", "2026-01-28"),
        ("last_month", "2026-02-10", "2025-12-01", "2025-12-31"),
        ("this_year", "2026-03-04", "2025-01-01", "2025-03-04"),
        ("this_year", "2028-02-29", "2027-01-01", "2027-02-28"),
        ("last_year", "2026-03-04", "2024-01-01", "2024-12-31"),
    ],
)
def test_the_previous_period(name, today, first, last):
    """As many days just before; for this or last month or year the unit before, up to the same day."""
    assert days_before_range(name, *days_of_range(name, day(today))) == (day(first), day(last))


def test_the_previous_period_of_free_dates_is_as_long_and_all_time_has_none():
    assert days_before_range("custom", day("2026-03-01"), day("2026-03-31")) == (
        day("2026-01-29"),
        day("2026-02-28"),
    )
    assert days_before_range("all_time", day("2020-01-01"), day("2026-03-31")) is None


def test_weeks_begin_on_monday_and_are_cut_to_the_range():
    assert slots("week", day("2026-03-04"), day("2026-03-17")) == [
        Slot(day("2026-03-04"), day("2026-03-08")),
        Slot(day("2026-03-09"), day("2026-03-15")),
        Slot(day("2026-03-16"), day("2026-03-17")),
    ]


def test_months_are_cut_to_the_range():
    assert slots("month", day("2025-12-30"), day("2026-02-01")) == [
        Slot(day("2025-12-30"), day("2025-12-31")),
        Slot(day("2026-01-01"), day("2026-01-31")),
        Slot(day("2026-02-01"), day("2026-02-01")),
    ]


def test_every_day_has_24_hours():
    hours = slots("hour", day("2026-03-08"), day("2026-03-09"))
    assert [(slot.start.day, slot.hour) for slot in hours] == [(d, h) for d in (8, 9) for h in range(24)]


@given(st.sampled_from(INTERVALS), st.dates(day("1970-01-01"), day("2030-01-01")), st.integers(0, 700))
def test_bars_lie_side_by_side_over_the_whole_range(interval, start, length):
    end = start + timedelta(days=length)
    bars = slots(interval, start, end)
    assert len(bars) == count_of_bars(interval, start, end)
    assert (bars[0].start, bars[-1].end) == (start, end)
    if interval != "hour":
        assert all(left.end + timedelta(days=1) == right.start for left, right in pairwise(bars))


def test_absurd_dates_make_wider_bars_instead_of_more():
    bars = slots("month", day("1970-01-01"), day("9998-12-31"))
    assert len(bars) <= MOST_BARS
    assert (bars[0].start, bars[-1].end) == (day("1970-01-01"), day("9998-12-31"))
    assert all(left.end + timedelta(days=1) == right.start for left, right in pairwise(bars))
