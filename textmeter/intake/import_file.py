"""Reads a file into the ledger, whoever wrote it: a file of our own as it is, another one by what its columns
are called."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from textmeter.accounts.models import Company
from textmeter.intake.import_columns import read_columns
from textmeter.intake.import_csv import ImportReport, Progress, Refused, import_messages, take_rows
from textmeter.intake.import_foreign import HEADER, ForeignTexts, without_header
from textmeter.intake.import_form import BOM, UTF16, Opened, first_line, opened
from textmeter.intake.import_header import NEEDED, UnreadableFile, read_header
from textmeter.intake.import_lines import Broken, Cells, dialect, read_rows
from textmeter.intake.import_rows import BadRow, ImportRow, RowReader
from textmeter.intake.import_times import BadTime
from textmeter.ledger.trackers import trackers_of
from textmeter.lib.days import now_ms, zone

NOTHING: Mapping[str, str] = {}


def import_file(
    company: Company,
    source: Path | IO[bytes],
    *,
    zone_name: str | None = None,
    columns: Mapping[str, str] = NOTHING,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """As import_messages, of any file of messages. `columns`: meaning (import_columns.MEANINGS) → the name
    of the column that holds it, empty for none, where the names alone don't tell. Raises UnreadableFile,
    UnknownColumns where they don't tell enough, UnknownZone, OSError."""
    if not columns and _is_ours(first_line(source)):
        return import_messages(company, source, zone_name=zone_name, dry_run=dry_run, progress=progress)
    with opened(source) as file:
        rows = _rows(file)
        header = without_header(rows)
        if header is None:
            raise UnreadableFile("The file is empty.")
        if isinstance(header, Broken):
            raise UnreadableFile(f"The first line can't be read. {header.reason}")
        notes = [file.note] if file.note else []
        if not columns and _names_ours(header.cells):
            # Ours, but saved by a spreadsheet in another form.
            ours = read_header(header.cells)
            reader = RowReader(ours, company.zone, zone_name, now_ms())
            report = ImportReport(ignored=ours.ignored, notes=tuple(notes))
            read = _read(rows, reader, None)
            take_rows(company, read, report, dry_run=dry_run, total=file.size, progress=progress)
            return report
        numbers = frozenset(one.number for one in trackers_of(company.id))
        asked = zone(zone_name) if zone_name else None
        foreign = ForeignTexts(read_columns(header.cells, columns), company.zone, asked, numbers)
        foreign.survey(rows)
        rows = _rows(file)
        without_header(rows)
        report = ImportReport(ignored=foreign.passed_over(), columns=foreign.taken())
        reader = RowReader(HEADER, company.zone, zone_name, now_ms())
        read = _read(rows, reader, foreign)
        take_rows(company, read, report, dry_run=dry_run, total=file.size, progress=progress)
        report.notes = (*notes, *foreign.notes())
        return report


def _is_ours(line: bytes) -> bool:
    """Whether that is the first line of a file of ours: its names, between commas, in UTF-8."""
    if line.startswith(UTF16):
        return False
    try:
        names = next(csv.reader((line.removeprefix(BOM).decode(),)), [])
    except (UnicodeDecodeError, csv.Error):
        return False
    return _names_ours(names)


def _names_ours(cells: Iterable[str]) -> bool:
    names = {cell.strip().lower() for cell in cells}
    return names.issuperset(NEEDED) and not names.isdisjoint(("sent_at", "local_time"))


def _rows(file: Opened) -> Iterator[Cells | Broken]:
    file.file.seek(0)
    return read_rows(_without_bom(file.file), dialect(file.delimiter))


def _without_bom(file: IO[bytes]) -> Iterator[bytes]:
    first = next(file, b"")
    if first:
        yield first.removeprefix(BOM)
        yield from file


def _read(
    rows: Iterable[Cells | Broken], reader: RowReader, foreign: ForeignTexts | None
) -> Iterator[ImportRow | Refused]:
    for row in rows:
        if isinstance(row, Broken):
            yield Refused(row.line, row.reason)
            continue
        try:
            yield reader.read(foreign.cells(row) if foreign else row)
        except (BadRow, BadTime) as error:
            yield Refused(row.line, str(error))
