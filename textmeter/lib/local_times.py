"""Many instants of one zone as text, as files need them, without a date and time object for each.

All of an hour is apart from UTC by the same, unless the clocks change in it, or the zone is one of those that
once were apart by odd seconds: then the long way is taken.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from textmeter.lib.days import as_iso, local

_HOUR = 3600  # seconds
_MOST = 50_000
_CLOCK = tuple(f"{second // 60:02d}:{second % 60:02d}" for second in range(_HOUR))
_MS = tuple(f".{ms:03d}" for ms in range(1000))
_BEGIN = datetime(1970, 1, 1)  # noqa: DTZ001  # of the local hours, whose zone is apart
_Offset = tuple[int, str]  # -18000, `-05:00`


class LocalTimes:
    """Instants (ms) in one zone."""

    def __init__(self, tz: ZoneInfo) -> None:
        self._tz = tz
        self._offsets: dict[int, _Offset | None] = {}  # by the hour of UTC
        self._heads: dict[int, str] = {}  # by the local hour: `2026-03-04T09:`

    def iso(self, at: int) -> str:
        """`2026-03-04T09:33:00.000-05:00`, as `days.as_iso`."""
        second = at // 1000
        try:
            offset = self._offsets[second // _HOUR]
        except KeyError:
            offset = self._learn_offset(second // _HOUR)
        if offset is None:
            return as_iso(at, self._tz)
        second += offset[0]
        hour = second // _HOUR
        head = self._heads.get(hour) or self._learn_head(hour)
        return f"{head}{_CLOCK[second - hour * _HOUR]}{_MS[at % 1000]}{offset[1]}"

    def _learn_offset(self, hour: int) -> _Offset | None:
        if len(self._offsets) >= _MOST:
            self._offsets.clear()
        begins = hour * _HOUR * 1000
        first, last = local(begins, self._tz), local(begins + _HOUR * 1000 - 1, self._tz)
        apart, found = first.utcoffset() or timedelta(), None
        if apart == last.utcoffset() and not apart % timedelta(minutes=1):
            found = int(apart.total_seconds()), first.isoformat(timespec="milliseconds")[23:]
        self._offsets[hour] = found
        return found

    def _learn_head(self, hour: int) -> str:
        if len(self._heads) >= _MOST:
            self._heads.clear()
        self._heads[hour] = head = (_BEGIN + timedelta(hours=hour)).isoformat()[:14]
        return head
