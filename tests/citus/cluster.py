"""A PostgreSQL that takes itself for the coordinator of a Citus cluster (stand_in.sql), and which shards each
statement of the product needs there."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

STAND_IN = Path(__file__).with_name("stand_in.sql")
PRODUCT = str(Path(__file__).parents[2] / "textmeter")
SHARD = re.compile(r"(ledger_\w+)_shard_([0-9])")


def become_coordinator() -> None:
    """In the test's transaction, so that all of it goes with the test."""
    with connection.cursor() as cursor:
        cursor.execute(STAND_IN.read_text())


@dataclass(frozen=True)
class Asked:
    """A statement with its values, as the server ran it. `writes`: the table that an INSERT names whole."""

    text: str
    tables: frozenset[str]  # of the ledger that are spread
    shards: frozenset[str]
    others: frozenset[str]  # tables that aren't spread
    functions: frozenset[tuple[str, str]] = field(compare=False)  # (file, function) that led to it


@contextmanager
def statements() -> Iterator[list[Asked]]:
    """Every statement that runs meanwhile, by whatever cursor: the server tells the plan of each."""
    caught: list[Asked] = []

    def hear(told: Any) -> None:
        said = told.message_primary or ""
        if "plan:\n" in said:
            caught.append(_asked(json.loads(said.split("plan:\n", 1)[1])))

    with connection.cursor() as cursor:
        cursor.execute("LOAD 'auto_explain'")
        for name, value in _TELL_PLANS.items():
            cursor.execute(f"SET LOCAL {name} = {value}")
    connection.connection.add_notice_handler(hear)
    try:
        yield caught
    finally:
        connection.connection.remove_notice_handler(hear)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL auto_explain.log_min_duration = -1")


_TELL_PLANS = {
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_level": "notice",
    "auto_explain.log_format": "json",
    "auto_explain.log_verbose": "on",
    "client_min_messages": "notice",
    "plan_cache_mode": "force_custom_plan",  # a plan for any company would name every shard
}


def _asked(told: dict[str, Any]) -> Asked:
    names = set(_relations(told["Plan"]))
    parts = [SHARD.fullmatch(name) for name in names]
    split = {found[1] for found in parts if found}
    whole = {name for name in names if not SHARD.fullmatch(name)}
    return Asked(
        told["Query Text"],
        frozenset(split | {name for name in whole if _is_spread(name)}),
        frozenset(found[2] for found in parts if found),
        frozenset(name for name in whole if not _is_spread(name)),
        frozenset(_callers()),
    )


def _relations(plan: dict[str, Any]) -> Iterator[str]:
    if "Relation Name" in plan:
        yield plan["Relation Name"]
    for target in plan.get("Target Tables", []):
        yield target["Relation Name"]
    for below in plan.get("Plans", []):
        yield from _relations(below)


def _is_spread(name: str) -> bool:
    return name.startswith("ledger_") and name != "ledger_number_owner"


def _callers() -> Iterator[tuple[str, str]]:
    """The product's functions on the stack: the handler is called while the statement runs."""
    frame = sys._getframe()
    while frame := frame.f_back:  # type: ignore[assignment]
        file = frame.f_code.co_filename
        if file.startswith(PRODUCT):
            yield file[len(PRODUCT) + 1 :], frame.f_code.co_name
