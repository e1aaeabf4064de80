"""The dialogues of the sample: read from `dialogues/*.txt`, their gaps filled with names, days and times.

A file holds dialogues, each opened by `[kind weight]`. A line is `C:` (customer) or `A:` (agent), perhaps
`(photo)`, `(later)` or `(next day)`, and what is said, in one or more ways separated by ` || `.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

_FOLDER = Path(__file__).parent / "dialogues"
_HEAD = re.compile(r"\[(\w+) (\d+)\]")
_LINE = re.compile(r"([CA]): (?:\((photo|later|next day)\) )?(.+)")
_GAP = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Line:
    by_customer: bool
    ways: tuple[str, ...]
    has_photo: bool = False
    is_later: bool = False
    is_next_day: bool = False


@dataclass(frozen=True, slots=True)
class Dialogue:
    kind: str
    weight: int
    lines: tuple[Line, ...]


def pick(rng: Random, kind: str) -> Dialogue:
    """One dialogue of that kind, by weight; KeyError where there is no such kind."""
    some, weights = by_kind()[kind]
    return rng.choices(some, weights)[0]


@lru_cache(maxsize=1)
def by_kind() -> Mapping[str, tuple[list[Dialogue], list[int]]]:
    """Every kind with its dialogues and their weights."""
    kinds: dict[str, tuple[list[Dialogue], list[int]]] = {}
    for path in sorted(_FOLDER.glob("*.txt")):
        for dialogue in read(path.read_text(encoding="utf-8")):
            some, weights = kinds.setdefault(dialogue.kind, ([], []))
            some.append(dialogue)
            weights.append(dialogue.weight)
    return kinds


def read(text: str) -> list[Dialogue]:
    """The dialogues of one file; raises ValueError with the line that can't be read."""
    found: list[tuple[str, int, list[Line]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        head = _HEAD.fullmatch(line)
        if head:
            found.append((head[1], int(head[2]), []))
        elif (said := _LINE.fullmatch(line)) and found:
            found[-1][2].append(_line(said))
        else:
            raise ValueError(f"line {number} is neither a dialogue's head nor something said: {line!r}")
    return [Dialogue(kind, weight, tuple(lines)) for kind, weight, lines in found]


def gaps(way: str) -> set[str]:
    """The names of the gaps in what is said."""
    return set(_GAP.findall(way))


def _line(said: re.Match[str]) -> Line:
    mark = said[2]
    return Line(
        by_customer=said[1] == "C",
        ways=tuple(way.strip() for way in said[3].split(" || ")),
        has_photo=mark == "photo",
        is_later=mark == "later",
        is_next_day=mark == "next day",
    )
