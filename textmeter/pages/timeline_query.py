"""What a timeline's address asks for: day, scope of the graph, which entries. The log's query rides along, or
what list of calls or customers the reader came from, with its query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from textmeter.lib.sentences import Sentence
from textmeter.reports.filter import Query, WrongValue

SCOPES = ("day", "range", "all_time")
SHOWS = ("all", "texts", "calls")
_RANGE_WORDS = ("range", "start", "end")
LISTS = ("all_calls", "missed_calls", "customers")  # names of addresses


@dataclass(frozen=True, slots=True)
class Asked:
    """`scope` None: nothing said, see `scope_of`. `carried` is the log's query as it came in."""

    day: date | None
    scope: str | None
    show: str
    carried: str
    list: str = ""  # of LISTS; empty: the log
    list_query: str = ""


def read_asked(query: Query, carried: str) -> tuple[Asked, list[WrongValue]]:
    """What the query asks, and each value that can't be taken; defaults stand in for those."""
    wrong: list[WrongValue] = []
    day = _day(query, wrong)
    scope = _one_of(query, "frequency", SCOPES, wrong)
    show = _one_of(query, "show", SHOWS, wrong) or "all"
    came_from = _one_of(query, "list", LISTS, wrong) or ""
    list_query = QueryDict(query.get("list_query") or "").urlencode() if came_from else ""
    return Asked(day, scope, show, carried, came_from, list_query), wrong


def from_list(name: str, list_query: str) -> str:
    """The part of a timeline's query that says which of LISTS it was opened from."""
    return urlencode([("list", name)] + [("list_query", list_query)] * bool(list_query))


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
    way_back = from_list(asked.list, asked.list_query) if asked.list else ""
    parts = [urlencode([pair for pair in wanted if pair[1]]), asked.carried, way_back]
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
        wrong.append(WrongValue("day", given, Sentence("a day such as 2026-03-04")))
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
