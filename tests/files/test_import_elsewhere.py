"""Rows made by another process: the same rows, the same errors, and nothing left running."""

from __future__ import annotations

import gc
import io
import multiprocessing
import os
import pickle
import signal
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.files.reading import file_of, refusals
from tests.scene import company
from textmeter.intake import import_csv, import_elsewhere
from textmeter.intake.import_csv import ImportReport, import_messages
from textmeter.intake.import_elsewhere import ReaderEnded, elsewhere
from textmeter.intake.import_header import read_header
from textmeter.intake.import_lines import Cells, read_rows
from textmeter.intake.import_packing import packed, unpacked
from textmeter.intake.import_rows import ImportRow, RowReader
from textmeter.ledger.readings import Columns
from textmeter.ledger.statements import fetch
from textmeter.lib.days import zone


@pytest.fixture(autouse=True)
def _no_process_stays() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


@pytest.fixture
def pieces_of_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_elsewhere, "FIRST_PIECE", 10)
    monkeypatch.setattr(import_elsewhere, "PIECE", 10)


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 30])
def test_items_come_in_their_order(pieces_of_ten: None, count: int) -> None:
    made = ((n, os.getpid()) for n in range(count))
    with elsewhere(made) as items:
        taken = list(items)
    assert [n for n, _ in taken] == list(range(count))
    assert os.getpid() not in {process for _, process in taken}


def test_garbage_is_looked_for_seldom_there_and_as_ever_here() -> None:
    usual = gc.get_threshold()
    with elsewhere(gc.get_threshold() for _ in range(1)) as items:
        ((often, *others),) = items
    assert often > 100 * usual[0]
    assert (*others,) == usual[1:]
    assert gc.get_threshold() == usual


def test_what_is_raised_there_is_raised_here(pieces_of_ten: None) -> None:
    def broken() -> Iterator[int]:
        yield from range(15)
        raise FileNotFoundError(2, "No such file", "texts.csv")

    with elsewhere(broken()) as items:
        assert [next(items) for _ in range(10)] == list(range(10))
        with pytest.raises(FileNotFoundError, match=r"No such file: 'texts\.csv'"):
            next(items)


def test_a_process_that_was_ended_is_no_end_of_the_file(pieces_of_ten: None) -> None:
    def ended() -> Iterator[int]:
        yield from range(15)
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(ReaderEnded, match="ended from outside"), elsewhere(ended()) as items:
        list(items)


def test_nor_is_one_that_was_ended_with_half_a_piece_on_its_way() -> None:
    """A large piece goes in parts: first its length, then as much as a pipe holds."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    with receiver:
        os.write(sender.fileno(), struct.pack("!i", 100_000) + b"half")
        sender.close()
        with pytest.raises(ReaderEnded):
            next(import_elsewhere._taken(receiver, list))


def test_leaving_early_ends_the_process(pieces_of_ten: None) -> None:
    with elsewhere(iter(range(1_000_000))) as items:
        assert next(items) == 0


@pytest.mark.parametrize("bodies", ["taken", "refused", "both"])
def test_rows_come_out_of_their_packing_as_they_went_in(bodies: str) -> None:
    rows = [{"body": "hi", "media_count": "2", "customer_name": "Bo"}, {"body": ""}, {"status": "odd"}]
    chosen = {"taken": rows[:2], "refused": rows[2:], "both": rows}[bodies]
    lines = read_rows(io.BytesIO(file_of(*chosen).encode()))
    header = next(lines)
    assert isinstance(header, Cells)
    reader = RowReader(read_header(header.cells), zone("America/New_York"), None, 1_700_000_000_000)
    read = list(import_csv._read(lines, reader))
    assert len(read) == len(chosen)
    back = unpacked(pickle.loads(pickle.dumps(packed(read))))
    assert back == read
    assert [type(one) for one in back] == [type(one) for one in read]
    assert all(type(one.seen.columns) is Columns for one in back if isinstance(one, ImportRow))


@pytest.mark.django_db
def test_a_large_file_is_taken_just_like_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pieces_of_ten: None
) -> None:
    rows = [{"body": f"text {n}", "status": "delivered" if n % 7 else "odd"} for n in range(60)]
    rows += [{"body": "a photo", "media_count": "2", "agent": "Ann", "customer_name": "Bo"}]
    path = tmp_path / "texts.csv"
    path.write_text(file_of(*rows) + '"never closed\r\n', newline="")
    here = _taken_by("here", path)
    monkeypatch.setattr(import_csv, "WORTH_A_PROCESS", 0)
    there = _taken_by("there", path)
    assert (len(here[1]), len(here[2])) == (52, 10)
    assert there == here


def _taken_by(name: str, path: Path) -> tuple[list[Any], list[tuple[Any, ...]], list[tuple[int, str]]]:
    """The report, the messages and what was refused, by a company whose number it is from now on."""
    owner = company(name)
    file = path.read_text().replace("5550180", "5550180" if name == "here" else "5550181")
    path.write_text(file, newline="")
    told: list[tuple[int, int]] = []
    report: ImportReport = import_messages(owner, path, progress=lambda *at: told.append(at))
    messages = fetch(
        "SELECT direction, sent_at, status, body, media, agent, local_date FROM ledger_message"
        " WHERE company_id = %s ORDER BY body",
        [owner.id],
    )
    return [report.added, report.known, report.ignored, told], messages, refusals(report)
