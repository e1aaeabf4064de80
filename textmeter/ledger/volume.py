"""Counts of messages over time, kept by what is added and taken away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from textmeter.ledger.derive import Message
from textmeter.ledger.statements import run_many

Counts = dict[tuple[int, int], list[int]]


def count_volume(company_id: int, gone: Iterable[Message], come: Iterable[Message]) -> None:
    """Takes `gone` out of both volume tables and puts `come` in."""
    hours: Counts = defaultdict(lambda: [0, 0])
    trackers: Counts = defaultdict(lambda: [0, 0])
    for messages, step in ((gone, -1), (come, 1)):
        for one in messages:
            way = 0 if one.is_inbound else 1
            hours[one.local_date, one.local_hour][way] += step
            trackers[one.local_date, one.tracker_id][way] += step
    _add(company_id, "ledger_volume_hour", "local_hour", hours)
    _add(company_id, "ledger_volume_tracker", "tracker_id", trackers)


def _add(company_id: int, table: str, column: str, counts: Counts) -> None:
    run_many(
        f"INSERT INTO {table} (company_id, local_date, {column}, inbound, outbound) VALUES (%s,%s,%s,%s,%s)"
        f" ON CONFLICT (company_id, local_date, {column}) DO UPDATE SET"
        f" inbound = {table}.inbound + excluded.inbound, outbound = {table}.outbound + excluded.outbound",
        [(company_id, *key, *by) for key, by in counts.items() if by[0] or by[1]],
    )
    run_many(
        f"DELETE FROM {table} WHERE company_id = %s AND local_date = %s AND {column} = %s"
        " AND inbound = 0 AND outbound = 0",
        [(company_id, *key) for key, by in counts.items() if by[0] < 0 or by[1] < 0],
    )
