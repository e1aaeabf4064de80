"""Why a row of a file is refused, in words that its reader finds again in the file. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from textmeter.lib.sentences import Sentence

LONGEST_SHOWN = 60
# Readers of one cell know what is wrong with it, and what our column is called; who reads the file knows what
# that is called there. So the sentence waits for the name.
Says = Callable[[Sentence], Sentence]


class BadRow(ValueError):
    """The row can't be taken; the text says why, and what to do, in one Sentence."""

    args: tuple[Sentence, ...]


class BadCell(BadRow):
    """It is for one cell. `says`: the sentence, of what the file calls the column; `column`: ours, empty
    where the one that catches it knows."""

    def __init__(self, says: Says, column: str = "") -> None:
        super().__init__(says(quoted(column)))
        self.says, self.column = says, column


@lru_cache(maxsize=1_000)
def quoted(column: str) -> Sentence:
    """The name of a column as it stands in a sentence."""
    return Sentence("“%(name)s”", name=shown(column))


def shown(cell: str) -> str:
    """As it stands in a sentence: on one line, not too long, and without signs that steer a terminal."""
    line = " ".join(cell[: LONGEST_SHOWN * 2].split())
    signs = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)
    return signs if len(signs) <= LONGEST_SHOWN else f"{signs[:LONGEST_SHOWN]}…"


def empty(column: Sentence, meaning: str) -> Sentence:
    return Sentence("%(column)s is empty; it should hold %(meaning)s.", column=column, meaning=meaning)


def no_phone_number(column: Sentence, cell: str) -> Sentence:
    return Sentence(
        "%(column)s is “%(value)s”, which is no phone number. Write it like +14045550180.",
        column=column,
        value=shown(cell),
    )
