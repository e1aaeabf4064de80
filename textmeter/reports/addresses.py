"""A filter as a query string: only what differs from the default, always in the same order. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from textmeter.reports.filter import Filter

DEFAULT_RANGE = "last_30_days"


def as_query(flt: Filter, *, default_range: str = DEFAULT_RANGE, **changes: Any) -> str:
    """The query string (without `?`) of the filter with `changes`, which are fields of Filter.

    `after` is dropped when anything changes: it belongs to the list as it was. A changed range drops
    the hour and the chosen interval with it, and a given `interval` counts as chosen, unless the changes
    say otherwise.
    """
    if changes.keys() & {"range", "start", "end"}:
        if "range" not in changes:
            changes["range"] = "custom"
        changes = {"hour": None, "interval_chosen": "interval" in changes} | changes
    elif "interval" in changes:
        changes = {"interval_chosen": bool(changes["interval"])} | changes
    if changes:
        changes = {"after": ""} | changes
    return urlencode(_pairs(replace(flt, **changes), default_range))


def selection_words(flt: Filter) -> str:
    """What the filter selects and how it is sorted, as words that a cursor can be bound to."""
    return urlencode(
        [("company", str(flt.company_id)), ("zone", flt.zone.key)]
        + [pair for pair in _pairs(flt, "") if pair[0] not in ("interval", "compare", "after")]
    )


def _pairs(flt: Filter, default_range: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    if flt.range == "custom":
        pairs += [("start", flt.start.isoformat()), ("end", flt.end.isoformat())]
    elif flt.range != default_range:
        pairs.append(("range", flt.range))
    if flt.hour is not None:
        pairs.append(("hour", str(flt.hour)))
    pairs += [("numbers", str(number)) for number in flt.numbers]
    if flt.direction:
        pairs.append(("direction", flt.direction.value))
    if flt.q:
        pairs.append(("q", flt.q))
    if flt.answer:
        pairs.append(("answer", flt.answer))
    if flt.interval_chosen:
        pairs.append(("interval", flt.interval))
    if flt.compare != "previous":
        pairs.append(("compare", flt.compare))
    if flt.sort != "-latest":
        pairs.append(("sort", flt.sort))
    if flt.after:
        pairs.append(("after", flt.after))
    return pairs
