"""How far a copy has come."""

from __future__ import annotations

from collections.abc import Callable

Report = Callable[[int, int], None]  # (done, all), in any unit


def between(report: Report, first: int, last: int) -> Report:
    """Reports a step of a longer way, which it takes from `first` to `last` percent."""

    def told(done: int, total: int) -> None:
        report(first + (last - first) * done // max(total, 1), 100)

    return told
