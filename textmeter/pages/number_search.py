"""Finding some of many numbers by what people type. Pure."""

from __future__ import annotations

from textmeter.lib.folding import fold
from textmeter.lib.phone import digits
from textmeter.reports.rows import TrackerRow

# With more than these a list of numbers has a field that finds some of them.
NUMBERS_WITHOUT_SEARCH = 12
LONGEST_QUERY = 200
FIND = "find"  # the parameter that searches the filter's list of numbers, and selects nothing


def finds(q: str, tracker: TrackerRow) -> bool:
    """Whether the words of `q` stand in its name and source, or its digits in the number; an empty one
    finds everything."""
    wanted = fold(q)
    if not wanted:
        return not q.strip()
    if not any(sign.isalpha() for sign in q) and digits(q) in digits(tracker.number):
        return True
    words = fold(f"{tracker.name} {tracker.source}")
    return all(word in words for word in wanted.split())
