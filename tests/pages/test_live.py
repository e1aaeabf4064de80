"""What a page is told of news: how many came in under its own filter, cheaply, and to its readers alone."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.files.reading import reader_of
from tests.scene import answers, calls, company, says, tracker
from textmeter.accounts.models import Company
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import Tracker
from textmeter.lib.days import to_ms, zone
from textmeter.pages import calls as page_of_calls
from textmeter.pages import live, text_conversations, timeline
from textmeter.reports import news

pytestmark = pytest.mark.django_db
ANN, BEN = "+14045550112", "+17705550101"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    now = to_ms(datetime(2026, 3, 20, 12, tzinfo=zone("America/New_York")))
    for module in (page_of_calls, live, text_conversations, timeline):
        monkeypatch.setattr(module, "now_ms", lambda: now)


@pytest.fixture
def ads(shop: Company) -> Tracker:
    line = tracker(shop, name="Ads")
    says(shop, line, ANN, "Hello", "2026-03-20 08:00")
    calls(shop, line, ANN, "2026-03-20 08:05")
    return line


@pytest.fixture
def reader(shop: Company) -> Client:
    return reader_of(shop)


def asks(client: Client, shop: Company, name: str, *more: int, query: str = "") -> str:
    """The address that the page of that query asks."""
    answer = client.get(f"{reverse(name, args=[shop.id, *more])}?{query}")
    assert answer.status_code == 200
    (address,) = re.findall(r'data-changes="([^"]+)"', answer.content.decode())
    return unescape(address)


def told(client: Client, address: str) -> tuple[int, str]:
    answer = client.get(address).json()
    return answer["new"], answer["said"]


NEWS = [
    ("", 4),
    ("direction=inbound", 3),
    ("direction=outbound", 1),
    ("numbers={site}", 1),
    ("q=refund", 2),
    ("q=refund&direction=outbound", 1),
    ("q=770-555", 2),
    ("q=!!!", 0),
    ("range=yesterday", 1),
    ("start=2026-03-20&end=2026-03-20&hour=9", 3),
]


@pytest.mark.parametrize(("query", "expected"), NEWS)
def test_only_what_the_filter_selects_is_new(
    reader: Client, shop: Company, ads: Tracker, query: str, expected: int
) -> None:
    site = tracker(shop, "+14045550181", "Site")
    address = asks(reader, shop, "text_conversations", query=query.format(site=site.id))
    assert told(reader, address)[0] == 0
    says(shop, ads, ANN, "Is my refund ready?", "2026-03-20 09:00")
    answers(shop, ads, ANN, "The refund is on its way", "2026-03-20 09:01")
    says(shop, site, BEN, "Hello", "2026-03-20 09:02")
    says(shop, ads, BEN, "Hello", "2026-03-19 23:59")
    calls(shop, ads, ANN, "2026-03-20 09:05")
    # Yesterday's text is new on pages of thirty days, and on that of yesterday.
    assert told(reader, address)[0] == expected


def test_what_is_said_is_counted(
    reader: Client, shop: Company, ads: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = asks(reader, shop, "text_conversations")
    said = []
    for minute in range(3):
        says(shop, ads, ANN, "Hi", f"2026-03-20 09:0{minute}")
        said.append(told(reader, address)[1])
    monkeypatch.setattr(live, "MOST", 2)
    assert [*said, told(reader, address)[1]] == ["1 new text", "2 new texts", "3 new texts", "2+ new texts"]


def test_of_an_import_only_the_latest_are_looked_at(
    reader: Client, shop: Company, ads: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = asks(reader, shop, "text_conversations")
    for minute in range(5):
        says(shop, ads, ANN, "Hi", f"2026-03-20 09:0{minute}")
    monkeypatch.setattr(news, "LOOKED_AT", 3)
    assert told(reader, address)[0] == 3


def test_a_status_is_no_news(reader: Client, shop: Company, ads: Tracker) -> None:
    sent = answers(shop, ads, ANN, "Hi", "2026-03-20 09:00")
    address = asks(reader, shop, "text_conversations")
    answers(shop, ads, ANN, "Hi", "2026-03-20 09:00", carrier_ref=sent.carrier_ref, error_code="30003")
    assert told(reader, address)[0] == 0


def test_calls_and_missed_calls_have_news_of_their_own(reader: Client, shop: Company, ads: Tracker) -> None:
    everything, missed = (asks(reader, shop, name) for name in ("all_calls", "missed_calls"))
    searched = asks(reader, shop, "all_calls", query="q=770-555")
    calls(shop, ads, ANN, "2026-03-20 09:00", seconds=5)
    calls(shop, ads, BEN, "2026-03-20 09:01")
    calls(shop, ads, "anonymous", "2026-03-20 09:02")
    says(shop, ads, BEN, "Hi", "2026-03-20 09:03")
    assert [told(reader, each) for each in (everything, missed, searched)] == [
        (3, "3 new calls"),
        (2, "2 new calls"),
        (1, "1 new call"),
    ]


def test_a_timeline_has_news_of_its_customer_alone(reader: Client, shop: Company, ads: Tracker) -> None:
    ((ann,),) = fetch("SELECT id FROM ledger_customer WHERE company_id = %s", [shop.id])
    address = asks(reader, shop, "timeline", ann, query="show=calls&q=nothing")
    says(shop, ads, ANN, "Hi", "2026-03-20 09:00")
    says(shop, ads, BEN, "Hi", "2026-03-20 09:01")
    calls(shop, ads, ANN, "2026-03-20 09:02")
    assert told(reader, address) == (2, "2 new")


def test_asking_is_cheap_while_nothing_changed(
    reader: Client, shop: Company, ads: Tracker, django_assert_max_num_queries: Any
) -> None:
    address = asks(reader, shop, "text_conversations")
    answer = reader.get(address)
    with django_assert_max_num_queries(4):
        again = reader.get(address, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    says(shop, ads, ANN, "news", "2026-03-20 09:01")
    changed = reader.get(address, headers={"If-None-Match": answer["ETag"]})
    assert (changed.status_code, changed.json()["new"]) == (200, 1)
    assert changed.json()["change"] > answer.json()["change"]


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 19, "9" * 400, "²"])
def test_nonsense_brings_no_news(reader: Client, shop: Company, ads: Tracker, since: str) -> None:
    for name in ("text_changes", "call_changes", "missed_call_changes"):
        answer = reader.get(reverse(name, args=[shop.id]), {"since": since})
        assert (answer.status_code, answer.json()["new"]) == (200, 0)


def test_a_stranger_is_told_nothing(shop: Company, ads: Tracker) -> None:
    ((ann,),) = fetch("SELECT id FROM ledger_customer WHERE company_id = %s", [shop.id])
    other = company("Stranger & Sons")
    stranger = reader_of(other)
    for name in ("text_changes", "call_changes", "missed_call_changes"):
        assert stranger.get(reverse(name, args=[shop.id]), {"since": 0}).status_code == 404
        assert stranger.get(reverse(name, args=[other.id]), {"since": 0}).json()["new"] == 0
    assert stranger.get(reverse("timeline_changes", args=[shop.id, ann]), {"since": 0}).status_code == 404
    theirs = stranger.get(reverse("timeline_changes", args=[other.id, ann]), {"since": 0})
    assert theirs.json()["new"] == 0
