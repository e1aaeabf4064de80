"""The first line of a file of messages: which column holds what. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textmeter.lib.message_columns import MESSAGES

NEEDED = ("direction", "customer_number", "tracking_number", "body")


class UnreadableFile(ValueError):
    """The file as a whole can't be read; the text says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Header:
    """`places`: for each of MESSAGES its place in a row; a column that is missing stands at `count`, where
    the reader of rows finds an empty cell. `ignored`: columns that nothing is made of."""

    places: tuple[int, ...]
    count: int
    ignored: tuple[str, ...]


def read_header(cells: Sequence[str]) -> Header:
    """Columns in any order, capital letters and spaces around aside. Raises UnreadableFile."""
    names = [cell.strip().lower() for cell in cells]
    twice = sorted({name for name in names if name in MESSAGES and names.count(name) > 1})
    if twice:
        raise UnreadableFile(f"The first line names {_listed(twice)} more than once.")
    missing = [name for name in NEEDED if name not in names]
    if not {"sent_at", "local_time"} & set(names):
        missing.insert(0, "sent_at (or local_time)")
    if missing:
        hint = " Cells must be separated by commas." if len(names) == 1 else ""
        raise UnreadableFile(f"The first line must name the columns; missing: {_listed(missing)}.{hint}")
    places = tuple(names.index(name) if name in names else len(names) for name in MESSAGES)
    unknown = tuple(cell.strip() for cell, name in zip(cells, names, strict=True) if name not in MESSAGES)
    return Header(places, len(names), unknown)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
