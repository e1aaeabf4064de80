"""How far a copy has come."""

from __future__ import annotations

from collections.abc import Callable

Report = Callable[[int, int], None]  # (done, all), in any unit


def between(report: Report, first: int, last: int) -> Report:
    """Reports a step of a longer way, which it takes from `first` to `last` percent."""

    def told(done: int, total: int) -> None:
        report(first + (last - first) * done // max(total, 1), 100)

    return told


class Whole:
    """What is done in pieces; of a `total` that is only about right, never more than all is reported."""

    def __init__(self, total: int, report: Report) -> None:
        self._total, self._report, self._done = total, report, 0

    def add(self, some: int) -> None:
        self._done += some
        self._report(min(self._done, self._total), self._total)
