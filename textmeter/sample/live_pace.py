"""The pauses between a simulator's deliveries: an even rate, or the pace of a demo that somebody watches."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from random import Random

from textmeter.lib.days import local
from textmeter.sample.practice import HOURS, TZ
from textmeter.sample.traffic import Delivery

Pause = Callable[[Delivery], float]

LIVELY = 120.0  # seconds at first, in which somebody looks whether anything happens at all
LIVELY_PAUSE = 5.0
# Then ever slower: this much of the time that it runs passes from one text to the next.
SLOWS_DOWN = 0.1
# In the end a practice's own day: so many texts, by its hours, and never quite nothing.
A_DAY, LONGEST_PAUSE = 65.0, 1500.0
STEP = 1.5  # seconds between what is told of the same text or call
_ENDS = ("delivered", "undelivered")


def steadily(rate: float) -> Pause:
    """So many deliveries a second."""
    return lambda _: 1 / rate


def as_in_a_practice(rng: Random, now: Callable[[], int]) -> Pause:
    """A text every few seconds at first, one a minute after ten minutes, after an hour as many as the
    hour of day brings: about 130 in the first day. `now`: ms."""
    began = time.monotonic()

    def pause(delivery: Delivery) -> float:
        if not _is_long_after(delivery):
            return STEP
        return between_texts(time.monotonic() - began, local(now(), TZ)) * rng.uniform(0.6, 1.4)

    return pause


def between_texts(running: float, clock: datetime) -> float:
    """The middle number of seconds from one text to the next after so many seconds, at that local time."""
    if running < LIVELY:
        return LIVELY_PAUSE
    of_practice = min(LONGEST_PAUSE, 3600 * sum(HOURS) / (A_DAY * HOURS[clock.hour]))
    return min(of_practice, max(LIVELY_PAUSE, SLOWS_DOWN * running))


def _is_long_after(delivery: Delivery) -> bool:
    """Once for each text and call: the other callbacks follow one another quickly."""
    if delivery.is_again:
        return False
    if delivery.what == "status":
        return dict(delivery.pairs)["MessageStatus"] in _ENDS
    return delivery.what in ("message", "voice")
