"""How PostgreSQL runs the product's statements: it tells the plan of each, by whatever cursor it comes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

PRODUCT = str(Path(__file__).parents[1] / "textmeter")
_TELL = {
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_level": "notice",
    "auto_explain.log_format": "json",
    "auto_explain.log_verbose": "on",
    "client_min_messages": "notice",
    "plan_cache_mode": "force_custom_plan",  # one for these very values
}


@dataclass(frozen=True)
class Planned:
    """A statement with its plan, as EXPLAIN (VERBOSE, FORMAT JSON) names its steps. `functions`: (file, name)
    of the product's functions that led to it."""

    text: str
    plan: dict[str, Any]
    functions: frozenset[tuple[str, str]] = field(compare=False)

    def steps(self) -> Iterator[dict[str, Any]]:
        yield from _steps(self.plan)

    def tables(self) -> set[str]:
        """Those that it reads or writes, as they are named in the catalog."""
        named = [step for step in self.steps() if "Relation Name" in step]
        named += [target for step in self.steps() for target in step.get("Target Tables", [])]
        return {one["Relation Name"] for one in named}


@contextmanager
def planned() -> Iterator[list[Planned]]:
    """Every statement that runs meanwhile, within the test's transaction."""
    caught: list[Planned] = []

    def hear(told: Any) -> None:
        said = told.message_primary or ""
        if "plan:\n" in said:
            plan = json.loads(said.split("plan:\n", 1)[1])
            caught.append(Planned(plan["Query Text"], plan["Plan"], frozenset(_callers())))

    with connection.cursor() as cursor:
        cursor.execute("LOAD 'auto_explain'")
        for name, value in _TELL.items():
            cursor.execute(f"SET LOCAL {name} = {value}")
    connection.connection.add_notice_handler(hear)
    try:
        yield caught
    finally:
        connection.connection.remove_notice_handler(hear)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL auto_explain.log_min_duration = -1")


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from _steps(below)


def _callers() -> Iterator[tuple[str, str]]:
    """The product's functions on the stack: the handler is called while the statement runs."""
    frame = sys._getframe()
    while frame := frame.f_back:  # type: ignore[assignment]
        file = frame.f_code.co_filename
        if file.startswith(PRODUCT):
            yield file[len(PRODUCT) + 1 :], frame.f_code.co_name
