"""CONTRACT.md, "CSV": which cells get one `'` in front, and that import takes exactly one off again."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmeter.lib.csvcells import csv_chunks, in_quotes, line_chunks, number_cell, read_cell, text_cell

GUARDED = re.compile(r"^'*[=+\-@\t\r]")
risky = st.text(alphabet=st.sampled_from("'=+-@\t\r\n\",;a1 "), max_size=6)
texts = st.one_of(st.text(), risky)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("", ""),
        ("Hi", "Hi"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@me", "'@me"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "\nx"),
        (" =1", " =1"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("'tis", "'tis"),
        ("'", "'"),
        ("''", "''"),
    ],
)
def test_a_cell_that_a_spreadsheet_could_run_gets_one_quote(text: str, cell: str) -> None:
    assert text_cell(text) == cell
    assert read_cell(cell) == text


@pytest.mark.parametrize(
    ("number", "cell"),
    [
        ("+14045550112", "+14045550112"),
        ("+", "'+"),
        ("+1404555\n", "'+1404555\n"),
        ("+1 404", "'+1 404"),
        ("+١", "'+١"),
        ("'+14045550112", "''+14045550112"),
        ("=1", "'=1"),
        ("ACME", "ACME"),
    ],
)
def test_plus_and_digits_stay_in_columns_of_numbers(number: str, cell: str) -> None:
    assert number_cell(number) == cell
    assert read_cell(cell) == number
    assert text_cell("+14045550112") == "'+14045550112"


@given(texts)
def test_every_text_comes_back(text: str) -> None:
    for cell in (text_cell(text), number_cell(text)):
        assert read_cell(cell) == text
    assert text_cell(text) == (f"'{text}" if GUARDED.match(text) else text)


@given(st.lists(st.lists(texts, min_size=2, max_size=4), max_size=12), st.integers(1, 5))
def test_the_file_is_rfc_4180_whatever_the_cells(rows: list[list[str]], size: int) -> None:
    chunks = list(csv_chunks(("a", "b"), rows, rows_a_chunk=size))
    file = b"".join(chunks).decode()
    assert file.startswith("a,b\r\n")
    assert file.endswith("\r\n")
    assert list(csv.reader(io.StringIO(file, newline=""), strict=True)) == [["a", "b"], *rows]
    assert len(chunks) == 1 + -(-len(rows) // size)
    # Outside of quotes, lines end with CRLF and nothing else.
    bare = re.sub(r'"(?:[^"]|"")*"', "", file)
    assert bare.replace("\r\n", "").translate({13: None, 10: None}) == bare.replace("\r\n", "")


def test_a_reader_who_goes_away_ends_what_was_read() -> None:
    ended = []

    def rows():
        try:
            while True:
                yield ("x", "y")
        finally:
            ended.append(True)

    chunks = csv_chunks(("a", "b"), rows(), rows_a_chunk=2)
    assert next(chunks) == b"a,b\r\n"
    assert next(chunks) == b"x,y\r\nx,y\r\n"
    chunks.close()
    assert ended == [True]


@given(st.lists(texts, min_size=2, max_size=5))
def test_a_finished_line_is_what_csv_writer_makes_of_its_cells(cells: list[str]) -> None:
    (header, line) = csv_chunks(("a", "b"), [cells])
    assert list(line_chunks(("a", "b"), [",".join(map(in_quotes, cells)) + "\r\n"])) == [header, line]


def test_a_reader_of_lines_who_goes_away_ends_what_was_read() -> None:
    lines = (f"{n},x\r\n" for n in range(9))
    chunks = line_chunks(("a", "b"), lines, rows_a_chunk=2)
    assert [next(chunks), next(chunks)] == [b"a,b\r\n", b"0,x\r\n1,x\r\n"]
    chunks.close()
    assert list(lines) == []
