"""A CSV file taken apart into rows, so that one broken row spoils no other. Pure.

Lines end with LF, CR LF as RFC 4180 says included. A quoted cell may hold line ends, so a row is as
many lines as it takes for its quotes to come out even. Where they never do, or what is inside makes no
row, only its first line is refused, and reading goes on at the next line.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from textmeter.lib.sentences import Sentence

LONGEST_ROW = 8 * 1024 * 1024  # bytes; the longest text that intake takes, with every sign a doubled quote

csv.field_size_limit(LONGEST_ROW)  # of this process; Python's own limit would refuse long texts


def dialect(delimiter: str) -> Any:
    """Made once for a file: a reader that is given one, ready-made, begins in half the time."""
    csv.register_dialect(f"import {delimiter}", csv.excel, delimiter=delimiter, strict=True)
    return csv.get_dialect(f"import {delimiter}")


_COMMAS = dialect(",")


class Broken(NamedTuple):
    """Why a line is no row."""

    line: int
    reason: str


class Cells(NamedTuple):
    """A row and the line, from 1, on which it begins; `end`: how many bytes of the file end with it;
    `is_plain`: no cell begins with `'`."""

    line: int
    cells: list[str]
    end: int
    is_plain: bool


def read_rows(lines: Iterable[bytes], form: Any = _COMMAS) -> Iterator[Cells | Broken]:
    """The rows in order; empty lines are passed over."""
    reading = _Reading(iter(lines))
    while (first := reading.take()) is not None:
        line = reading.line
        raw = reading.whole_row(first) if first.count(b'"') % 2 else first
        row = _cells(raw, form)
        if isinstance(row, str) and reading.give_back():
            # A quote inside an unquoted cell (6" pipe) is read as it stands.
            raw = first
            row = _cells(raw, form)
        if isinstance(row, str):
            yield Broken(line, row)
        elif row:
            is_plain = b",'" not in raw and b"\"'" not in raw and raw[:1] != b"'"
            yield Cells(line, row, reading.bytes_done, is_plain)


class _Reading:
    """Lines with a way back: those that followed the row's first can be read again as rows of their own."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._again: deque[bytes] = deque()
        self._followed: list[bytes] = []
        self.line = 0
        self.bytes_done = 0

    def take(self) -> bytes | None:
        """The first line of the next row, None at the end of the file."""
        self._followed = []
        return self._take()

    def whole_row(self, first: bytes) -> bytes:
        """The lines up to where the quotes come out even; as many as a row may hold where they don't."""
        size = len(first)
        while size <= LONGEST_ROW and (line := self._take()) is not None:
            self._followed.append(line)
            size += len(line)
            if line.count(b'"') % 2:
                break
        return first + b"".join(self._followed)

    def give_back(self) -> bool:
        """Everything after the row's first line is to be read again; says whether there was anything."""
        followed, self._followed = self._followed, []
        self._again.extendleft(reversed(followed))
        self.line -= len(followed)
        self.bytes_done -= sum(map(len, followed))
        return bool(followed)

    def _take(self) -> bytes | None:
        line = self._again.popleft() if self._again else next(self._lines, None)
        if line is not None:
            self.line += 1
            self.bytes_done += len(line)
        return line


def _cells(raw: bytes, form: Any) -> list[str] | Sentence:
    """The cells, none for an empty line; or why they can't be read."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return Sentence(
            "This line is not in UTF-8 (byte %(place)s). Save the file as CSV with the encoding UTF-8.",
            place=str(error.start + 1),
        )
    if "\0" in text:
        return Sentence("This line holds a NUL character, which no text can. Take it away.")
    try:
        return next(csv.reader((text,), form))
    except csv.Error as error:
        if "larger than field limit" in str(error):
            return Sentence(
                "A cell of this line is longer than %(most)s signs. Shorten it.", most=csv.field_size_limit()
            )
        if "\r" in text.rstrip("\r\n"):
            return Sentence(
                "Lines end with a lone carriage return. Save the file with the line ends of Windows or Unix."
            )
        if text.count('"') % 2:
            return Sentence("A quote is opened in this line and never closed. Close it, or take it away.")
        return Sentence(
            'The quotes of this line are broken: a cell with a quote in it is written "like ""this""".'
        )
