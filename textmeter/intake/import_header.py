"""The first line of a file of our own: which column holds what. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from textmeter.intake.import_refusal import quoted
from textmeter.lib.call_columns import CALLS
from textmeter.lib.message_columns import MESSAGES
from textmeter.lib.sentences import Sentence


class UnreadableFile(ValueError):
    """The file as a whole can't be read; the text says why in one Sentence."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of files. `needed` columns, and one of `times`."""

    word: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    times: tuple[str, ...]

    def is_named_by(self, cells: Iterable[str]) -> bool:
        names = {cell.strip().lower() for cell in cells}
        return names.issuperset(self.needed) and not names.isdisjoint(self.times)


OF_MESSAGES = Kind(
    "messages",
    MESSAGES,
    ("direction", "customer_number", "tracking_number", "body"),
    ("sent_at", "local_time"),
)
OF_CALLS = Kind(
    "calls",
    CALLS,
    ("direction", "outcome", "customer_number", "tracking_number"),
    ("started_at", "local_time"),
)


@dataclass(frozen=True, slots=True)
class Header:
    """`places`: for each column of the kind its place in a row; a column that is missing stands at `count`,
    where the reader of rows finds an empty cell. `ignored`: columns that nothing is made of. `names`: our
    column → what the file calls it, of those that it has."""

    places: tuple[int, ...]
    count: int
    ignored: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)

    def called(self, column: str) -> Sentence:
        return quoted(self.names.get(column, column))


def read_header(cells: Sequence[str], kind: Kind = OF_MESSAGES) -> Header:
    """Columns in any order, capital letters and spaces around aside. Raises UnreadableFile."""
    names = [cell.strip().lower() for cell in cells]
    twice = sorted({name for name in names if name in kind.columns and names.count(name) > 1})
    if twice:
        raise UnreadableFile(
            Sentence("The first line names %(columns)s more than once.", columns=_listed(twice))
        )
    missing = [name for name in kind.needed if name not in names]
    if not {*kind.times} & set(names):
        missing.insert(0, Sentence("%(one)s (or %(other)s)", one=kind.times[0], other=kind.times[1]))
    if missing:
        words = Sentence(
            "The first line must name the columns; missing: %(columns)s.", columns=_listed(missing)
        )
        if len(names) == 1:
            words = Sentence("%(why)s Cells must be separated by commas.", why=words)
        raise UnreadableFile(words)
    places = tuple(names.index(name) if name in names else len(names) for name in kind.columns)
    unknown = tuple(cell.strip() for cell, name in zip(cells, names, strict=True) if name not in kind.columns)
    called = {name: cell.strip() for cell, name in zip(cells, names, strict=True) if name in kind.columns}
    return Header(places, len(names), unknown, called)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
