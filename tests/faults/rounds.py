"""How often and how long: a short form in `make test`, a long one in `make soak` (TEXTMETER_SOAK=1).

What happens by chance follows a seed, which is printed, so that pytest shows it where a test fails.
TEXTMETER_SEED=N repeats the run with that seed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from random import Random, SystemRandom
from typing import TypeVar

T = TypeVar("T")

SOAK = os.environ.get("TEXTMETER_SOAK") == "1"


def either(short: T, soak: T) -> T:
    return soak if SOAK else short


def by_chance() -> Random:
    seed = int(os.environ.get("TEXTMETER_SEED") or SystemRandom().randrange(1_000_000))
    print(f"seed: TEXTMETER_SEED={seed}")
    return Random(seed)


def rounds(short: int, soak: int) -> Iterator[int]:
    """0, 1, …; the soak says how far it has come."""
    many, began = either(short, soak), time.monotonic()
    for n in range(many):
        yield n
        report(f"round {n + 1} of {many}, {time.monotonic() - began:.0f} s")


def report(line: str) -> None:
    """How far it is, or what was measured: shown by `make soak`, else where the test fails."""
    print(line, flush=True)
