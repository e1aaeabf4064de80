"""The volume graph: how many of the selected messages fall into each bar, inbound and outbound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from textmeter.lib.days import as_key
from textmeter.reports.filter import Filter
from textmeter.reports.found import Found, found
from textmeter.reports.periods import Slot, bar_finder, days_before_range, slots
from textmeter.reports.rows import Bar, Volume
from textmeter.reports.search import customers_found, read_search, spots_found
from textmeter.reports.selection import (
    Way,
    are_few,
    count_in,
    count_out,
    inbound_if_chosen,
    outbound_if_chosen,
    selected_messages,
    way_of,
)
from textmeter.reports.side_by_side import side_by_side
from textmeter.reports.statements import Row, Sql, fetch, places

Counts = list[tuple[int, int]]  # (inbound, outbound) of each bar


class Read(NamedTuple):
    """What was found by reading the messages themselves."""

    now: Found
    previous: Found | None


def read_messages(flt: Filter) -> Read | None:
    """Both periods' selected messages, read once for graph and figures; None where these are counted
    already."""
    if way_of(flt) is not Way.MESSAGES:
        return None
    customers = customers_found(flt.company_id, read_search(flt.q)) if flt.q else None
    previous = previous_period(flt)
    if not previous:
        return Read(found(flt, customers), None)
    spots = spots_found(flt, customers) if flt.q else None
    if spots and are_few(spots):
        return Read(found(flt, customers, spots=spots, few=True), found(previous, customers))
    return Read(
        *side_by_side(
            lambda: found(flt, customers, spots=spots, few=False),
            lambda: found(previous, customers, few=False),
        )
    )


def volume(flt: Filter, read: Read | None = None) -> Volume:
    """Every bar of the range, empty ones too; bar i stands beside bar i of the previous period. `read`: what
    `read_messages` gave for the filter, which spares reading the messages again."""
    read, previous = read or read_messages(flt), previous_period(flt)
    now_slots, now = _counts(flt, read.now.counts if read else fetch(_by_day(flt)))
    counted: Counts = []
    if previous:
        rows = read.previous.counts if read and read.previous else fetch(_by_day(previous))
        counted = _counts(previous, rows)[1]
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


def _counts(flt: Filter, rows: Iterable[Row]) -> tuple[list[Slot], Counts]:
    """`rows` like those of `_by_day`."""
    bars = slots(flt.interval, flt.start, flt.end)
    place_of = bar_finder(bars)
    counts = [(0, 0)] * len(bars)
    for day, hour, received, sent in rows:
        place = place_of(day, hour)
        counts[place] = counts[place][0] + received, counts[place][1] + sent
    return bars, counts


def _by_day(flt: Filter) -> Sql:
    """Rows (local_date, local_hour, inbound, outbound); the hour is 0 unless bars are hours."""
    if flt.numbers and flt.interval == "hour":
        return _from_messages(flt)
    return _from_tracker_days(flt) if flt.numbers else _from_hours(flt)


def _from_hours(flt: Filter) -> Sql:
    hour, group = ("local_hour", ", local_hour") if flt.interval == "hour" else ("0", "")
    return Sql(
        f"""SELECT local_date, {hour}, SUM({inbound_if_chosen(flt)}), SUM({outbound_if_chosen(flt)})
        FROM ledger_volume_hour WHERE company_id = %s AND local_date BETWEEN %s AND %s
        GROUP BY local_date{group}""",
        (flt.company_id, as_key(flt.start), as_key(flt.end)),
    )


def _from_tracker_days(flt: Filter) -> Sql:
    return Sql(
        f"""SELECT local_date, 0, SUM({inbound_if_chosen(flt)}), SUM({outbound_if_chosen(flt)})
        FROM ledger_volume_tracker WHERE company_id = %s AND local_date BETWEEN %s AND %s
        AND tracker_id IN ({places(flt.numbers)}) GROUP BY local_date""",
        (flt.company_id, as_key(flt.start), as_key(flt.end), *flt.numbers),
    )


def _from_messages(flt: Filter) -> Sql:
    return (
        Sql(f"SELECT m.local_date, m.local_hour, {count_in('m')}, {count_out('m')}")
        .then(selected_messages(flt))
        .then("GROUP BY m.local_date, m.local_hour")
    )
