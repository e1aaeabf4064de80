"""The page of a search comes with its log; graph, figures and counts follow in a second answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tests import scene
from tests.pages.reading import figures, links, rows, words
from textmeter.accounts.models import Company, Role
from textmeter.ledger.trackers import Tracker
from textmeter.lib.days import to_ms, zone
from textmeter.pages import text_conversations

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DANA, MARCUS = "+14045550112", "+14045550149"
Get = Callable[..., str]


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> Company:
    noon = to_ms(datetime(2026, 3, 4, 12, tzinfo=zone("America/New_York")))
    monkeypatch.setattr(text_conversations, "now_ms", lambda: noon)
    return scene.company()


@pytest.fixture
def line(company: Company) -> Tracker:
    line = scene.tracker(company)
    scene.says(company, line, DANA, "Is my crown ready?", "2026-03-04 09:00")
    scene.answers(company, line, DANA, "Thursday", "2026-03-04 09:05")
    scene.says(company, line, MARCUS, "crowns?", "2026-03-03 09:00")
    return line


@pytest.fixture
def get(client: Client, company: Company) -> Get:
    reader = scene.user("maria@example.com", Role.REPORTING, company)
    client.force_login(reader, backend=BACKEND)

    def page(query: str, below: str = "", owner: Company = company, status: int = 200) -> str:
        answer = client.get(f"/c/{owner.id}/analytics/activity/text-conversations{below}{query}")
        assert answer.status_code == status
        return answer.content.decode()

    return page


def part(html: str, name: str) -> str:
    found = re.search(rf'data-part="{name}">(.*?)</div>', html, re.DOTALL)
    assert found
    return words(found[1])


def test_the_first_answer_has_the_log_and_says_where_the_rest_is(
    get: Get, company: Company, line: Tracker
) -> None:
    html = get("?q=crown&range=this_month")
    here = f"/c/{company.id}/analytics/activity/text-conversations"
    assert len(rows(html)) == 2
    assert set(figures(html).values()) == {"Being counted"}
    assert f'data-awaits="{here}/figures?range=this_month&amp;q=crown" aria-busy="true"' in html
    assert links(html, "Show figures and graph") == [f"{here}?range=this_month&q=crown&figures=at_once"]
    assert '<svg class="plot' not in html


def test_both_answers_say_together_what_one_says(get: Get, line: Tracker) -> None:
    first, second, whole = get("?q=crown"), get("?q=crown", "/figures"), get("?q=crown&figures=at_once")
    assert figures(second) == figures(whole)
    assert figures(whole)["messages_in"].startswith("2")
    assert rows(first) == rows(whole)
    graph = re.compile(r"<section.*?</section>", re.DOTALL)
    assert graph.findall(second)[0] == graph.findall(whole)[0]
    assert part(second, "counted-said") == "2 messages in 2 conversations"
    assert part(second, "conversations") == "2"
    assert "data-awaits" not in whole


def test_counts_beside_the_log_follow_too(get: Get, company: Company, line: Tracker) -> None:
    for n in range(60):
        scene.says(company, line, f"+1404555{3000 + n}", "crown", "2026-03-02 09:00")
    first, second = words(get("?q=crown")), get("?q=crown", "/figures")
    assert "1–50 Next" in first
    assert "CSV – conversations Current filters CSV – messages Current filters" in first
    assert part(second, "of-conversations") == "of 62"
    assert part(second, "conversations-in-file") == "62 conversations, current filters"
    assert part(second, "messages-in-file") == "62 messages, current filters"
    assert "1–50 of 62" in words(get("?q=crown&figures=at_once"))


def test_a_page_that_ends_the_list_knows_how_many_there_are(get: Get, line: Tracker) -> None:
    assert "Conversation log 2 " in words(get("?q=crown"))
    assert "Conversation log 0 " in words(get("?q=nothing"))


def test_without_a_search_there_is_one_answer(get: Get, line: Tracker) -> None:
    html = get("?direction=inbound")
    assert "data-awaits" not in html
    assert figures(html)["messages_in"].startswith("2")


def test_a_stranger_gets_nothing(get: Get, client: Client, line: Tracker) -> None:
    other = scene.company("Other")
    scene.says(other, scene.tracker(other, "+14045550199"), DANA, "crown", "2026-03-04 09:00")
    get("?q=crown", "/figures", owner=other, status=404)
    assert part(get("?q=crown", "/figures"), "conversations") == "2"
    client.logout()
    get("?q=crown", "/figures", status=302)


def test_what_was_typed_wrong_is_no_error_of_the_second_answer(get: Get, line: Tracker) -> None:
    assert part(get("?q=crown&range=never&sort=no", "/figures"), "conversations") == "2"


def test_few_statements(get: Get, line: Tracker, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(14):
        get("?q=crown", "/figures")
