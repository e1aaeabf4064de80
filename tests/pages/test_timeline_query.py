"""What a timeline's address asks, and how its links keep it."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict

from textmeter.pages.timeline_query import Asked, address, read_asked, scope_of
from textmeter.reports.filter import WrongValue


def asked(query: str, carried: str = "") -> Asked:
    found, wrong = read_asked(QueryDict(query), carried)
    assert wrong == []
    return found


@pytest.mark.parametrize(
    ("query", "scope"),
    [
        ("", "all_time"),
        ("day=2026-03-04", "day"),
        ("day=2026-03-04&frequency=all_time", "all_time"),
        ("range=today", "range"),
        ("start=2026-01-01", "range"),
        ("range=today&day=2026-03-04", "day"),
        ("frequency=range", "range"),
        ("q=crown", "all_time"),
    ],
)
def test_the_graphs_scope(query: str, scope: str) -> None:
    assert scope_of(asked(query), QueryDict(query)) == scope


@pytest.mark.parametrize(
    ("query", "parameter", "value"),
    [
        ("day=2026-02-30", "day", "2026-02-30"),
        ("day=20260304", "day", "20260304"),
        ("day=2026-W10-3", "day", "2026-W10-3"),
        ("day=yesterday", "day", "yesterday"),
        ("day=%00", "day", "\x00"),
        ("frequency=week", "frequency", "week"),
        ("show=photos", "show", "photos"),
    ],
)
def test_a_wrong_value_is_named_and_the_default_stands_in(query: str, parameter: str, value: str) -> None:
    found, wrong = read_asked(QueryDict(query), "")
    assert found == Asked(None, None, "all", "")
    assert [(each.parameter, each.value) for each in wrong] == [(parameter, value)]
    assert isinstance(wrong[0], WrongValue)


def test_links_keep_what_is_shown_and_the_logs_query() -> None:
    here = asked("show=calls", "range=today&q=a%26b")
    assert address(here, day=date(2026, 3, 4)) == "?day=2026-03-04&show=calls&range=today&q=a%26b"
    assert address(here, show="all") == "?range=today&q=a%26b"
    assert (
        address(here, scope="all_time", show="texts") == "?frequency=all_time&show=texts&range=today&q=a%26b"
    )
    assert address(asked("")) == "?"
