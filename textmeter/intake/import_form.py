"""In what form a file of others comes: how its signs are written, and what stands between its cells.

Spreadsheets save CSV as UTF-8, as UTF-16 with tabs, or in the encoding of old Windows, with commas or
semicolons by the country they are set to.
"""

from __future__ import annotations

import codecs
import csv
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from textmeter.intake.import_header import UnreadableFile
from textmeter.lib.sentences import Sentence

BOM = codecs.BOM_UTF8
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DELIMITERS = (",", ";", "\t", "|")
_LONGEST_FIRST_LINE = 1024 * 1024
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """`file`: at its beginning, in UTF-8, can be read again. `size`: bytes. `note`: says that it was in
    another encoding."""

    file: IO[bytes]
    size: int
    delimiter: str
    note: str | None


@contextmanager
def opened(source: Path | IO[bytes]) -> Iterator[Opened]:
    """The file in UTF-8, whatever it comes in. Only what is in something else, or comes through a pipe, is
    written anew, as a temporary file."""
    with tempfile.TemporaryFile() as copy:
        if isinstance(source, Path):
            with source.open("rb") as file:
                yield _ready(file, copy)
        elif source.seekable():
            yield _ready(source, copy)
        else:
            shutil.copyfileobj(source, copy, _PIECE)
            copy.seek(0)
            with tempfile.TemporaryFile() as again:
                yield _ready(copy, again)


def first_line(source: Path | IO[bytes]) -> bytes:
    """Up to the first line end, and nothing of it is taken away. Raises OSError."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            return file.readline(_LONGEST_FIRST_LINE)
    if isinstance(source, io.BufferedReader) and not source.seekable():
        return source.peek(1).partition(b"\n")[0]  # as much as the pipe gave at once: some thousand bytes
    place = source.tell()
    line = source.readline(_LONGEST_FIRST_LINE)
    source.seek(place)
    return line


def delimiter_of(line: str) -> str:
    """The one that gives the most cells; a spreadsheet's own `sep=;` stands before that. Raises
    UnreadableFile."""
    if line.startswith("sep=") and line[4:5] in DELIMITERS:
        return line[4:5]
    try:
        return max(DELIMITERS, key=lambda one: len(next(csv.reader((line,), delimiter=one), [])))
    except csv.Error:
        raise UnreadableFile(
            Sentence(
                "The first line can’t be read. Lines that end with a carriage return alone, as in “CSV "
                "(Macintosh)”, are not understood: save the file as CSV with the encoding UTF-8."
            )
        ) from None


def _ready(file: IO[bytes], copy: IO[bytes]) -> Opened:
    begin = file.read(len(BOM))
    file.seek(0)
    encoding = "utf-16" if begin.startswith(UTF16) else "utf-8" if begin == BOM else _encoding(file)
    file.seek(0)
    if encoding != "utf-8":
        # What no sign stands for becomes U+FFFD: a text with one odd sign is worth more than none.
        for line in codecs.getreader(encoding)(file, "replace"):
            copy.write(line.encode("utf-8", "replace"))
        copy.seek(0)
        file = copy
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    line = file.readline(_LONGEST_FIRST_LINE).removeprefix(BOM).decode("utf-8", "replace")
    file.seek(0)
    note = {
        "utf-16": Sentence("The file is in UTF-16."),
        "cp1252": Sentence("The file is not in UTF-8; it was read as Windows-1252."),
    }
    return Opened(file, size, delimiter_of(line), note.get(encoding))


def _encoding(file: IO[bytes]) -> str:
    """UTF-8 unless more lines are none than are. A single broken line is refused by itself later on."""
    fit = unfit = 0
    for line in file:
        if not line.isascii():
            try:
                line.decode()
                fit += 1
            except UnicodeDecodeError:
                unfit += 1
    return "cp1252" if unfit > fit else "utf-8"
