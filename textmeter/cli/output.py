"""What commands print: aligned columns for people, JSON for scripts (ids are strings)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")


def show(value: Any, as_json: bool, in_words: Callable[[], str]) -> None:
    """Prints `value` as JSON, or else the words for people."""
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        words = in_words()
        if words:
            click.echo(words)


def note(words: str, as_json: bool) -> None:
    """What people should know beside the result: on standard error, and not for scripts."""
    if words and not as_json:
        click.echo(f"Note: {words}", err=True)


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns aligned with two spaces between them; control signs in cells become spaces."""
    lines = [list(headers)] + [[_plain(cell) for cell in row] for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headers))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _plain(cell: object) -> str:
    """Names and texts come from outside: nothing in them may steer the terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in str(cell))


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 conversation`, `1,204 conversations`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
