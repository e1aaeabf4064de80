"""Reads a file into the ledger, whoever wrote it: a file of our own as it is, another one by what its columns
are called."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from textmeter.accounts.models import Company
from textmeter.intake.import_audit import ImportLine
from textmeter.intake.import_call_rows import CallReader, ImportedCall
from textmeter.intake.import_columns import Columns, read_columns
from textmeter.intake.import_csv import ImportReport, Progress, Refused, import_messages, take_rows
from textmeter.intake.import_foreign import ForeignRows, header_row
from textmeter.intake.import_foreign_calls import CALLS_HEADER, ForeignCalls
from textmeter.intake.import_foreign_texts import MESSAGES_HEADER, ForeignTexts
from textmeter.intake.import_form import BOM, UTF16, Opened, first_line, opened
from textmeter.intake.import_header import OF_CALLS, OF_MESSAGES, read_header
from textmeter.intake.import_lines import Broken, Cells, dialect, read_rows
from textmeter.intake.import_refusal import BadRow
from textmeter.intake.import_rows import ImportRow, RowReader
from textmeter.ledger.trackers import trackers_of
from textmeter.lib.days import now_ms, zone

NOTHING: Mapping[str, str] = {}
KINDS = (OF_MESSAGES, OF_CALLS)


def import_file(
    company: Company,
    source: Path | IO[bytes],
    *,
    zone_name: str | None = None,
    columns: Mapping[str, str] = NOTHING,
    dry_run: bool = False,
    progress: Progress | None = None,
    line: ImportLine | None = None,
) -> ImportReport:
    """As import_messages, of any file of messages or of calls. `columns`: meaning
    (import_columns.MEANINGS) → the name of the column that holds it, empty for none, where the names alone
    don't tell. Raises UnreadableFile, UnknownColumns where they don't tell enough, UnknownZone, OSError."""
    if not columns and _is_ours(first_line(source)):
        return import_messages(
            company, source, zone_name=zone_name, dry_run=dry_run, progress=progress, line=line
        )
    with opened(source) as file:
        rows = rows_of(file)
        header = header_row(rows)
        report = ImportReport(notes=(file.note,) if file.note else ())
        foreign = None
        kind = None if columns else next((one for one in KINDS if one.is_named_by(header.cells)), None)
        if kind:
            own = read_header(header.cells, kind)
            report.kind, report.ignored = kind.word, own.ignored
        else:
            foreign = foreign_rows(company, read_columns(header.cells, columns), zone_name)
            foreign.survey(rows)
            rows = rows_of(file)
            header_row(rows)
            own = MESSAGES_HEADER if isinstance(foreign, ForeignTexts) else CALLS_HEADER
            report.kind, report.columns, report.ignored = foreign.kind, foreign.taken(), foreign.passed_over()
        make = RowReader if report.kind == OF_MESSAGES.word else CallReader
        reader = make(own, company.zone, zone_name, now_ms())
        read = _read(rows, reader, foreign)
        take_rows(company, read, report, dry_run=dry_run, total=file.size, progress=progress, line=line)
        report.notes += tuple(foreign.notes()) if foreign else ()
        return report


def foreign_rows(company: Company, columns: Columns, zone_name: str | None) -> ForeignRows:
    make = ForeignTexts if columns.kind == OF_MESSAGES.word else ForeignCalls
    ours = frozenset(one.number for one in trackers_of(company.id))
    return make(columns, company.zone, zone(zone_name) if zone_name else None, ours)


def _is_ours(line: bytes) -> bool:
    """Whether that is the first line of our own file of messages: its names, between commas, in UTF-8."""
    if line.startswith(UTF16):
        return False
    try:
        names = next(csv.reader((line.removeprefix(BOM).decode(),)), [])
    except (UnicodeDecodeError, csv.Error):
        return False
    return OF_MESSAGES.is_named_by(names)


def rows_of(file: Opened) -> Iterator[Cells | Broken]:
    file.file.seek(0)
    return read_rows(_without_bom(file.file), dialect(file.delimiter))


def _without_bom(file: IO[bytes]) -> Iterator[bytes]:
    first = next(file, b"")
    if first:
        yield first.removeprefix(BOM)
        yield from file


def _read(
    rows: Iterable[Cells | Broken], reader: RowReader | CallReader, foreign: ForeignRows | None
) -> Iterator[ImportRow | ImportedCall | Refused]:
    for row in rows:
        if isinstance(row, Broken):
            yield Refused(row.line, row.reason)
            continue
        try:
            yield reader.read(foreign.cells(row) if foreign else row)
        except BadRow as error:
            yield Refused(row.line, reader.why(error))
