"""Quiet for longer than usual: what alarms, and what must not."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest

from textmeter.lib.days import local, to_ms, zone
from textmeter.reports.quiet import HISTORY, Rhythm, Silence, expected, rhythm, silence

TZ = zone("America/New_York")
OFFICE = [0] * 8 + [10] * 9 + [0] * 7  # 8 AM to 5 PM
ALL_DAY = [10] * 24
MONDAY = date(2026, 3, 2)


def at(text: str, name: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone(name))


def every(
    texts: int, *, weekdays: range = range(7), until: date = MONDAY, days: int = HISTORY
) -> dict[date, int]:
    before = [until - timedelta(days=back) for back in range(1, days + 1)]
    return {day: texts for day in before if day.weekday() in weekdays}


def about(texts: float, until: date, seed: int) -> dict[date, int]:
    """A day's texts by chance: some days have none."""
    chance = random.Random(seed)
    return {
        until - timedelta(days=back): sum(chance.random() < texts / 50 for _ in range(50))
        for back in range(1, HISTORY + 1)
    }


def test_an_office_is_not_quiet_over_night_or_over_the_weekend() -> None:
    texts = every(20, weekdays=range(5))
    friday = {date(2026, 2, 27): 20}
    for now in ("2026-02-27 23:00", "2026-03-01 22:00", "2026-03-02 08:30", "2026-03-02 10:00"):
        assert silence(texts | friday, OFFICE, at("2026-02-27 16:50"), at(now)) == Silence.USUAL, now
    assert silence(texts, OFFICE, at("2026-02-27 16:50"), at("2026-03-03 09:30")) == Silence.QUIET


def test_a_busy_number_is_quiet_within_hours_of_the_day_but_not_of_the_night() -> None:
    texts = every(150)
    last = "2026-03-02 10:00"
    for now, wanted in (("11:00", Silence.USUAL), ("12:30", Silence.QUIET), ("16:00", Silence.QUIET)):
        assert silence(texts, OFFICE, at(last), at(f"2026-03-02 {now}")) == wanted, now
    assert silence(texts, OFFICE, at("2026-03-02 18:00"), at("2026-03-03 07:30")) == Silence.USUAL


@pytest.mark.parametrize("seed", range(20))
def test_a_number_with_about_a_text_a_day_may_be_still_for_days(seed: int) -> None:
    texts = about(1, MONDAY, seed)
    last = at("2026-03-02 12:00")
    assert silence(texts, ALL_DAY, last, last + timedelta(hours=20)) == Silence.USUAL
    assert silence(texts, ALL_DAY, last, last + timedelta(days=3)) == Silence.USUAL
    assert silence(texts, ALL_DAY, last, last + timedelta(days=20)) == Silence.QUIET


def test_a_number_that_never_missed_a_day_is_quiet_after_three() -> None:
    texts = every(1)
    last = at("2026-03-02 12:00")
    assert silence(texts, ALL_DAY, last, last + timedelta(days=2)) == Silence.USUAL
    assert silence(texts, ALL_DAY, last, last + timedelta(days=3)) == Silence.QUIET


def test_of_few_texts_nothing_is_usual() -> None:
    last = at("2026-03-02 12:00")
    later = last + timedelta(days=40)
    few = {MONDAY - timedelta(days=back): 50 for back in (1, 9, 20, 30, 40)}
    campaign = every(200, days=10)
    assert silence(few, ALL_DAY, last, later) == Silence.RARE
    assert silence(campaign, ALL_DAY, last, later) == Silence.RARE
    assert silence({MONDAY: 3}, ALL_DAY, last, later) == Silence.RARE


def test_after_eight_weeks_a_number_is_out_of_use() -> None:
    texts, last = every(20), at("2026-03-02 12:00")
    assert silence(texts, ALL_DAY, last, last + timedelta(days=55)) == Silence.QUIET
    assert silence(texts, ALL_DAY, last, last + timedelta(days=56)) == Silence.UNUSED
    assert silence({}, ALL_DAY, None, last) == Silence.UNUSED


def test_a_silence_does_not_make_itself_usual() -> None:
    """What is usual is known from the days before the last text; the ones since say nothing."""
    texts, last = every(3), at("2026-03-02 12:00")
    assert [silence(texts, ALL_DAY, last, last + timedelta(days=days)) for days in (5, 20, 50)] == [
        Silence.QUIET
    ] * 3


def test_one_wild_day_changes_nothing() -> None:
    texts = every(1)
    wild = texts | {date(2026, 2, 25): 900}
    assert rhythm(wild, OFFICE, MONDAY) == rhythm(texts, OFFICE, MONDAY)


def test_a_new_number_is_judged_from_its_first_text_on() -> None:
    texts = every(9, days=28)
    usual, of_eight_weeks = rhythm(texts, ALL_DAY, MONDAY), rhythm(every(9), ALL_DAY, MONDAY)
    assert usual is not None
    assert of_eight_weeks is not None
    assert min(usual.days) >= 3.0


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("America/New_York", "2026-03-08"),  # 23 hours
        ("America/New_York", "2026-11-01"),  # 25
        ("America/St_Johns", "2026-03-08"),  # half an hour off
        ("Asia/Kolkata", "2026-03-08"),
        ("Australia/Lord_Howe", "2026-04-05"),  # 24 and a half
        ("America/Havana", "2026-03-08"),  # midnight doesn't exist
    ],
)
def test_every_day_expects_as_many_whatever_its_clocks_do(name: str, day: str) -> None:
    """DOMAIN "Time": days of 23 and 25 hours."""
    usual = Rhythm((2.0,) * 7, tuple(hour / 24 for hour in range(25)))
    tz = zone(name)
    noon = at(f"{day} 12:00", name)
    before, after = noon - timedelta(days=1), noon + timedelta(days=1)
    assert expected(usual, before, noon) == pytest.approx(2.0)
    assert expected(usual, before, after) == pytest.approx(4.0)
    moment, sum_of_steps = to_ms(before), 0.0
    while moment < to_ms(after):
        there, next_there = local(moment, tz), local(moment + 600_000, tz)
        step = expected(usual, there, next_there)
        assert step >= 0
        sum_of_steps += step
        moment += 600_000
    # Step by step an hour that the clocks show twice is met twice.
    assert 4.0 - 1e-9 <= sum_of_steps <= 4.0 + 2 / 24 + 1e-9


@pytest.mark.parametrize("name", ["America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe"])
def test_hours_are_those_of_the_company_in_zones_of_half_hours_too(name: str) -> None:
    """The hours 8 to 17 of its own clocks: nothing is expected before 8:00 there."""
    usual = rhythm(every(20), [0] * 8 + [10_000] * 9 + [0] * 7, MONDAY)
    assert usual is not None
    assert expected(usual, at("2026-03-02 00:00", name), at("2026-03-02 08:00", name)) < 0.01
    whole = usual.days[0]
    assert expected(usual, at("2026-03-02 08:00", name), at("2026-03-02 12:30", name)) == pytest.approx(
        whole / 2, rel=0.01
    )
