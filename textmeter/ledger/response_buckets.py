"""First responses by length, in buckets: each an eighth wider than the one before. Pure.

To find an exact median, the buckets are counted first, and then only the one that holds it is read.
"""

from __future__ import annotations

from bisect import bisect_right

_SECOND, _LONGEST = 1_000, 25 * 3_600_000  # ms; the longest local day has 25 hours


def _bounds() -> tuple[int, ...]:
    bounds, at = [0], _SECOND
    while at < _LONGEST:
        bounds.append(at)
        at = at * 9 // 8
    return tuple(bounds)


# Where each bucket begins, in ms; the first bucket has the number 1.
BOUNDS = _bounds()
NO_RESPONSE = 0


def bucket_of(first_response_ms: int | None) -> int:
    """NO_RESPONSE, or the number of the bucket."""
    return NO_RESPONSE if first_response_ms is None else bisect_right(BOUNDS, first_response_ms)


def span_of(bucket: int) -> tuple[int, int]:
    """[from, until) of a bucket in ms."""
    return BOUNDS[bucket - 1], BOUNDS[bucket] if bucket < len(BOUNDS) else 1 << 62


def bucket_sql(column: str) -> str:
    """`bucket_of` as SQL."""
    steps = " ".join(f"WHEN {column} < {bound} THEN {place}" for place, bound in enumerate(BOUNDS) if place)
    return f"CASE WHEN {column} IS NULL THEN {NO_RESPONSE} {steps} ELSE {len(BOUNDS)} END"
