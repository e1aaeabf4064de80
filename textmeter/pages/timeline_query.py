"""What a timeline's address asks for: day, scope of the graph, which entries; the log's query rides along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from textmeter.reports.filter import Query, WrongValue

SCOPES = ("day", "range", "all_time")
SHOWS = ("all", "texts", "calls")
_RANGE_WORDS = ("range", "start", "end")


@dataclass(frozen=True, slots=True)
class Asked:
    """`scope` None: nothing said, see `scope_of`. `carried` is the log's query as it came in."""

    day: date | None
    scope: str | None
    show: str
    carried: str


def read_asked(query: Query, carried: str) -> tuple[Asked, list[WrongValue]]:
    """What the query asks, and each value that can't be taken; defaults stand in for those."""
    wrong: list[WrongValue] = []
    day = _day(query, wrong)
    scope = _one_of(query, "frequency", SCOPES, wrong)
    show = _one_of(query, "show", SHOWS, wrong) or "all"
    return Asked(day, scope, show, carried), wrong


def scope_of(asked: Asked, query: Query) -> str:
    """The graph's scope: as asked; else the day where one is given, else the log's range, else all time."""
    if asked.scope is not None:
        return asked.scope
    if asked.day is not None:
        return "day"
    return "range" if any(word in query for word in _RANGE_WORDS) else "all_time"


def address(
    asked: Asked, *, day: date | None = None, scope: str | None = None, show: str | None = None
) -> str:
    """The query of a link with these things changed, with its "?"."""
    show = asked.show if show is None else show
    wanted = [
        ("day", day.isoformat() if day else ""),
        ("frequency", scope or ""),
        ("show", "" if show == "all" else show),
    ]
    parts = [urlencode([pair for pair in wanted if pair[1]]), asked.carried]
    joined = "&".join(part for part in parts if part)
    return f"?{joined}"


def _day(query: Query, wrong: list[WrongValue]) -> date | None:
    given = query.get("day")
    if not given:
        return None
    try:
        found = date.fromisoformat(given)
    except ValueError:
        found = None
    if found is None or found.isoformat() != given:
        wrong.append(WrongValue("day", given, "a day such as 2026-03-04"))
        return None
    return found


def _one_of(query: Query, name: str, allowed: Sequence[str], wrong: list[WrongValue]) -> str | None:
    given = query.get(name)
    if not given:
        return None
    if given in allowed:
        return given
    wrong.append(WrongValue(name, given, ", ".join(allowed)))
    return None
