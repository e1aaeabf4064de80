"""What a search found in a text, as pages mark it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textmeter.reports.search import Search

# A row shows some 25 signs where it is narrow: where the first hit is further along, so many stand before it.
SEEN, BEFORE = 18, 12


class Part(NamedTuple):
    """Of a text: marked or not."""

    text: str
    is_hit: bool = False


def marked(text: str, search: Search | None) -> tuple[Part, ...]:
    """The whole text, in parts."""
    return tuple(_parts(text, search.hits(text) if search else [], 0, len(text)))


def excerpt(text: str, search: Search | None, longest: int) -> tuple[Part, ...]:
    """Of the text on one line at most so many signs: its beginning, or what is around the first hit."""
    line = " ".join(text.split())
    hits = search.hits(line) if search else []
    first = hits[0][0] if hits else 0
    start = _start(line, first) if first > SEEN else 0
    end = min(start + longest, len(line))
    before, behind = [Part("…")] * bool(start), [Part("…")] * (end < len(line))
    while end > start and line[end - 1] == " ":
        end -= 1
    return (*before, *_parts(line, hits, start, end), *behind)


def _start(line: str, first: int) -> int:
    """Where a word begins shortly before the hit; within one that is long, such as an address."""
    near = first - BEFORE
    return line.rfind(" ", max(0, near - BEFORE), near) + 1 or near


def _parts(text: str, hits: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[Part]:
    """Of what stands from `start` until `end`. Two hits may share a sign that is folded into two words."""
    done = start
    for first, behind in hits:
        begin, finish = min(max(first, done), end), min(behind, end)
        if done < begin:
            yield Part(text[done:begin])
        if begin < finish:
            yield Part(text[begin:finish], is_hit=True)
        done = max(done, begin, finish)
    if done < end:
        yield Part(text[done:end])
