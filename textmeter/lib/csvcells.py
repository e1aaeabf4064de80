"""Cells of CSV files, there and back: what a spreadsheet must not run, times, booleans, and the file's
form (RFC 4180, UTF-8 without BOM, CRLF).

A cell that a spreadsheet could take for a formula gets one `'` in front: one that begins with `=`, `+`,
`-`, `@`, a tab or CR, after any number of `'`. So a text that begins with `'=` itself gets one more,
and taking exactly one off gives back every text. Phone numbers (`+` and digits) in columns of numbers
stay as they are: no spreadsheet can do harm with them, and programs read them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from textmeter.lib.days import local

ROWS_A_CHUNK = 500
T = TypeVar("T")

_RISKY = re.compile(r"'*[=+\-@\t\r]")
_FIRST_SIGNS = frozenset("'=+-@\t\r")
_TO_QUOTE = re.compile('[",\r\n]').search
_NUMBER = re.compile(r"\+[0-9]+")


def text_cell(value: str | None) -> str:
    """A text as its cell; None, for unknown, as the empty one."""
    if not value:
        return ""
    return f"'{value}" if value[0] in _FIRST_SIGNS and _RISKY.match(value) else value


def number_cell(number: str) -> str:
    """A phone number, or what a carrier gave for one, in a column of numbers."""
    return number if _NUMBER.fullmatch(number) else text_cell(number)


def read_cell(cell: str) -> str:
    """The text or number that the cell stands for: `'` off again where one was put."""
    return cell[1:] if cell[:1] == "'" and _RISKY.match(cell) else cell


def boolean_cell(value: bool) -> str:
    return "true" if value else "false"


def count_cell(value: int | None) -> str:
    return "" if value is None else str(value)


def time_cells(at: int, tz: ZoneInfo) -> tuple[str, str]:
    """The instant `at` (ms) as `2026-03-04T09:33:00.000-05:00` and as `2026-03-04 09:33:00`, both in `tz`."""
    iso = local(at, tz).isoformat(timespec="milliseconds")
    return iso, f"{iso[:10]} {iso[11:19]}"


def in_quotes(cell: str) -> str:
    """As it stands between two commas of a line: in quotation marks where it holds a comma, a quotation mark
    or an end of line, as csv.writer has it."""
    return '"' + cell.replace('"', '""') + '"' if _TO_QUOTE(cell) else cell


def csv_chunks(
    header: Sequence[str], rows: Iterable[Sequence[str]], rows_a_chunk: int = ROWS_A_CHUNK
) -> Iterator[bytes]:
    """The file in pieces of some hundred rows, the header in the first, none held longer than its turn.
    Closing this closes `rows`."""
    return _chunks(header, rows, rows_a_chunk, _written)


def line_chunks(
    header: Sequence[str], lines: Iterable[str], rows_a_chunk: int = ROWS_A_CHUNK
) -> Iterator[bytes]:
    """The same of finished lines, each with its CRLF: half the work where a row's writer knows which of its
    cells can need quotation marks."""
    return _chunks(header, lines, rows_a_chunk, "".join)


def _chunks(
    header: Sequence[str], rows: Iterable[T], rows_a_chunk: int, written: Callable[[Sequence[T]], str]
) -> Iterator[bytes]:
    rest = iter(rows)
    try:
        yield _written([header]).encode()
        while chunk := list(islice(rest, rows_a_chunk)):
            yield written(chunk).encode()
    finally:
        close = getattr(rows, "close", None)
        if close:
            close()


def _written(rows: Sequence[Sequence[str]]) -> str:
    page = io.StringIO(newline="")
    csv.writer(page, lineterminator="\r\n").writerows(rows)
    return page.getvalue()
