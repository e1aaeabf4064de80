"""The one filter: what a reader chose. Graph, figures, log, print and files all take this object."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

from textmeter.carriers.seen import Direction

RANGES = (
    "today",
    "yesterday",
    "last_7_days",
    "last_30_days",
    "this_month",
    "last_month",
    "this_year",
    "last_year",
    "all_time",
    "custom",
)
INTERVALS = ("hour", "day", "week", "month")
# Of missed calls: those whose callers got no answer since.
NO_ANSWER_YET = "none_yet"
SORTS = ("-latest", "latest", "-total", "total", "customer", "-customer")


class Query(Protocol):
    """A query string that was taken apart: Django's QueryDict, or anything of its kind."""

    def get(self, key: str, /) -> str | None: ...
    def getlist(self, key: str, /) -> list[str]: ...
    def __contains__(self, key: str, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Filter:
    """A company's selection of messages; every condition holds on the same message.

    `start` and `end` are local days, both included; with `all_time` the company's first and last day
    (today when it has none). `after` is the cursor as given; `q` the search as typed.
    """

    company_id: int
    zone: ZoneInfo
    today: date
    range: str
    start: date
    end: date
    hour: int | None = None
    numbers: tuple[int, ...] = ()
    direction: Direction | None = None
    q: str = ""
    answer: str = ""  # of missed calls: NO_ANSWER_YET, or whatever came of them
    interval: str = "day"
    interval_chosen: bool = False
    compare: str = "previous"
    sort: str = "-latest"
    after: str = ""

    @property
    def is_narrowed(self) -> bool:
        """To some of the messages of its days."""
        return bool(self.numbers or self.direction or self.q or self.hour is not None)


@dataclass(frozen=True, slots=True)
class WrongValue:
    """A parameter of the query that can't be taken; the default stands in for it."""

    parameter: str
    value: str
    allowed: str
