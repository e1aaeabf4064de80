"""Plans of companies, each in a SQLite file of its own, made in several processes. Knows no database but
those files."""

from __future__ import annotations

import gc
import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from textmeter.bench.plan import CALL_COLUMNS, CUSTOMER_COLUMNS, Business, Plan
from textmeter.bench.rows import (
    LINE,
    LINE_WIDTH,
    PLAN,
    PLAN_WIDTH,
    WHOLE,
    WHOLE_WIDTH,
    line_rows,
    whole_rows,
)
from textmeter.bench.templates import Template, make_templates

PROCESSES = 2
Progress = Callable[[str, int, int], None]  # what, done, in all (0: nobody knows)


@dataclass(frozen=True, slots=True)
class Planned:
    """A company's plan, in a SQLite file of its own: tables plan, line, whole, customer, call, opt_out.
    `months`: the first and last place of each month's conversations."""

    company_id: int
    path: str
    messages: int
    conversations: int
    customers: int
    months: tuple[tuple[int, int], ...]


def plan_all(folder: str, businesses: Sequence[Business], progress: Progress) -> list[Planned]:
    """Plans each company, two at a time, the biggest first."""
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        asked = [pool.submit(plan_company, folder, one) for one in businesses]
        planned = []
        for done, one in enumerate(asked):
            progress("Planning companies", done, len(asked))
            planned.append(one.result())
    return planned


def plan_company(folder: str, business: Business) -> Planned:
    """Runs in a process of its own."""
    gc.disable()  # millions of tuples, none of them in a circle
    ordinary, opting_out = _templates(business.seed, business.templates)
    plan = Plan(business, ordinary, opting_out)
    path = str(Path(folder) / f"{business.company_id}.sqlite3")
    months: dict[int, tuple[int, int]] = {}
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("BEGIN")
        _write_templates(database, plan.templates)
        database.execute(f"CREATE TABLE plan ({PLAN})")
        place = 0
        for rows in plan.days():
            _insert(database, "plan", PLAN_WIDTH, ((place + n, *row) for n, row in enumerate(rows)))
            if rows:
                month = rows[0].day // 100
                months[month] = (months.get(month, (place, 0))[0], place + len(rows) - 1)
            place += len(rows)
        _write_people(database, plan)
        database.execute("COMMIT")
    spans = tuple(months[month] for month in sorted(months))
    return Planned(business.company_id, path, plan.messages, plan.conversations, plan.customers_met, spans)


@lru_cache(maxsize=1)
def _templates(seed: int, count: int) -> tuple[list[Template], list[Template]]:
    return make_templates(Random(f"bench templates {seed}"), count)  # noqa: S311 (the same seed, the same data)


def _write_templates(database: sqlite3.Connection, templates: list[Template]) -> None:
    for table, columns, width, rows in (
        ("line", LINE, LINE_WIDTH, line_rows(templates)),
        ("whole", WHOLE, WHOLE_WIDTH, whole_rows(templates)),
    ):
        database.execute(f"CREATE TABLE {table} ({columns})")
        _insert(database, table, width, iter(rows))


def _write_people(database: sqlite3.Connection, plan: Plan) -> None:
    for table, columns, rows in (
        ("customer", CUSTOMER_COLUMNS, sorted(plan.customers(), key=lambda row: row[1])),
        ("call", CALL_COLUMNS, sorted(plan.calls, key=lambda row: row[1])),
        ("opt_out", "company_id, customer_id, message_id, at, opted_in", sorted(plan.opt_outs)),
    ):
        database.execute(f"CREATE TABLE {table} ({columns})")
        _insert(database, table, columns.count(",") + 1, iter(rows))


def _insert(database: sqlite3.Connection, table: str, width: int, rows: Iterator[tuple[Any, ...]]) -> None:
    database.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * width)})", rows)
