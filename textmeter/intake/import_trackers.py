"""Trackers that a file needs, made where their numbers are free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textmeter.intake.import_call_rows import ImportedCall
from textmeter.intake.import_rows import ImportRow
from textmeter.ledger.trackers import add_tracker, owners_of
from textmeter.lib.phone import CannotText, national, why_it_cannot_text

_Names = tuple[str, str]  # number_name, source


@dataclass(slots=True)
class _Made:
    """A number whose trackers this import made: the latest names, and the latest row that had them."""

    names: _Names
    latest: int


class TrackerMaker:
    """Makes trackers for numbers that nobody ever owned, named as the first row of each number says;
    a tracker that is there already stays as it is.

    A number may have gone from one tracker of the company to another: in a file of ours the rows of the
    same number then bear another name from some instant on. So from there on a second tracker is
    made. Other files may just spell names as they like, so there the first name holds.
    """

    def __init__(self, company_id: int, *, are_for_calls: bool = False) -> None:
        self._company_id = company_id
        self._are_for_calls = are_for_calls
        self._settled: set[str] = set()  # numbers that have an owner, or can't be a tracker's
        self._made: dict[str, _Made] = {}
        self._steps: list[tuple[str, _Names, int | None]] = []

    def make(self, rows: Iterable[ImportRow | ImportedCall]) -> None:
        """Within the transaction that records the rows."""
        batch = list(rows)
        self._settle({row.ours for row in batch} - self._settled - self._made.keys())
        for row in batch:
            if row.ours not in self._settled:
                self._follow(row)

    def make_again(self) -> None:
        """All that were made so far once more, after they were taken back: for a trial without traces."""
        for step in self._steps:
            self._add(*step)

    def made(self) -> list[tuple[str, str]]:
        """Number and name of each tracker that was made, in the order of the file."""
        return [(number, name) for number, (name, _), _ in self._steps]

    def _settle(self, numbers: set[str]) -> None:
        if numbers:
            owned = owners_of(numbers)
            self._settled |= {number for number in numbers if number in owned or not self._can_be(number)}

    def _can_be(self, number: str) -> bool:
        why = why_it_cannot_text(number)
        return why is None or (self._are_for_calls and why is not CannotText.INVALID)

    def _follow(self, row: ImportRow | ImportedCall) -> None:
        names, at = (row.number_name, row.source), row.at
        made = self._made.get(row.ours)
        if made is None:
            self._made[row.ours] = _Made(names, at)
            self._step(row, names, None)
        elif row.is_exported and names != made.names and at > made.latest:
            self._made[row.ours] = _Made(names, at)
            self._step(row, names, at)
        else:
            made.latest = max(made.latest, at)

    def _step(self, row: ImportRow | ImportedCall, names: _Names, owns_from: int | None) -> None:
        name = row.number_name if row.is_exported else " ".join(row.number_name.split()) or national(row.ours)
        step = row.ours, (name, row.source), owns_from
        self._steps.append(step)
        self._add(*step)

    def _add(self, number: str, names: _Names, owns_from: int | None) -> None:
        name, source = names
        add_tracker(self._company_id, number=number, name=name, source=source, owns_from=owns_from)
