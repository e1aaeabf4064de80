"""Calls and customers on paper: the whole list, whatever page of it one was on; for strangers nothing."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from tests.files.reading import reader_of
from tests.pages.reading import figures, links, words
from tests.scene import answers, calls, company, says, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import Place, Recording
from textmeter.ledger.trackers import Tracker
from textmeter.lib.days import to_ms, zone
from textmeter.pages import printing
from textmeter.reports.customers import CustomerQuery, customer_page

pytestmark = pytest.mark.django_db
ANN, BEN, CAT = "+14045550112", "+17705550101", "+17705550102"
LISTS = {"all_calls": "print_calls", "missed_calls": "print_missed_calls", "customers": "print_customers"}


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    now = to_ms(datetime(2026, 3, 20, 12, tzinfo=zone("America/New_York")))
    monkeypatch.setattr(printing, "now_ms", lambda: now)


@pytest.fixture
def ads(shop: Company) -> Tracker:
    return tracker(shop, name="Ads")


@pytest.fixture
def reader(shop: Company) -> Client:
    return reader_of(shop)


def paper(client: Client, shop: Company, name: str, query: str = "") -> str:
    answer = client.get(f"{reverse(name, args=[shop.id])}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def lines(html: str) -> list[str]:
    return [words(row) for row in re.findall(r"<tr>(<td.*?)</tr>", html, flags=re.S)]


def test_calls_stand_with_their_head_figures_and_graph(reader: Client, shop: Company, ads: Tracker) -> None:
    place = Place("ATLANTA", "GA", "30303", "US")
    calls(shop, ads, ANN, "2026-03-18 09:00", seconds=252, customer_name="Ann <b>", place=place)
    calls(shop, ads, "anonymous", "2026-03-19 09:00", recording=Recording("RE1", "", 27, True))
    calls(shop, ads, BEN, "2026-03-20 08:00")
    html = paper(reader, shop, "print_calls", "direction=inbound&sort=latest")
    said = words(html)
    assert "All calls Piedmont Dental Last 30 days (Feb 19 – Mar 20, 2026) · inbound" in said
    assert "All times Eastern (America/New_York) · As of Fri, Mar 20, 2026, 12:00 PM EDT" in said
    assert figures(html)["calls"].startswith("3")
    assert "Calls per day, Feb 19 – Mar 20, 2026: 1 answered and 2 not answered" in html
    assert lines(html) == [
        "Ann <b> (404) 555-0112 · Atlanta, GA Ads Inbound call · Answered Mar 18, 9:00 AM 4m 12s",
        "Number withheld The caller withheld the number Ads Missed call · Left a voicemail, 0:27 "
        "Can’t be answered Mar 19, 9:00 AM –",
        "(770) 555-0101 No name yet Ads Missed call · Nobody answered Nothing since Mar 20, 8:00 AM –",
    ]
    assert "data-print" in html
    assert links(html, "Back to All calls") == [
        f"{reverse('all_calls', args=[shop.id])}?direction=inbound&sort=latest"
    ]


def test_missed_calls_are_narrowed_as_their_page_is(reader: Client, shop: Company, ads: Tracker) -> None:
    calls(shop, ads, ANN, "2026-03-18 09:00", seconds=20)
    calls(shop, ads, BEN, "2026-03-18 10:00")
    answers(shop, ads, BEN, "Sorry we missed you", "2026-03-18 10:12")
    calls(shop, ads, CAT, "2026-03-18 11:00")
    html = paper(reader, shop, "print_missed_calls")
    assert [line.split(" Ads ")[0] for line in lines(html)] == [
        "(770) 555-0102 No name yet",
        "(770) 555-0101 No name yet",
    ]
    assert set(figures(html)) == {"missed", "voicemails", "unanswered"}
    unanswered = paper(reader, shop, "print_missed_calls", "answer=none_yet")
    assert "Mar 20, 2026) · not answered yet" in words(unanswered)
    assert [line.split(" Ads ")[0] for line in lines(unanswered)] == ["(770) 555-0102 No name yet"]
    assert links(unanswered, "Back to Missed calls")[0].endswith("/missed-calls?answer=none_yet")


def test_customers_stand_as_their_list_has_them(reader: Client, shop: Company, ads: Tracker) -> None:
    says(shop, ads, ANN, "Hello", "2026-03-18 09:00", customer_name="Ann Archer")
    answers(shop, ads, ANN, "Hi", "2026-03-20 09:00")
    says(shop, ads, BEN, "Hello", "2026-03-20 10:00")
    calls(shop, ads, CAT, "2025-03-16 11:00", seconds=20)
    html = paper(reader, shop, "print_customers")
    said = words(html)
    assert "Customers Piedmont Dental Waiting first All times Eastern (America/New_York) · As of Fri" in said
    assert "All customers 3" in said
    assert lines(html) == [
        "(770) 555-0101 No name yet Text, Mar 20, 10:00 AM Waiting since Mar 20, 10:00 AM 1 in 0 out 0 calls",
        "Ann Archer (404) 555-0112 Text, Mar 20, 9:00 AM 1 in 1 out 0 calls",
        "(770) 555-0102 No name yet Call, Mar 16, 2025, 11:00 AM 0 in 0 out 1 call",
    ]
    found = paper(reader, shop, "print_customers", "q=arch&sort=customer")
    assert "Customer A–Z · search “arch”" in words(found)
    assert [line.split(" (")[0] for line in lines(found)] == ["Ann Archer"]
    assert links(found, "Back to Customers")[0].endswith("/customers?q=arch&sort=customer")


@pytest.mark.parametrize("name", LISTS)
def test_paper_holds_the_whole_list_from_any_page_of_it(
    reader: Client, shop: Company, ads: Tracker, name: str
) -> None:
    for minute in range(53):
        calls(shop, ads, f"+1404555{3000 + minute}", f"2026-03-19 09:{minute:02d}")
    html = reader.get(reverse(name, args=[shop.id]), {"range": "all_time"}).content.decode()
    (following,) = links(html, "Next")
    second = reader.get(f"{reverse(name, args=[shop.id])}{following[following.index('?') :]}")
    (on_paper,) = re.findall(r'href="(/c/[^"]*/print[^"]*)"', second.content.decode())
    assert "after=" not in on_paper
    assert len(lines(reader.get(on_paper).content.decode())) == 53
    with_cursor = f"{reverse(LISTS[name], args=[shop.id])}{following[following.index('?') :]}"
    assert len(lines(reader.get(with_cursor).content.decode())) == 53


@pytest.mark.parametrize("name", LISTS)
def test_a_long_list_says_that_there_is_more(
    reader: Client, shop: Company, ads: Tracker, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (ANN, BEN, CAT):
        calls(shop, ads, number, "2026-03-20 09:00")
    html = paper(reader, shop, LISTS[name])
    assert "These are the first" not in words(html)
    monkeypatch.setattr(printing, "MOST_ROWS", 2)
    html = paper(reader, shop, LISTS[name])
    what = "customers" if name == "customers" else "calls"
    assert f"These are the first 2 of 3 {what}. The file “CSV – {what}” holds all of them." in words(html)
    assert len(lines(html)) == 2
    menu = words(reader.get(reverse(name, args=[shop.id]), {"range": "all_time"}).content.decode())
    assert f"CSV – {what}" in menu


def test_so_many_found_that_they_are_not_counted(
    reader: Client, shop: Company, ads: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (ANN, BEN, CAT):
        calls(shop, ads, number, "2026-03-20 09:00")
    monkeypatch.setattr("textmeter.reports.search.FEW_CUSTOMERS", 1)
    assert customer_page(CustomerQuery(shop.id, "555")).count is None, "else this shows nothing"
    assert "Found 3" in words(paper(reader, shop, "print_customers", "q=555"))
    monkeypatch.setattr(printing, "MOST_ROWS", 2)
    said = words(paper(reader, shop, "print_customers", "q=555"))
    assert "Found many" in said
    assert "These are the first 2 customers. The file “CSV – customers” holds all of them." in said


@pytest.mark.parametrize("name", LISTS.values())
def test_nothing_and_wrong_values_are_said(reader: Client, shop: Company, ads: Tracker, name: str) -> None:
    html = paper(reader, shop, name, "sort=size")
    assert "Sort can’t be “ size ”" in words(html)
    assert "No calls match." in words(html) or "No customers yet." in words(html)
    assert lines(html) == []


@pytest.mark.parametrize("name", LISTS.values())
def test_a_stranger_gets_nothing(shop: Company, ads: Tracker, name: str) -> None:
    calls(shop, ads, ANN, "2026-03-20 09:00")
    other = company("Stranger & Sons")
    stranger = reader_of(other)
    assert stranger.get(reverse(name, args=[shop.id])).status_code == 404
    assert stranger.get(reverse(name, args=[987654])).status_code == 404
    assert Client().get(reverse(name, args=[shop.id])).status_code == 302
    assert lines(paper(stranger, other, name)) == []


@pytest.mark.parametrize("name", LISTS.values())
def test_however_long_it_asks_the_database_as_often(
    reader: Client, shop: Company, ads: Tracker, name: str, django_assert_max_num_queries: object
) -> None:
    for minute in range(30):
        calls(shop, ads, f"+1404555{3000 + minute}", f"2026-03-19 09:{minute:02d}")
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        paper(reader, shop, name, "range=all_time")
