"""The small graph of a number's last days, and the same in words."""

from __future__ import annotations

from datetime import date

from textmeter.pages.sparkline import Bar, sparkline

TODAY = date(2026, 3, 4)


def test_each_day_has_its_place_and_few_are_to_be_seen() -> None:
    drawn = sparkline((0, 100, 50, 1), TODAY)
    assert drawn.width == 15
    assert drawn.bars == (Bar(4, 0, 20), Bar(8, 10, 10), Bar(12, 18, 2))
    assert drawn.words == "Mar 1 to Mar 4: messages on 3 of 4 days, the most on Mar 2, 100."


def test_of_equal_days_the_latest_is_named() -> None:
    assert sparkline((3, 0, 3), TODAY).words.endswith("the most on Mar 4, 3.")


def test_nothing_at_all() -> None:
    drawn = sparkline((0,) * 30, TODAY)
    assert (drawn.bars, drawn.words) == ((), "No messages from Feb 3 to Mar 4.")
