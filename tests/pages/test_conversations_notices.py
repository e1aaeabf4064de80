"""What Text Conversations says above itself: dates in the wrong order, and on paper what it shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.http import QueryDict

from tests import scene
from tests.pages.reading import words
from tests.people import person, signed_in
from textmeter.accounts.models import Company, Role
from textmeter.ledger.trackers import Tracker
from textmeter.lib.days import to_ms, zone
from textmeter.pages import printing, text_conversations

DANA = "+14045550112"
Get = Callable[..., str]


@pytest.fixture
def company(db: None) -> Company:
    return scene.company()


@pytest.fixture
def main_line(company: Company) -> Tracker:
    return scene.tracker(company)


@pytest.fixture
def get(company: Company, monkeypatch: pytest.MonkeyPatch) -> Get:
    now = to_ms(datetime.fromisoformat("2026-03-04 12:00").replace(tzinfo=zone("America/New_York")))
    for module in (text_conversations, printing):
        monkeypatch.setattr(module, "now_ms", lambda: now)
    client = signed_in(person("maria@example.com", Role.REPORTING, company))

    def page(query: str, below: str = "") -> str:
        address = f"/c/{company.id}/analytics/activity/text-conversations{below}{query}"
        return client.get(address).content.decode()

    return page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?start=2025-11-10&end=2025-11-05", "From (Nov 10) is after To (Nov 5). Last 30 days is shown."),
        (
            "?start=2026-01-10&end=2025-11-05&range=today",
            "From (Jan 10, 2026) is after To (Nov 5, 2025). Today is shown.",
        ),
        ("?start=2026-03-05", "From (Mar 5) is after today (Mar 4)."),
    ],
)
def test_dates_in_the_wrong_order_are_said_and_stay_as_typed(
    get: Get, company: Company, main_line: Tracker, query: str, sentence: str
) -> None:
    scene.says(company, main_line, DANA, "hi", "2026-03-04 09:00")
    html, typed = get(query), QueryDict(query[1:])
    assert sentence in words(html)
    fields = dict(re.findall(r'type="date" name="(start|end)" value="([^"]*)"', html))
    assert fields == {name: typed.get(name, "") for name in ("start", "end")}
    assert sentence in words(get(query, below="/print"))


def test_a_search_of_signs_alone_says_what_it_needs(get: Get, company: Company, main_line: Tracker) -> None:
    scene.says(company, main_line, DANA, "hi 😀", "2026-03-04 09:00")
    signs = words(get("?q=😀"))
    assert "A search needs a letter or a digit; signs alone, such as “ 😀 ”, aren’t looked for." in signs
    assert "Show all time" not in signs
    assert "other words" in words(get("?q=ho"))


def test_what_ends_the_waiting_is_said_by_its_rule(get: Get, company: Company, main_line: Tracker) -> None:
    scene.says(company, main_line, DANA, "Are you open?", "2026-03-04 09:00")
    assert "Waiting since" in get("")
    scene.answers(company, main_line, DANA, "We are closed.", "2026-03-04 09:01", is_automatic=True)
    html = get("")
    assert "Waiting since" not in html
    assert "A text of yours ends it, an automatic or failed one, too." in words(html)


def test_paper_says_why_a_search_lists_a_conversation(
    get: Get, company: Company, main_line: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "AT_ONCE", 2)
    for place in range(5):
        customer = f"+1404555012{place}"
        scene.says(company, main_line, customer, f"Crown {place} hurts", "2026-03-04 09:00")
        scene.answers(company, main_line, customer, "Come in", "2026-03-04 09:01", agent="Leo")
    paper = get("?q=crown", below="/print")
    for place in range(5):
        found = f"Out: Come in Found in a text before, inbound: Crown {place} hurts"
        assert found in words(paper), place
    assert paper.count("<mark>Crown</mark>") == 5
    assert "Found in a text" not in get("", below="/print")


def test_the_page_itself_on_paper_says_what_it_shows(get: Get, company: Company, main_line: Tracker) -> None:
    for minute in range(51):
        scene.says(company, main_line, f"+1404555{2000 + minute}", "hi", f"2026-03-04 09:{minute:02d}")
    page = words(get("?direction=inbound"))
    assert "Piedmont Dental · Last 30 days (Feb 3 – Mar 4, 2026) · inbound" in page
    assert "50 of 51 conversations: the whole list is under Export › Print." in page
    assert "the whole list" not in words(get("?q=5552001"))
