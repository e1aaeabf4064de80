"""How long people take: customers to write on, agents to answer within their hours."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp, log
from random import Random

from textmeter.lib.days import local
from textmeter.sample.practice import HOURS, TZ, midnight, next_open_day, opening

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000


def begins(rng: Random, day: date, until: int) -> int:
    """An instant (ms) of that local day at which a customer may write, not after `until`."""
    start = midnight(day)
    hours = min(24, max(1, -(-(until - start) // HOUR)))
    hour = rng.choices(range(hours), HOURS[:hours])[0]
    return start + hour * HOUR + rng.randrange(HOUR)


def part_of_day(day: date, until: int) -> float:
    """How much of that day's traffic lies before `until`: 0 to 1."""
    hours, rest = divmod(until - midnight(day), HOUR)
    if hours >= 24:
        return 1.0
    return (sum(HOURS[:hours]) + HOURS[hours] * rest / HOUR) / sum(HOURS)


def writes_on(rng: Random, at: int) -> int:
    """When a customer who read something at `at` writes back."""
    return at + _spread(rng, 95 * SECOND, 1.1, 7 * SECOND, 3 * HOUR)


def goes_on(rng: Random, at: int) -> int:
    """When somebody who wrote at `at` adds something."""
    return at + rng.randrange(15 * SECOND, 80 * SECOND)


def comes_back(rng: Random, at: int) -> int:
    """Some time later: after half an hour or more."""
    return at + rng.randrange(35 * MINUTE, 140 * MINUTE)


def answers(rng: Random, at: int, median: int, *, overtime: int = 0) -> int:
    """When an agent answers what came at `at`: half of the times within `median` ms, or when the office
    opens again."""
    return within_hours(rng, at, _spread(rng, median, 1.0, 20 * SECOND, 4 * HOUR), overtime=overtime)


def within_hours(rng: Random, at: int, delay: int, *, overtime: int = 0) -> int:
    """`delay` after `at`, put off to the next opening where the office has been closed for longer than
    `overtime`."""
    day = local(at, TZ).date()
    hours = opening(day)
    if hours and hours[0] <= at + delay < hours[1] + overtime:
        return at + delay
    if hours and at < hours[0]:
        return hours[0] + _spread(rng, 11 * MINUTE, 0.8, MINUTE, 2 * HOUR)
    return next_morning(rng, day)


def next_morning(rng: Random, day: date) -> int:
    """Soon after the office opens again, after `day`."""
    hours = opening(next_open_day(day))
    assert hours is not None
    return hours[0] + _spread(rng, 14 * MINUTE, 0.9, MINUTE, 3 * HOUR)


def next_day(rng: Random, at: int) -> int:
    """A customer's next day, between nine and six."""
    day = local(at, TZ).date() + timedelta(days=1)
    return midnight(day) + rng.randrange(9 * HOUR, 18 * HOUR)


def is_open(at: int) -> bool:
    hours = opening(local(at, TZ).date())
    return hours is not None and hours[0] <= at < hours[1]


def _spread(rng: Random, median: int, sigma: float, least: int, most: int) -> int:
    """Times between people: most of them short, a few very long (log-normal)."""
    return int(min(most, max(least, exp(rng.normalvariate(log(median), sigma)))))
