"""A file taken apart: one broken row spoils no other, and each is known by the line on which it begins."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from textmeter.intake.import_lines import LONGEST_ROW, Broken, read_rows
from textmeter.lib.csvcells import csv_chunks

NEVER_CLOSED = "A quote is opened in this line and never closed. Close it, or take it away."


def read(file: bytes) -> list[tuple[int, list[str] | str]]:
    return [
        (row.line, row.reason if isinstance(row, Broken) else row.cells)
        for row in read_rows(io.BytesIO(file))
    ]


def test_rows_are_known_by_the_line_on_which_they_begin() -> None:
    file = b'a,b\r\n"one\r\ntwo\nthree",x\r\n\r\n\n"q""q",y\nlast,z'
    assert read(file) == [
        (1, ["a", "b"]),
        (2, ["one\r\ntwo\nthree", "x"]),
        (7, ['q"q', "y"]),
        (8, ["last", "z"]),
    ]


def test_a_quote_that_is_never_closed_spoils_its_line_alone() -> None:
    assert read(b'a,b\n"open,1\nc,d\n"multi\nline",2\ne,f\n') == [
        (1, ["a", "b"]),
        (2, NEVER_CLOSED),
        (3, ["c", "d"]),
        (4, ["multi\nline", "2"]),
        (6, ["e", "f"]),
    ]


def test_quotes_inside_unquoted_cells_are_read_as_they_stand() -> None:
    assert read(b'a,b\n6" pipe,1\nc,d\n5" pipe,2\n') == [
        (1, ["a", "b"]),
        (2, ['6" pipe', "1"]),
        (3, ["c", "d"]),
        (4, ['5" pipe', "2"]),
    ]


def test_broken_lines_say_why() -> None:
    lines = read(b'"a"b,c\nx\xff,y\nn\0l,z\nok,1\n"a"b,"c\nok,2\n')
    assert [line for line, _ in lines] == [1, 2, 3, 4, 5, 6]
    reasons = [row for _, row in lines if isinstance(row, str)]
    assert reasons[0].startswith("The quotes of this line are broken")
    assert reasons[1].startswith("This line is not in UTF-8 (byte 2).")
    assert reasons[2] == "This line holds a NUL character, which no text can. Take it away."
    assert reasons[3] == NEVER_CLOSED
    assert [row for _, row in lines if not isinstance(row, str)] == [["ok", "1"], ["ok", "2"]]


def test_a_quote_that_opens_in_a_large_file_costs_one_look() -> None:
    """Flat memory, and the lines after it are not lost."""
    line = b"x" * 99 + b",y\n"
    count = LONGEST_ROW // len(line) + 1000
    rows = read(b'"open,1\n' + line * count)
    assert rows[0] == (1, NEVER_CLOSED)
    assert len(rows) == count + 1
    assert rows[-1][0] == count + 1


@given(st.lists(st.lists(st.text(alphabet="a,\"\r\n'= é", max_size=8), min_size=2, max_size=3), max_size=8))
def test_what_the_export_writes_is_read(rows: list[list[str]]) -> None:
    file = b"".join(csv_chunks(("a", "b"), rows))
    assert [cells for _, cells in read(file)] == [["a", "b"], *rows]


@given(st.binary(max_size=60) | st.text(alphabet='ab,"\r\n', max_size=60).map(str.encode))
def test_no_bytes_upset_it_and_no_line_is_lost(file: bytes) -> None:
    rows = list(read_rows(io.BytesIO(file)))
    lines = [row.line for row in rows]
    assert lines == sorted(set(lines))
    plain = [row.cells for row in rows if not isinstance(row, Broken)]
    if len(plain) == len(rows) and b'"' not in file and b"\r" not in file:
        text = file.decode()
        assert plain == [row for row in csv.reader(io.StringIO(text, newline="")) if row]
