"""Trackers that a file needs, made where their numbers are free."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from textmeter.intake.import_call_rows import ImportedCall
from textmeter.intake.import_refusal import shown
from textmeter.intake.import_rows import ImportRow
from textmeter.ledger.trackers import Owner, add_tracker, owner_at, owners_of, trackers_of
from textmeter.lib.days import stamp
from textmeter.lib.phone import CannotText, national, why_it_cannot_text
from textmeter.lib.sentences import Sentence, counted

MOST_NOTED = 5  # of each kind
_Names = tuple[str, str]  # number_name, source


@dataclass(slots=True)
class _Made:
    """A number whose trackers this import made: the latest names, the latest row that had them, and the first
    (0: all from the beginning of time)."""

    names: _Names
    latest: int
    begins: int = 0


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
        self._owners: dict[str, list[Owner]] = {}  # of numbers that have some
        self._called: dict[int, str] = {}  # the company's own names, by tracker
        self._otherwise: dict[str, tuple[str, str]] = {}  # by number: the file's name, and the one here

    def make(self, rows: Iterable[ImportRow | ImportedCall]) -> None:
        """Within the transaction that records the rows."""
        batch = list(rows)
        self._settle({row.ours for row in batch} - self._settled - self._made.keys())
        for row in batch:
            if row.ours not in self._settled:
                self._follow(row)
            elif row.number_name and row.ours not in self._otherwise:
                self._compare(row)

    def make_again(self) -> None:
        """All that were made so far once more, after they were taken back: for a trial without traces."""
        for step in self._steps:
            self._add(*step)

    def made(self) -> list[tuple[str, str]]:
        """Number and name of each tracker that was made, in the order of the file."""
        return [(number, name) for number, (name, _), _ in self._steps]

    def notes(self, zone: ZoneInfo) -> list[Sentence]:
        """Where the file's numbers change hands, and where its names are not those that numbers have here."""
        former: dict[str, str] = {}
        found = []
        for number, (name, _), owns_from in self._steps:
            if owns_from is not None:
                found.append(_goes_on(number, former[number], name, stamp(owns_from, zone)))
            former[number] = name
        other = [_called_otherwise(number, *names) for number, names in self._otherwise.items()]
        return [*_first(found, _more_go_on), *_first(other, _more_are_called)]

    def _settle(self, numbers: set[str]) -> None:
        if numbers:
            owned = owners_of(numbers)
            if owned and not self._called:
                self._called = {one.id: one.name for one in trackers_of(self._company_id)}
            self._owners |= owned
            self._settled |= {number for number in numbers if number in owned or not self._can_be(number)}

    def _can_be(self, number: str) -> bool:
        why = why_it_cannot_text(number)
        return why is None or (self._are_for_calls and why is not CannotText.INVALID)

    def _compare(self, row: ImportRow | ImportedCall) -> None:
        owner = owner_at(self._owners.get(row.ours, ()), row.at)
        here = self._called.get(owner.tracker_id) if owner else None
        if here is not None and _differ(row.number_name, here):
            self._otherwise[row.ours] = row.number_name, here

    def _follow(self, row: ImportRow | ImportedCall) -> None:
        names, at = (row.number_name, row.source), row.at
        made = self._made.get(row.ours)
        if made is None:
            self._made[row.ours] = _Made(names, at)
            self._step(row, names, None)
        elif row.is_exported and names != made.names and at > made.latest:
            self._made[row.ours] = _Made(names, at, at)
            self._step(row, names, at)
        else:
            made.latest = max(made.latest, at)
            if row.number_name and at >= made.begins and _differ(row.number_name, made.names[0]):
                self._otherwise.setdefault(row.ours, (row.number_name, made.names[0]))

    def _step(self, row: ImportRow | ImportedCall, names: _Names, owns_from: int | None) -> None:
        name = row.number_name if row.is_exported else " ".join(row.number_name.split()) or national(row.ours)
        step = row.ours, (name, row.source), owns_from
        self._steps.append(step)
        self._add(*step)

    def _add(self, number: str, names: _Names, owns_from: int | None) -> None:
        name, source = names
        add_tracker(self._company_id, number=number, name=name, source=source, owns_from=owns_from)


def _differ(name: str, other: str) -> bool:
    return name != other and _spelt(name) != _spelt(other)


def _spelt(name: str) -> str:
    return " ".join(name.split()).casefold()


def _goes_on(number: str, former: str, name: str, time: str) -> Sentence:
    return Sentence(
        "By the file %(number)s goes on from “%(former)s” to “%(name)s” at %(time)s.",
        number=number,
        former=shown(former),
        name=shown(name),
        time=time,
    )


def _called_otherwise(number: str, name: str, here: str) -> Sentence:
    return Sentence(
        "What the file has of %(number)s as “%(name)s” stands under “%(here)s”, as the number is named here.",
        number=number,
        name=shown(name),
        here=shown(here or number),
    )


def _more_go_on(count: int) -> Sentence:
    return counted(
        "%(count)s time more a number changes hands.", "%(count)s times more a number changes hands.", count
    )


def _more_are_called(count: int) -> Sentence:
    return counted("So it is with %(count)s more number.", "So it is with %(count)s more numbers.", count)


def _first(found: list[Sentence], more: Callable[[int], Sentence]) -> list[Sentence]:
    left = len(found) - MOST_NOTED
    return found if left <= 0 else [*found[:MOST_NOTED], more(left)]
