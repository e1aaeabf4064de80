"""DOMAIN.md, "Graph and frequency" and "Time": bars of local hours, days, weeks and months."""

from __future__ import annotations

from datetime import date

import pytest

from tests.reports.asking import chosen
from tests.scene import answers, at_ms, company, says, tracker
from textmeter.accounts.models import Company
from textmeter.reports.rows import Bar
from textmeter.reports.volume import volume

pytestmark = pytest.mark.django_db
ANN = "+17705550101"
HOUR = 3_600_000


@pytest.fixture
def shop() -> Company:
    return company()


@pytest.fixture(autouse=True)
def stranger() -> None:
    other = company("Other")
    says(other, tracker(other, "+14045550990"), ANN, "Hi", at="2026-03-20 09:00")


def filled(shop: Company, query: str, now: str = "2026-03-20 12:00") -> list[tuple]:
    """(start, hour, inbound, outbound) of the bars that aren't empty."""
    bars = volume(chosen(shop, query, now)).bars
    return [(str(bar.start), bar.hour, bar.inbound, bar.outbound) for bar in bars if bar.total]


def test_empty_bars_are_there_as_zero(shop):
    graph = volume(chosen(shop, "range=last_7_days&compare=none"))
    assert graph.bars == tuple(
        Bar(date(2026, 3, d), date(2026, 3, d), None, 0, 0, None) for d in range(14, 21)
    )
    assert (graph.inbound, graph.outbound, graph.total, graph.interval) == (0, 0, 0, "day")


def test_bar_stands_beside_the_bar_of_the_same_place_in_the_previous_period(shop):
    main = tracker(shop)
    says(shop, main, ANN, "Hi", at="2026-02-01 09:00")
    answers(shop, main, ANN, "Hi", at="2026-02-28 09:00")
    says(shop, main, ANN, "Hi", at="2026-03-31 09:00")
    bars = volume(chosen(shop, "range=this_month", "2026-03-31 12:00")).bars
    assert [bar.previous for bar in bars] == [1] + [0] * 26 + [1] + [None] * 3
    assert (bars[30].start, bars[30].inbound) == (date(2026, 3, 31), 1)


def test_the_day_that_is_short_of_an_hour_leaves_it_empty(shop):
    """2:30 AM on March 8 is 3:30 AM in New York."""
    main, midnight = tracker(shop), at_ms(shop, "2026-03-08 00:00")
    for hour in range(23):
        says(shop, main, ANN, "Hi", at=midnight + hour * HOUR + 1)
    bars = volume(chosen(shop, "start=2026-03-08&end=2026-03-08")).bars
    assert [bar.inbound for bar in bars] == [1, 1, 0] + [1] * 21


def test_both_of_the_doubled_hours_count_in_the_same_bar(shop):
    main, midnight = tracker(shop), at_ms(shop, "2025-11-02 00:00")
    for hour in range(25):
        says(shop, main, ANN, "Hi", at=midnight + hour * HOUR + 1)
    bars = volume(chosen(shop, "start=2025-11-02&end=2025-11-02")).bars
    assert [bar.inbound for bar in bars] == [1, 2] + [1] * 22


@pytest.mark.parametrize(
    "zone", ["America/New_York", "America/St_Johns", "America/Phoenix", "Pacific/Honolulu"]
)
def test_midnight_belongs_to_the_new_day(zone):
    shop = company("Zoned", zone)
    main = tracker(shop)
    says(shop, main, ANN, "Late", at="2026-03-18 23:59:59.999")
    says(shop, main, ANN, "Early", at="2026-03-19 00:00:00")
    assert filled(shop, "range=last_7_days") == [("2026-03-18", None, 1, 0), ("2026-03-19", None, 1, 0)]
    assert filled(shop, "range=yesterday") == [("2026-03-19", 0, 1, 0)]


def test_weeks_and_months(shop):
    main = tracker(shop)
    says(shop, main, ANN, "Sunday", at="2026-03-08 23:59")
    says(shop, main, ANN, "Monday", at="2026-03-09 00:00")
    assert filled(shop, "interval=week") == [("2026-03-02", None, 1, 0), ("2026-03-09", None, 1, 0)]
    assert filled(shop, "interval=month") == [("2026-03-01", None, 2, 0)]


def test_an_hour_selects_that_hour_alone(shop):
    main, ads = tracker(shop), tracker(shop, "+14045550181", "Ads")
    says(shop, main, ANN, "Hi", at="2026-03-20 09:59")
    answers(shop, ads, ANN, "Hi", at="2026-03-20 09:59")
    says(shop, main, ANN, "Hi", at="2026-03-20 10:00")
    assert filled(shop, "range=today&hour=9") == [("2026-03-20", 9, 1, 1)]
    assert filled(shop, "range=today&hour=9&interval=day") == [("2026-03-20", None, 1, 1)]
    assert filled(shop, f"range=today&hour=9&numbers={ads.id}") == [("2026-03-20", 9, 0, 1)]
    assert filled(shop, "range=today&hour=9&direction=inbound") == [("2026-03-20", 9, 1, 0)]
    assert len(volume(chosen(shop, "range=today&hour=9")).bars) == 24


def test_a_message_with_an_absurd_date_is_in_a_bar_of_all_time(shop):
    main = tracker(shop)
    says(shop, main, ANN, "Hi", at="9202-03-08 23:59")
    says(shop, main, ANN, "Hi", at="2026-03-08 23:59")
    graph = volume(chosen(shop, "range=all_time"))
    assert (graph.total, len(graph.bars) <= 750) == (2, True)
