"""The list of customers as readers and strangers get it; its order, its search, its file."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from tests.files.reading import export, reader_of, taken_apart
from tests.pages.reading import figures, links, rows, words
from tests.people import person, signed_in
from tests.scene import answers, at_ms, calls, company, says, tracker
from textmeter.accounts.models import Company, Role
from textmeter.exports.customer_columns import CUSTOMERS
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import Tracker
from textmeter.lib.days import to_ms, zone
from textmeter.pages import customers as page_of_customers
from textmeter.reports.customers import CUSTOMER_SORTS, CustomerQuery, customer_page, each_customer

pytestmark = pytest.mark.django_db
ANN, BEN, CAT, DAN = "+14045550112", "+17705550101", "+17705550102", "+17705550103"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    now = to_ms(datetime(2026, 3, 20, 12, tzinfo=zone("America/New_York")))
    monkeypatch.setattr(page_of_customers, "now_ms", lambda: now)


@pytest.fixture
def ads(shop: Company) -> Tracker:
    return tracker(shop, name="Ads")


@pytest.fixture
def reader(shop: Company) -> Client:
    return reader_of(shop)


def page(client: Client, shop: Company, query: str = "", status: int = 200) -> str:
    answer = client.get(f"{reverse('customers', args=[shop.id])}?{query}")
    assert answer.status_code == status
    return answer.content.decode()


def four(shop: Company, ads: Tracker) -> None:
    """Ann was answered, Ben and Cat wait, Ben for longer; Dan only called."""
    says(shop, ads, ANN, "Hello", "2026-03-18 09:00", customer_name="Ann Archer")
    answers(shop, ads, ANN, "Hi", "2026-03-20 09:00")
    says(shop, ads, BEN, "Hello", "2026-03-17 09:00", customer_name="Ben")
    says(shop, ads, BEN, "Hello?", "2026-03-19 10:00")
    says(shop, ads, CAT, "Hello", "2026-03-19 09:00", customer_name="Cat")
    calls(shop, ads, CAT, "2026-03-19 11:00")
    calls(shop, ads, DAN, "2026-03-16 11:00", seconds=20)


def ids(shop: Company) -> dict[str, int]:
    return dict(fetch("SELECT number, id FROM ledger_customer WHERE company_id = %s", [shop.id]))


def test_those_who_wait_come_first(reader: Client, shop: Company, ads: Tracker) -> None:
    four(shop, ads)
    html = page(reader, shop)
    assert rows(html) == [
        "Ben (770) 555-0101 Text, Mar 19, 10:00 AM Waiting since Mar 17, 9:00 AM 2 in 0 out 0 calls Timeline",
        "Cat (770) 555-0102 Call, Mar 19, 11:00 AM Waiting since Mar 19, 9:00 AM 1 in 0 out 1 call Timeline",
        "Ann Archer (404) 555-0112 Text, 9:00 AM 1 in 1 out 0 calls Timeline",
        "(770) 555-0103 No name yet Call, Mar 16, 11:00 AM 0 in 0 out 1 call Timeline",
    ]
    assert "All customers 4 · 2 waiting" in words(html)
    assert "1–4 of 4" in words(html)
    assert links(html, "Timeline")[2] == reverse("timeline", args=[shop.id, ids(shop)[ANN]]) + (
        "?list=customers"
    )


def test_whole_numbers_are_called_by_a_tap_and_nothing_else(
    reader: Client, shop: Company, ads: Tracker
) -> None:
    four(shop, ads)
    for sender in ("24273", "ACME"):
        says(shop, ads, sender, "Your code is 1234", "2026-03-19 12:00")
    html = page(reader, shop)
    assert links(html, "(404) 555-0112") == [f"tel:{ANN}"]
    assert links(html, "(770) 555-0103") == [f"tel:{DAN}"]
    assert html.count("tel:") == 4
    assert words(html).count("called from your own phone; such a call isn’t recorded here.") == 1
    assert rows(html)[0].startswith("Ben (770) 555-0101 Text,")
    assert any(row.startswith("24273 No name yet") for row in rows(html))


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("-latest", [ANN, CAT, BEN, DAN]),
        ("customer", [DAN, ANN, BEN, CAT]),
        ("waiting", [BEN, CAT, ANN, DAN]),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_pages_follow_each_other(
    shop: Company, ads: Tracker, sort: str, expected: list[str], size: int
) -> None:
    four(shop, ads)
    seen: list[str] = []
    after, first = "", 1
    while True:
        shown = customer_page(CustomerQuery(shop.id, sort=sort, after=after), size)
        assert shown.first == first
        first += len(shown.rows)
        seen += [row.number for row in shown.rows]
        if not shown.next_cursor:
            break
        after = shown.next_cursor
    assert seen == expected
    assert [row.number for row in each_customer(CustomerQuery(shop.id, sort=sort))] == expected


@pytest.mark.parametrize("few", [2000, 1])
@pytest.mark.parametrize(
    ("q", "expected"), [("arch", {ANN}), ("770-555", {BEN, CAT, DAN}), ("nobody", set()), ("!!!", set())]
)
def test_search_finds_by_name_or_digits(
    monkeypatch: pytest.MonkeyPatch, shop: Company, q: str, expected: set[str], few: int
) -> None:
    four(shop, tracker(shop))
    monkeypatch.setattr("textmeter.reports.search.FEW_CUSTOMERS", few)
    for sort in CUSTOMER_SORTS:
        shown = customer_page(CustomerQuery(shop.id, q, sort))
        assert {row.number for row in shown.rows} == expected
        assert shown.count == (len(expected) if len(expected) <= few else None)


def test_a_call_that_moves_takes_the_last_contact_along(shop: Company, ads: Tracker) -> None:
    late = calls(shop, ads, ANN, "2026-03-19 11:00")
    calls(shop, ads, ANN, "2026-03-18 11:00")
    calls(shop, ads, ANN, "2026-03-17 11:00", carrier_ref=late.carrier_ref)  # the earlier of the two counts
    (row,) = customer_page(CustomerQuery(shop.id)).rows
    assert row.last_contact_at == row.last_call_at == at_ms(shop, "2026-03-18 11:00")


def test_nothing_there_and_nothing_found(reader: Client, shop: Company, ads: Tracker) -> None:
    assert "No customers yet" in words(page(reader, shop))
    four(shop, ads)
    assert "No customer is found" in words(page(reader, shop, "q=zebra"))


def test_wrong_values_are_told(reader: Client, shop: Company, ads: Tracker) -> None:
    four(shop, ads)
    html = page(reader, shop, "sort=size&after=rubbish")
    assert "Sort can’t be “ size ”" in words(html)
    assert "Page of the log can’t be “ rubbish ”" in words(html)
    assert len(rows(html)) == 4
    cursor = customer_page(CustomerQuery(shop.id), 1).next_cursor
    assert "Page of the log can’t be" in words(page(reader, shop, f"sort=customer&after={cursor}"))
    answer = reader.get(reverse("customers_csv", args=[shop.id]), {"sort": "size"})
    assert (answer.status_code, answer.content) == (
        400,
        "sort is “size”; allowed: waiting, -latest, customer.\n".encode(),
    )


def test_the_file_says_the_same(reader: Client, shop: Company, ads: Tracker) -> None:
    four(shop, ads)
    says(shop, ads, ANN, "STOP", "2026-03-20 10:00")
    lines = taken_apart(export(reader, shop, "customers_csv"))
    assert [line["customer_number"] for line in lines] == [BEN, CAT, ANN, DAN]
    assert tuple(lines[0]) == CUSTOMERS
    assert lines[2] == {
        "customer_id": str(ids(shop)[ANN]),
        "customer_name": "Ann Archer",
        "customer_number": ANN,
        "customer_city": "",
        "customer_state": "",
        "time_zone": "America/New_York",
        "last_contact_at": "2026-03-20T10:00:00.000-04:00",
        "last_text_at": "2026-03-20T10:00:00.000-04:00",
        "last_call_at": "",
        "waiting_since_at": "",
        "opted_out": "true",
        "inbound_messages": "2",
        "outbound_messages": "1",
        "calls": "0",
    }
    found = taken_apart(export(reader, shop, "customers_csv", q="arch"))
    assert [line["customer_number"] for line in found] == [ANN]


@pytest.mark.parametrize(
    ("time_zone", "utc", "expected"),
    [
        ("America/New_York", datetime(2025, 11, 2, 5, 30, tzinfo=UTC), "2025-11-02T01:30:00.000-04:00"),
        ("America/New_York", datetime(2025, 11, 2, 6, 30, tzinfo=UTC), "2025-11-02T01:30:00.000-05:00"),
        ("America/New_York", datetime(2025, 3, 9, 7, 30, tzinfo=UTC), "2025-03-09T03:30:00.000-04:00"),
        ("Asia/Kolkata", datetime(2025, 3, 9, 18, 29, tzinfo=UTC), "2025-03-09T23:59:00.000+05:30"),
    ],
)
def test_the_files_times_are_the_zones(time_zone: str, utc: datetime, expected: str) -> None:
    """On days of 25 and 23 hours, and in a zone of half an hour."""
    there = company("There", time_zone)
    calls(there, tracker(there), ANN, to_ms(utc))
    (line,) = taken_apart(export(reader_of(there), there, "customers_csv"))
    assert (line["last_contact_at"], line["last_call_at"]) == (expected, expected)


def test_a_manager_names_from_the_list_and_is_back_there(shop: Company, ads: Tracker) -> None:
    four(shop, ads)
    manager = signed_in(person("m@example.com", Role.MANAGER, shop))
    address = reverse("customer_name", args=[shop.id, ids(shop)[DAN]])
    posted = {"name": "Dan", "from": "customers", "query": "sort=-latest&q=dan"}
    answer = manager.post(address, posted)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{reverse('customers', args=[shop.id])}?q=dan&sort=-latest",
    )
    assert rows(page(manager, shop, "q=dan"))[0].startswith("Dan (770) 555-0103")
    again = reader_of(shop)
    assert again.post(address, posted).status_code == 403
    assert "Give a name" not in page(again, shop)


def test_a_stranger_finds_no_such_page(shop: Company, ads: Tracker) -> None:
    four(shop, ads)
    stranger = reader_of(company("Stranger & Sons"))
    for name in ("customers", "customers_csv", "customer_changes", "print_customers"):
        assert stranger.get(reverse(name, args=[shop.id])).status_code == 404


def test_the_stranger_sees_none_of_them(shop: Company, ads: Tracker) -> None:
    four(shop, ads)
    other = company("Stranger & Sons")
    says(other, tracker(other, "+14045550190"), ANN, "Hello", "2026-03-18 09:00")
    html = page(reader_of(other), other)
    assert len(rows(html)) == 1
    assert "Ben" not in html


def test_news_counts_texts_and_calls(reader: Client, shop: Company, ads: Tracker) -> None:
    four(shop, ads)
    ((newest,),) = fetch("SELECT MAX(id) FROM ledger_call WHERE company_id = %s", [shop.id])
    says(shop, ads, BEN, "Well?", "2026-03-20 11:00")
    calls(shop, ads, ANN, "2026-03-20 11:05")
    address = reverse("customer_changes", args=[shop.id])
    assert json.loads(reader.get(address, {"since": newest}).content)["said"] == "2 new"
    assert json.loads(reader.get(address, {"since": newest, "q": "arch"}).content)["new"] == 1
    assert json.loads(reader.get(address).content)["new"] == 0


def test_waiting_now_leads_to_them(reader: Client, shop: Company, ads: Tracker) -> None:
    four(shop, ads)
    html = reader.get(reverse("text_conversations", args=[shop.id])).content.decode()
    assert figures(html)["waiting_now"] == "2 customers"
    narrowed = reader.get(reverse("text_conversations", args=[shop.id]), {"numbers": str(ads.id)})
    assert figures(narrowed.content.decode())["waiting_now"] == "2 customers, unfiltered"
    here = reverse("customers", args=[shop.id])
    assert links(html, "customers") == [here]
    assert links(html, "All customers")[0] == here
