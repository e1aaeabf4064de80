"""The log's cursors: the place of the last row shown, good for one filter and one sort. Pure.

A cursor holds the row's sort value (none for the sorts by latest), its last_at, its customer, and
how many rows stand up to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from textmeter.lib.keyset import BadCursor, decode, encode
from textmeter.reports.addresses import selection_words
from textmeter.reports.filter import Filter

__all__ = ["BadCursor", "Place", "make_cursor", "read_cursor"]

_LONGEST = 4_000
_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Place:
    """Of a row in the log. `value`: total or sort_name, what the sort asks for; else 0."""

    value: int | str
    last_at: int
    customer_id: int
    count: int  # rows up to this one, itself included


def make_cursor(flt: Filter, place: Place) -> str:
    return encode(selection_words(flt), [place.value, place.last_at, place.customer_id, place.count])


def read_cursor(flt: Filter) -> Place | None:
    """The place in `flt.after`; None when it is empty. BadCursor for anything but a cursor that this
    very filter and sort gave."""
    if not flt.after:
        return None
    if len(flt.after) > _LONGEST:
        raise BadCursor(flt.after)
    try:
        keys = decode(selection_words(flt), flt.after)
    except RecursionError as error:
        raise BadCursor(flt.after) from error
    if len(keys) != 4 or not all(_is_whole(key) for key in keys[1:]) or not _fits(flt.sort, keys[0]):
        raise BadCursor(flt.after)
    value, last_at, customer_id, count = keys
    return Place(value, int(last_at), int(customer_id), int(count))


def _fits(sort: str, value: int | str) -> bool:
    if sort.endswith("customer"):
        return isinstance(value, str) and _holds(value)
    return _is_whole(value)


def _is_whole(key: int | str) -> bool:
    return isinstance(key, int) and -_MOST <= key <= _MOST


def _holds(text: str) -> bool:
    """Can a database hold it: no lone surrogate, which JSON may spell, no NUL."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text
