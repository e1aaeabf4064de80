"""Reads a file of messages into the ledger: the one that the export writes, or one like it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, TextIO

from django.db import transaction

from textmeter.accounts.models import Company
from textmeter.intake.import_audit import ImportLine, in_counts
from textmeter.intake.import_call_rows import ImportedCall
from textmeter.intake.import_elsewhere import WORTH_A_PROCESS, elsewhere
from textmeter.intake.import_header import OF_CALLS, Header, UnreadableFile, read_header
from textmeter.intake.import_lines import Broken, Cells, read_rows
from textmeter.intake.import_pace import Pace, much_to_write
from textmeter.intake.import_packing import packed, unpacked
from textmeter.intake.import_refusal import BadRow
from textmeter.intake.import_rows import ImportRow, Refused, RowReader
from textmeter.intake.import_trackers import TrackerMaker
from textmeter.ledger.planner import Growth
from textmeter.ledger.record import Outcome, record
from textmeter.ledger.turns import is_awaited, long_work
from textmeter.lib.days import now_ms
from textmeter.lib.phone import why_it_cannot_text
from textmeter.lib.sentences import Sentence

__all__ = ["ImportReport", "Refused", "UnreadableFile", "import_messages"]

Progress = Callable[[int, int], None]
_Row = ImportRow | ImportedCall

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(slots=True)
class ImportReport:
    """`known`: messages that the ledger had already, whether or not the file told more of them.
    `ignored`: columns of the file that nothing is made of. `trackers_made`: (number, name) of each tracker
    that the file brought. `kind`: messages or calls. Of a file of others: `columns`, what was taken
    for what (meaning, column); and `notes`, sentences that say how it was read."""

    added: int = 0
    known: int = 0
    refused: list[Refused] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    trackers_made: list[tuple[str, str]] = field(default_factory=list)
    kind: str = "messages"
    columns: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def refuse(self, line: int, reason: str) -> None:
        self.refused.append(Refused(line, _once(reason)))


@lru_cache(maxsize=1024)
def _once(reason: str) -> str:
    """One object for all lines with the same reason: a file may have millions of them."""
    return reason


def import_messages(
    company: Company,
    file: TextIO | IO[bytes] | Path | str,
    *,
    zone_name: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    line: ImportLine | None = None,
) -> ImportReport:
    """Takes the file's messages into the company. A row that can't be taken is refused and stops nothing
    else. `zone_name`: the zone of times without an offset; `dry_run`: everything is tried, and taken back;
    `progress` is told the bytes done and in all (0: unknown); `line`: says in Changes what came of it.

    Each batch of rows is whole in itself, so an import that was broken off is simply begun again. Raises
    UnreadableFile where the file as a whole is none of this kind, UnknownZone, OSError."""
    with _opened(file) as lines:
        rows = read_rows(_checked(lines))
        header = _header(rows)
        report = ImportReport(ignored=header.ignored)
        reader = RowReader(header, company.zone, zone_name, now_ms())
        total = _size_of(lines)
        made = _read(rows, reader)
        is_large = isinstance(file, str | Path) and total >= WORTH_A_PROCESS
        with elsewhere(made, packed, unpacked) if is_large else nullcontext(made) as read:
            take_rows(company, read, report, dry_run=dry_run, total=total, progress=progress, line=line)
    return report


def take_rows(
    company: Company,
    read: Iterable[ImportRow | ImportedCall | Refused],
    report: ImportReport,
    *,
    dry_run: bool,
    total: int,
    progress: Progress | None,
    line: ImportLine | None,
) -> None:
    """Records rows as they come, and tells of them in `report`; `total`: bytes of the file."""
    with long_work(), much_to_write():
        are_calls = report.kind == OF_CALLS.word
        trackers = TrackerMaker(company.id, are_for_calls=are_calls)
        table = "ledger_call" if are_calls else "ledger_message"
        growth = Growth(company.id, table)
        target = _Trial(company, trackers, growth) if dry_run else _Target(company, trackers, growth, line)
        for bulk in _bulks(read, report, target):
            target.take(bulk, report)
            if progress:
                progress(bulk[-1].end, total)
    report.trackers_made = target.trackers.made()
    report.notes += tuple(target.trackers.notes(company.zone))
    if line and not dry_run:
        with transaction.atomic():
            counts = report.added, len(report.refused), len(report.trackers_made)
            line.tell(in_counts(report.kind, *counts), is_done=True)
    report.refused.sort(key=lambda one: one.line)


def _opened(file: TextIO | IO[bytes] | Path | str) -> Any:
    """A context with the file's lines as bytes, however it was given: so that a line that is not in
    UTF-8 is refused by itself."""
    if isinstance(file, str | Path):
        return Path(file).open("rb")
    beneath = getattr(file, "buffer", None)
    if beneath is not None:
        return nullcontext(beneath)
    first = file.read(0)
    return nullcontext(file if isinstance(first, bytes) else _encoded(file))


def _encoded(file: Iterable[Any]) -> Iterator[bytes]:
    return (line.encode("utf-8", "surrogatepass") for line in file)


def _size_of(lines: Any) -> int:
    try:
        return os.fstat(lines.fileno()).st_size
    except (AttributeError, OSError):
        return 0


def _checked(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines without the mark that spreadsheets put in front of a file."""
    rest = iter(lines)
    first = next(rest, b"")
    if first.startswith(_UTF16):
        raise UnreadableFile(Sentence("The file is in UTF-16. Save it as CSV with the encoding UTF-8."))
    if first:
        yield first.removeprefix(_BOM)
        yield from rest


