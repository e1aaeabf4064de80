"""Many instants of one zone as text, as files need them, without a date and time object for each.

A quarter of an hour looks the same all through but for minutes, seconds and milliseconds, unless the clocks
change in it, or the zone is one of those that once were apart from UTC by odd seconds: then the long way is
taken.
"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from textmeter.lib.days import as_iso, local

_QUARTER = 900_000  # ms
_MOST = 50_000
_Quarter = tuple[str, int, str]  # `2026-03-04T09:`, the first minute, `-05:00`


class LocalTimes:
    """Instants (ms) in one zone."""

    def __init__(self, tz: ZoneInfo) -> None:
        self._tz = tz
        self._quarters: dict[int, _Quarter | None] = {}

    def iso(self, at: int) -> str:
        """`2026-03-04T09:33:00.000-05:00`, as `days.as_iso`."""
        number, rest = divmod(at, _QUARTER)
        try:
            quarter = self._quarters[number]
        except KeyError:
            quarter = self._known(number)
        if quarter is None:
            return as_iso(at, self._tz)
        hour, minute, offset = quarter
        minutes, ms = divmod(rest, 60_000)
        return f"{hour}{minute + minutes:02d}:{ms // 1000:02d}.{ms % 1000:03d}{offset}"

    def _known(self, number: int) -> _Quarter | None:
        if len(self._quarters) >= _MOST:
            self._quarters.clear()
        self._quarters[number] = quarter = self._quarter(number * _QUARTER)
        return quarter

    def _quarter(self, at: int) -> _Quarter | None:
        first, last = local(at, self._tz), local(at + _QUARTER - 1, self._tz)
        offset = first.utcoffset() or timedelta()
        if offset != last.utcoffset() or offset % timedelta(minutes=15):
            return None
        iso = first.isoformat(timespec="milliseconds")
        return iso[:14], first.minute, iso[23:]
