"""How times are spread. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Spread:
    """Of so many times, in ms: half within `p50`, 95 % within `p95`, 99 % within `p99`, all within `most`."""

    count: int
    p50: float
    p95: float
    p99: float
    most: float

    def as_json(self) -> dict[str, float]:
        return {
            "count": self.count,
            "p50_ms": round(self.p50, 3),
            "p95_ms": round(self.p95, 3),
            "p99_ms": round(self.p99, 3),
            "most_ms": round(self.most, 3),
        }


def spread(times: Sequence[float]) -> Spread:
    """`times` in seconds, at least one. Between two of them it is interpolated, as most tools do."""
    if not times:
        raise ValueError("There is nothing to spread.")
    ms = [one * 1000 for one in times]
    hundredths = quantiles(ms, n=100, method="inclusive") if len(ms) > 1 else ms * 99
    return Spread(len(ms), hundredths[49], hundredths[94], hundredths[98], max(ms))


def ratio(one: float | None, other: float | None) -> float | None:
    """`one` over `other`; None where either is missing or there is nothing to divide by."""
    return round(one / other, 2) if one is not None and other else None


def timed(act: Callable[[], object], *, most: int, least: int, seconds: float) -> Spread:
    """Acts `most` times, or fewer when that would last longer than `seconds`, but `least` times."""
    times: list[float] = []
    until = perf_counter() + seconds
    while len(times) < most and (len(times) < least or perf_counter() < until):
        began = perf_counter()
        act()
        times.append(perf_counter() - began)
    return spread(times)