def _header(rows: Iterator[Cells | Broken]) -> Header:
    first = next(rows, None)
    if first is None:
        raise UnreadableFile(Sentence("The file is empty."))
    if isinstance(first, Broken):
        raise UnreadableFile(Sentence("The first line can’t be read. %(why)s", why=first.reason))
    return read_header(first.cells)


def _read(rows: Iterable[Cells | Broken], reader: RowReader) -> Iterator[ImportRow | Refused]:
    for row in rows:
        if isinstance(row, Broken):
            yield Refused(row.line, row.reason)
            continue
        try:
            yield reader.read(row)
        except BadRow as error:
            yield Refused(row.line, reader.why(error))


def _bulks(read: Iterable[_Row | Refused], report: ImportReport, target: _Target) -> Iterator[list[_Row]]:
    """Readable rows, as many at a time as a transaction of the target takes now."""
    bulk: list[_Row] = []
    for row in read:
        if isinstance(row, Refused):
            report.refuse(row.line, row.reason)
            continue
        bulk.append(row)
        if len(bulk) >= target.pace.bulk_size:
            yield bulk
            bulk = []
    if bulk:
        yield bulk


class _Target:
    """The ledger of one company, written batch by batch, several in a transaction where nobody waits."""

    def __init__(
        self, company: Company, trackers: TrackerMaker, growth: Growth, line: ImportLine | None = None
    ) -> None:
        self.company = company
        self.pace = Pace()
        self.trackers = trackers
        self.growth = growth
        self.line = line

    def take(self, rows: Sequence[_Row], report: ImportReport) -> None:
        while rows:
            outcomes = self._take_some(rows, report)
            self._tell(rows[: len(outcomes)], outcomes, report)
            rows = rows[len(outcomes) :]

    def _take_some(self, rows: Sequence[_Row], report: ImportReport) -> list[Outcome]:
        """In one transaction all of the rows, or those that are recorded when somebody waits for its end."""
        outcomes: list[Outcome] = []
        is_hurried = False
        with transaction.atomic():
            self._begin()
            while len(outcomes) < len(rows) and not is_hurried:
                batch = rows[len(outcomes) :][: self.pace.batch_size]
                began = time.monotonic()  # the wait for other writers is over
                outcomes += self._write(batch)
                is_hurried = is_awaited()
                self.pace.took(len(batch), time.monotonic() - began, is_hurried)
            self._end(outcomes, report)
            recorded = time.monotonic()
        self.pace.committed(len(outcomes), time.monotonic() - recorded)
        self.growth.grew(len(outcomes))
        return outcomes

    def _tell(self, rows: Sequence[_Row], outcomes: Sequence[Outcome], report: ImportReport) -> None:
        for row, outcome in zip(rows, outcomes, strict=True):
            if self._is_new(row, outcome):
                report.added += 1
            elif outcome.is_refused:
                report.refuse(row.line, _refusal(row))
            else:
                report.known += 1

    def _begin(self) -> None:
        """First in each transaction."""

    def _end(self, outcomes: Sequence[Outcome], report: ImportReport) -> None:
        """Last in each transaction. `report`: as it was before."""
        if self.line:
            added = sum(outcome is Outcome.ADDED for outcome in outcomes)
            refused = sum(outcome.is_refused for outcome in outcomes)
            so_far = report.added + added, len(report.refused) + refused, len(self.trackers.made())
            self.line.tell(in_counts(report.kind, *so_far), is_done=False)

    def _write(self, batch: Sequence[_Row]) -> list[Outcome]:
        self.trackers.make(batch)
        outcomes = record(self.company, [row.seen for row in batch]).outcomes
        told = [
            row.apart
            for row, outcome in zip(batch, outcomes, strict=True)
            if row.apart and not outcome.is_refused
        ]
        record(self.company, told)
        return outcomes

    def _is_new(self, row: _Row, outcome: Outcome) -> bool:
        return outcome is Outcome.ADDED


class _Trial(_Target):
    """Writes all and takes it back, so that nothing is left and yet everything was tried.
    Remembers which messages it has met, for the ledger can't."""

    def __init__(self, company: Company, trackers: TrackerMaker, growth: Growth) -> None:
        super().__init__(company, trackers, growth)
        self._met: set[tuple[str, str]] = set()

    def _begin(self) -> None:
        self.trackers.make_again()

    def _end(self, outcomes: Sequence[Outcome], report: ImportReport) -> None:
        transaction.set_rollback(True)

    def _is_new(self, row: _Row, outcome: Outcome) -> bool:
        key = row.seen.carrier, row.seen.carrier_ref
        if outcome is not Outcome.ADDED or key in self._met:
            return False
        self._met.add(key)
        return True


def _refusal(row: _Row) -> str:
    """Says of a number that can't text just that, whoever owns it, and of another company's number what
    it says of nobody's."""
    number = row.ours
    why = None if isinstance(row, ImportedCall) else why_it_cannot_text(number)
    if why:
        return Sentence("%(number)s can’t text. %(why)s", number=number, why=why.sentence)
    return Sentence("%(number)s is not a tracking number of this company.", number=number)
