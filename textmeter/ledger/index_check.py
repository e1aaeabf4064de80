"""Compares an index that lists things by word with the words that each thing should have.

Such an index can't be asked for a thing's words. So a first pass over both adds a number for each
(word, thing) to one of some thousand sums, which needs no memory to speak of; only things whose sum differs
are looked at in a second one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

SUMS = 4096
T = TypeVar("T")
Expected = Callable[[], Iterator[tuple[int, T, frozenset[str]]]]  # id, the thing, its words
Stored = Callable[[], Iterator[tuple[str, int]]]  # a word, the id of a thing that has it


@dataclass(frozen=True, slots=True)
class Wrong(Generic[T]):
    """A thing whose words in the index aren't its own; `thing` None: there is none."""

    id: int
    thing: T | None
    stored: frozenset[str]
    expected: frozenset[str]


def wrong_rows(expected: Expected[T], stored: Stored) -> list[Wrong[T]]:
    """Both are read twice where something differs, and must say the same both times."""
    sums = [0] * SUMS
    for id, _, words in expected():
        sums[id % SUMS] += sum(hash((word, id)) for word in words)
    for word, id in stored():
        sums[id % SUMS] -= hash((word, id))
    suspect = {place for place, rest in enumerate(sums) if rest}
    return _compared(suspect, expected, stored) if suspect else []


def _compared(suspect: set[int], expected: Expected[T], stored: Stored) -> list[Wrong[T]]:
    has: dict[int, set[str]] = defaultdict(set)
    for word, id in stored():
        if id % SUMS in suspect:
            has[id].add(word)
    found: list[Wrong[T]] = []
    for id, thing, words in expected():
        if id % SUMS in suspect and words != (there := has.pop(id, set())):
            found.append(Wrong(id, thing, frozenset(there), words))
    return found + [Wrong(id, None, frozenset(words), frozenset()) for id, words in has.items()]
