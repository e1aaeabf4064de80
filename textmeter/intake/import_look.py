"""A first look at a file: what kind it is, its first rows, and what its columns seem to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from textmeter.accounts.models import Company
from textmeter.intake.import_columns import guess_columns
from textmeter.intake.import_file import KINDS, foreign_rows, rows_of
from textmeter.intake.import_foreign import header_row
from textmeter.intake.import_form import opened
from textmeter.intake.import_header import UnreadableFile
from textmeter.intake.import_lines import Cells
from textmeter.intake.import_refusal import shown
from textmeter.lib.sentences import Sentence

ROWS_SHOWN = 5
ROWS_SEEN = 500
FEWEST_COLUMNS = 3  # a call's time and two numbers
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Look:
    """`is_ours`: the columns are named as ours, so nothing is to be chosen. `holds`: what each column holds,
    empty for nothing. `trouble`: why it can't be read yet."""

    is_ours: bool
    kind: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    holds: tuple[str, ...]
    trouble: str


def look_at(company: Company, path: Path, by_hand: Mapping[str, str]) -> Look:
    """Raises UnreadableFile where it is no file of rows at all, OSError."""
    with opened(path) as file:
        rows = rows_of(file)
        header = header_row(rows)
        seen = list(islice(rows, ROWS_SEEN))
    first_rows = tuple(
        tuple(cell[:_LONGEST] for cell in row.cells) for row in seen[:ROWS_SHOWN] if isinstance(row, Cells)
    )
    names = tuple(cell.strip() for cell in header.cells)
    if len(names) < FEWEST_COLUMNS:
        raise UnreadableFile(
            Sentence(
                "The first line is “%(line)s”: too little to name the columns. Take away what stands above "
                "their names, or save the sheet as CSV.",
                line=shown(" ".join(names)),
            )
        )
    ours = next((kind for kind in KINDS if kind.is_named_by(names)), None)
    if ours and not by_hand:
        return Look(True, ours.word, names, first_rows, tuple("" for _ in names), "")
    try:
        columns = guess_columns(names, by_hand)
    except UnreadableFile as error:
        chosen = {name: what for what, name in by_hand.items() if name}
        return Look(
            False, "", names, first_rows, tuple(chosen.get(name, "") for name in names), error.args[0]
        )
    foreign, trouble = foreign_rows(company, columns, None), ""
    try:
        foreign.survey(seen)
    except UnreadableFile as error:
        trouble = error.args[0]
    places = {place: what for what, place in foreign.places.items()}
    return Look(
        False, columns.kind, names, first_rows, tuple(places.get(at, "") for at in range(len(names))), trouble
    )
