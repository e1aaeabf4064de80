"""The volume graph: how many of the selected messages fall into each bar, inbound and outbound."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from textmeter.lib.days import as_key
from textmeter.reports.filter import Filter
from textmeter.reports.periods import Slot, days_before_range, slots
from textmeter.reports.rows import Bar, Volume
from textmeter.reports.selection import (
    count_in,
    count_out,
    inbound_if_chosen,
    outbound_if_chosen,
    selected_messages,
)
from textmeter.reports.statements import Sql, fetch, places

Counts = list[tuple[int, int]]  # (inbound, outbound) of each bar


def volume(flt: Filter) -> Volume:
    """Every bar of the range, empty ones too; bar i stands beside bar i of the previous period."""
    now_slots, now = _counts(flt)
    previous = previous_period(flt)
    counted = _counts(previous)[1] if previous else []
    before = [received + sent for received, sent in counted]
    bars = tuple(
        Bar(slot.start, slot.end, slot.hour, received, sent, before[place] if place < len(before) else None)
        for place, (slot, (received, sent)) in enumerate(zip(now_slots, now, strict=True))
    )
    return Volume(
        flt.interval,
        bars,
        inbound=sum(bar.inbound for bar in bars),
        outbound=sum(bar.outbound for bar in bars),
        previous=(sum(one[0] for one in counted), sum(one[1] for one in counted)) if previous else None,
    )


def previous_period(flt: Filter) -> Filter | None:
    """The same filter over the previous period; None where nothing is compared."""
    days = days_before_range(flt.range, flt.start, flt.end) if flt.compare == "previous" else None
    return replace(flt, start=days[0], end=days[1]) if days else None


def totals(flt: Filter) -> tuple[int, int]:
    """(inbound, outbound) messages selected."""
    rows = fetch(_by_day(replace(flt, interval="day")))
    return sum(row[2] for row in rows), sum(row[3] for row in rows)


def _counts(flt: Filter) -> tuple[list[Slot], Counts]:
    bars = slots(flt.interval, flt.start, flt.end)
    starts = [(as_key(bar.start), bar.hour or 0) for bar in bars]
    counts = [(0, 0)] * len(bars)
    for day, hour, received, sent in fetch(_by_day(flt)):
        place = bisect_right(starts, (day, hour)) - 1
        counts[place] = counts[place][0] + received, counts[place][1] + sent
    return bars, counts


def _by_day(flt: Filter) -> Sql:
    """Rows (local_date, local_hour, inbound, outbound); the hour is 0 unless bars are hours."""
    if flt.q or (flt.numbers and (flt.hour is not None or flt.interval == "hour")):
        return _from_messages(flt)
    return _from_tracker_days(flt) if flt.numbers else _from_hours(flt)


def _from_hours(flt: Filter) -> Sql:
    hour, group = _hour_of(flt, "local_hour")
    only = Sql("AND local_hour = %s", (flt.hour,)) if flt.hour is not None else Sql("")
    return (
        Sql(
            f"""SELECT local_date, {hour}, SUM({inbound_if_chosen(flt)}), SUM({outbound_if_chosen(flt)})
            FROM ledger_volume_hour WHERE company_id = %s AND local_date BETWEEN %s AND %s""",
            (flt.company_id, as_key(flt.start), as_key(flt.end)),
        )
        .then(only)
        .then(f"GROUP BY {group.format('local_date')}")
    )


def _from_tracker_days(flt: Filter) -> Sql:
    return Sql(
        f"""SELECT local_date, 0, SUM({inbound_if_chosen(flt)}), SUM({outbound_if_chosen(flt)})
        FROM ledger_volume_tracker WHERE company_id = %s AND local_date BETWEEN %s AND %s
        AND tracker_id IN ({places(flt.numbers)}) GROUP BY local_date""",
        (flt.company_id, as_key(flt.start), as_key(flt.end), *flt.numbers),
    )


def _from_messages(flt: Filter) -> Sql:
    hour, group = _hour_of(flt, "m.local_hour")
    return (
        Sql(f"SELECT m.local_date, {hour}, {count_in('m')}, {count_out('m')}")
        .then(selected_messages(flt))
        .then(f"GROUP BY {group.format('m.local_date')}")
    )


def _hour_of(flt: Filter, column: str) -> tuple[str, str]:
    """What to select as the hour, and what to group by."""
    return (column, "{}, " + column) if flt.interval == "hour" else ("0", "{}")
