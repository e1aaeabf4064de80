"""Charts as geometry: round grids, sensible labels from 1 to 750 bars, the previous period's line."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmeter.pages import charts
from textmeter.pages.charts import Column, Series, Tick
from textmeter.pages.volume_chart import bar_label, summary, ticks, volume_chart
from textmeter.reports.periods import MOST_BARS, slots
from textmeter.reports.rows import Bar, Volume

IN, OUT = Series("Ein", "%(count)s Eingang"), Series("Aus", "%(count)s Ausgänge")


def volume(interval: str, first: date, last: date, *counts: tuple[int, int, int | None]) -> Volume:
    bars = tuple(
        Bar(slot.start, slot.end, slot.hour, *(counts[place] if place < len(counts) else (0, 0, None)))
        for place, slot in enumerate(slots(interval, first, last))
    )
    return Volume(interval, bars, sum(bar.inbound for bar in bars), sum(bar.outbound for bar in bars))


@pytest.mark.parametrize(
    ("most", "steps"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (3, (0, 1, 2, 3)),
        (5, (0, 2, 4, 6)),
        (8, (0, 2, 4, 6, 8)),
        (102, (0, 30, 60, 90, 120)),
        (999, (0, 250, 500, 750, 1000)),
        (1_000_001, (0, 300_000, 600_000, 900_000, 1_200_000)),
    ],
)
def test_the_grid_has_round_whole_numbers(most: int, steps: tuple[int, ...]) -> None:
    assert charts.grid_values(most) == steps


@given(st.integers(min_value=0, max_value=10**12))
def test_the_grid_holds_every_bar_in_at_most_five_lines(most: int) -> None:
    values = charts.grid_values(most)
    assert values[0] == 0
    assert values[-1] >= most
    assert 2 <= len(values) <= 5
    assert {b - a for a, b in pairwise(values)} == {values[1]}


def test_bars_stand_on_the_base_line_and_on_each_other() -> None:
    chart = charts.draw([Column("a", 30, 60, href="?a"), Column("b", 0, 0)], [Tick(0, "A", True)], IN, OUT)
    first, second = chart.bars
    assert [line.label for line in chart.grid] == ["0", "25", "50", "75", "100"]
    assert (first.lower_y, first.lower_height) == ("70%", "30%")
    assert (first.upper_y, first.upper_height) == ("10%", "60%")
    assert (first.slot_x, first.slot_width, second.slot_x) == ("0%", "50%", "50%")
    assert first.width == "7%", "a few bars are not drawn as blocks"
    assert (second.lower_height, second.upper_height) == ("0%", "0%")
    assert (chart.lower_name, chart.upper_name) == ("Ein", "Aus")
    assert not chart.has_previous
    assert not chart.previous_lines


def test_a_bar_is_spoken_in_the_words_of_its_series() -> None:
    """As they are: in other languages nouns keep their capital letter."""
    (spoken,) = charts.draw([Column("Mon", 1, 2, previous=4)], [], IN, OUT).spoken
    assert spoken == "Mon: 1 Eingang, 2 Ausgänge, 3 in total, previous period 4"


def test_the_previous_period_scales_the_graph_and_breaks_where_there_is_none() -> None:
    counts = [4, None, 2, 8, None]
    chart = charts.draw([Column(str(n), 1, 0, previous=n) for n in counts], [], IN, OUT)
    assert chart.grid[-1].label == "8"
    assert chart.has_previous
    dash, line = chart.previous_lines
    assert dash == "6.50,50.00 13.50,50.00", "a lone point is a dash"
    assert line == "50.00,75.00 70.00,0.00"


def test_no_columns_make_an_empty_chart() -> None:
    chart = charts.draw([], [], IN, OUT)
    assert chart.bars == ()
    assert [line.label for line in chart.grid] == ["0", "1"]


@pytest.mark.parametrize(
    ("value", "label"), [(0, "0"), (9_999, "9,999"), (15_000, "15K"), (1_250_000, "1.25M")]
)
def test_the_axis_has_little_room(value: int, label: str) -> None:
    assert charts.compact(value) == label


MARCH_4 = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("interval", "first", "last", "labels"),
    [
        ("hour", MARCH_4, MARCH_4, "12 AM|3 AM|6 AM|9 AM|12 PM|3 PM|6 PM|9 PM"),
        ("hour", date(2026, 3, 3), MARCH_4, "Mar 3|12 PM|Mar 4|12 PM"),
        ("day", MARCH_4, MARCH_4, "Mar 4"),
        ("day", date(2026, 2, 26), MARCH_4, "Feb 26|Feb 27|Feb 28|Mar 1|Mar 2|Mar 3|Mar 4"),
        (
            "day",
            date(2026, 2, 3),
            MARCH_4,
            "Feb 3|Feb 6|Feb 9|Feb 12|Feb 15|Feb 18|Feb 21|Feb 24|Feb 27|Mar 2",
        ),
        ("day", date(2025, 12, 30), date(2026, 1, 2), "Dec 30, 2025|Dec 31|Jan 1, 2026|Jan 2"),
        ("month", date(2025, 11, 5), MARCH_4, "Nov 2025|Dec|Jan 2026|Feb|Mar"),
        ("month", date(2023, 2, 1), MARCH_4, "Jul 2023|Jan 2024|Jul|Jan 2025|Jul|Jan 2026"),
    ],
)
def test_labels_stand_at_round_places(interval: str, first: date, last: date, labels: str) -> None:
    found = ticks(volume(interval, first, last).bars, interval)
    assert "|".join(tick.label for tick in found) == labels


@settings(max_examples=60)
@given(st.sampled_from(["hour", "day", "week", "month"]), st.integers(1, MOST_BARS), st.integers(0, 4000))
def test_every_length_has_a_few_labels(interval: str, count: int, offset: int) -> None:
    """From 1 to 750 bars: never none, never more than fit, narrow ones always among them."""
    first = date(1990, 1, 1) + timedelta(days=offset)
    days = {"hour": -(-count // 24), "day": count, "week": count * 7, "month": count * 30}[interval]
    bars = volume(interval, first, first + timedelta(days=days - 1)).bars[:MOST_BARS]
    found = ticks(bars, interval)
    assert 1 <= len(found) <= 12
    assert 1 <= sum(tick.narrow for tick in found) <= 5
    assert all(0 <= tick.at < len(bars) for tick in found)
    assert len({tick.at for tick in found}) == len(found)


def test_bars_are_called_by_their_days() -> None:
    hour, month = (
        Bar(MARCH_4, MARCH_4, 11, 0, 0, None),
        Bar(date(2026, 2, 1), date(2026, 2, 28), None, 0, 0, None),
    )
    assert bar_label(hour, "hour") == "Wed, Mar 4, 2026, 11 AM–12 PM"
    assert bar_label(month, "month") == "February 2026"
    cut = Bar(date(2026, 3, 1), MARCH_4, None, 0, 0, None)
    assert bar_label(cut, "month") == "Mar 1 – Mar 4, 2026"
    week = Bar(date(2025, 12, 29), date(2026, 1, 4), None, 0, 0, None)
    assert bar_label(week, "week") == "Dec 29, 2025 – Jan 4, 2026"
    assert bar_label(Bar(MARCH_4, MARCH_4, None, 0, 0, None), "week") == "Wed, Mar 4, 2026"


def test_the_volume_graph_stacks_outbound_on_inbound_and_leads_somewhere() -> None:
    counts = volume("day", date(2026, 3, 3), MARCH_4, (40, 35, 62), (1_000, 8, None))
    chart = volume_chart(counts, lambda bar: f"?start={bar.start}")
    assert [(bar.column.label, bar.column.lower, bar.column.upper) for bar in chart.bars] == [
        ("Tue, Mar 3, 2026", 40, 35),
        ("Wed, Mar 4, 2026", 1_000, 8),
    ]
    assert chart.bars[0].column.href == "?start=2026-03-03"
    assert (chart.lower_name, chart.upper_name) == ("Inbound", "Outbound")
    assert summary(counts) == "Messages per day, Mar 3 – Mar 4, 2026: 1,040 inbound and 43 outbound"


def test_edge_labels_stay_inside() -> None:
    columns = [Column(str(n), 1, 0) for n in range(100)]
    chart = charts.draw(columns, [Tick(0, "a", True), Tick(50, "b", False), Tick(99, "c", True)], IN, OUT)
    assert [tick.kind for tick in chart.ticks] == ["", "wide", "last"]
