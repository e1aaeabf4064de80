"""How many conversations a change of zone would move, said beforehand.

A conversation has a message on another day exactly when its first or its last message is: days follow each
other as instants do. (Where clocks go back over midnight they don't, for an hour a year; such a conversation
may be missed here, and is moved all the same.) So the database compares both ends of each conversation, a run
of days with unchanging clocks at a time; the days around a change of clocks are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from textmeter.accounts.models import Company
from textmeter.ledger.statements import fetch
from textmeter.lib.days import local_day_and_hour, zone

DAY = 86_400_000
# Added before a division, so that instants before 1970 are divided as later ones are.
_LIFT = 100_000 * DAY
# A conversation lasts a day, of 25 hours at most: its first message has the clocks of its last one, when
# those have been so for two days.
_SETTLED = 2


def conversations_that_move(company: Company, zone_name: str) -> int:
    """How many of its conversations have a message on another day in that zone. Raises UnknownZone."""
    old, new = zone(company.time_zone), zone(zone_name)
    ((first, last),) = fetch(
        "SELECT min(last_at), max(last_at) FROM ledger_conversation WHERE company_id = %s", [company.id]
    )
    if first is None or old.key == new.key:
        return 0
    moving = 0
    for begin, end, offsets in _runs(first // DAY, last // DAY, old, new):
        if offsets is None:
            moving += _looked_at(company.id, begin * DAY, end * DAY, old, new)
        elif offsets[0] != offsets[1]:
            moving += _compared(company.id, begin * DAY, end * DAY, *offsets)
    return moving


def _runs(
    first: int, last: int, old: ZoneInfo, new: ZoneInfo
) -> Iterator[tuple[int, int, tuple[int, int] | None]]:
    """The days (of UTC, since 1970) from `first` to `last`, as [begin, end) with what the two zones are ahead
    of UTC by (ms) in all of them; None where that changes, or has just changed."""
    begin: int = first
    present: tuple[int, int] | None = None
    here = (_ahead(old, first - _SETTLED), _ahead(new, first - _SETTLED))
    changed = first
    for day in range(first - _SETTLED, last + 1):
        there = (_ahead(old, day + 1), _ahead(new, day + 1))
        if there != here:
            changed = day + _SETTLED + 1
        here = there
        if day < first:
            continue
        state = None if day < changed else here
        if day > begin and state != present:
            yield begin, day, present
            begin = day
        present = state
    yield begin, last + 1, present


def _ahead(tz: ZoneInfo, day: int) -> int:
    offset = datetime.fromtimestamp(day * 86_400, UTC).astimezone(tz).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) * 1000


def _compared(company_id: int, begin: int, end: int, old: int, new: int) -> int:
    old, new = old + _LIFT, new + _LIFT
    ((count,),) = fetch(
        "SELECT count(*) FROM ledger_conversation WHERE company_id = %s AND last_at >= %s AND last_at < %s"
        f" AND ((last_at + %s) / {DAY} <> (last_at + %s) / {DAY}"
        f" OR (first_at + %s) / {DAY} <> (first_at + %s) / {DAY})",
        [company_id, begin, end, old, new, old, new],
    )
    return int(count)


def _looked_at(company_id: int, begin: int, end: int, old: ZoneInfo, new: ZoneInfo) -> int:
    rows = fetch(
        "SELECT first_at, last_at FROM ledger_conversation"
        " WHERE company_id = %s AND last_at >= %s AND last_at < %s",
        [company_id, begin, end],
    )
    return sum(any(_day(at, old) != _day(at, new) for at in ends) for ends in rows)


def _day(at: int, tz: ZoneInfo) -> int:
    return local_day_and_hour(at, tz)[0]
