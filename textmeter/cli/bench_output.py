"""What `textmeter bench …` prints: a table for people, JSON for scripts, progress meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textmeter.cli.errors import Problem, WrongUsage
from textmeter.cli.output import show, table
from textmeter.cli.progress import Report, progress

if TYPE_CHECKING:
    from textmeter.bench.result import Case, Result


@contextmanager
def stages() -> Iterator[Callable[[str, int, int], None]]:
    """Progress of one stage after another: a function to be told (what, done, total)."""
    with ExitStack() as stack:
        shown: tuple[str, Report] | None = None

        def report(what: str, done: int, total: int) -> None:
            nonlocal shown
            if shown is None or shown[0] != what:
                stack.close()
                shown = what, stack.enter_context(progress(what))
            shown[1](done, total)

        yield report


@contextmanager
def plainly() -> Iterator[None]:
    """What stops a bench, as one line."""
    from textmeter.bench.companies import NotForTheBench
    from textmeter.bench.page_choice import NothingToMeasure
    from textmeter.bench.server import NoServer

    try:
        yield
    except (NotForTheBench, NothingToMeasure, NoServer) as error:
        raise Problem(str(error)) from None


def show_result(result: Result, as_json: bool) -> None:
    from textmeter.bench.machine import machine

    show({"machine": machine()} | result.as_json(), as_json, lambda: "\n".join(in_words(result)))


def in_words(result: Result) -> list[str]:
    """The facts, and a table of the cases with the columns in which any of them says something."""
    facts = ", ".join(f"{name.replace('_', ' ')} {_cell(value)}" for name, value in result.facts.items())
    names = [name for name in result.cases[0] if any(one[name] is not None for one in result.cases)]
    cells = [[_cell(one[name]) for name in names] for one in result.cases]
    heads = [name.removesuffix("_ms").replace("_", " ").upper() for name in names]
    in_ms = any(name.endswith("_ms") for name in names)
    lines = [f"{result.bench}: {facts}", table(heads, cells)]
    return [*lines, *(["Times in ms."] if in_ms else []), *result.notes]


def cases_of(path: str | None, bench: str) -> Mapping[str, Case]:
    """The cases of a former run's JSON; none without a path. Raises Problem."""
    from textmeter.bench.result import other_cases

    if path is None:
        return {}
    try:
        return other_cases(json.loads(Path(path).read_text(encoding="utf-8")), bench)
    except OSError as error:
        raise Problem(f"{path} can't be read: {error.strerror}.") from None
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        said = str(error) if str(error).startswith("is not") else "is not JSON of a bench"
        raise WrongUsage(f"{path} {said}.") from None


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " ".join(map(_cell, value))
    if isinstance(value, float):
        return (
            f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}" if abs(value) < 1000 else f"{value:,.0f}"
        )
    return f"{value:,}" if isinstance(value, int) else str(value)
