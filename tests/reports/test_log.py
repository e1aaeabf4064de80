"""DOMAIN.md, "Conversation"; CONTRACT.md, "Pages": the log's rows, sorts and pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.reports.asking import chosen
from tests.scene import answers, at_ms, calls, company, says, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import Direction, Media, Place, Status
from textmeter.lib.days import to_ms
from textmeter.lib.keyset import BadCursor
from textmeter.reports import log_keys, messages
from textmeter.reports.conversations import each_conversation, log_page
from textmeter.reports.filter import SORTS, Filter
from textmeter.reports.messages import each_message
from textmeter.reports.neighbours import Neighbour, Neighbours, neighbours
from textmeter.reports.rows import ConversationRow, LastMessage
from textmeter.reports.trackers import trackers

pytestmark = pytest.mark.django_db
ANN, BEN, CAT, DAN = "+17705550101", "+17705550102", "+17705550103", "+17705550104"


@pytest.fixture
def shop() -> Company:
    return company()


def pages(flt: Filter, size: int) -> list[list[ConversationRow]]:
    page = log_page(flt, size)
    found = [list(page.rows)]
    while page.next_cursor and len(found) < 100:
        page = log_page(replace(flt, after=page.next_cursor), size)
        found.append(list(page.rows))
    return found


def test_a_row_whole(shop):
    """Number name, total, first and last message are over all its messages, whatever the filter."""
    ads, main = tracker(shop, "+14045550180", "Ads", source="Google"), tracker(shop, "+14045550181", "Main")
    other = company("Other")
    says(other, tracker(other, "+14045550990"), ANN, "Hi", at="2026-03-04 09:00", customer_name="Stranger")
    place = Place("ATLANTA", "GA", "30303", "US")
    says(shop, ads, ANN, "Hi", at="2026-03-04 09:00", customer_name="Ann Lee", place=place)
    answers(shop, ads, ANN, "No", at="2026-03-04 09:01", status=Status.FAILED, agent="Bob")
    answers(shop, main, ANN, "Yes?", at="2026-03-04 09:03", agent="Ann-Marie")
    photo = (Media("https://api.twilio.com/1", "image/jpeg"),)
    says(shop, main, ANN, "", at="2026-03-04 09:05:00.250", media=photo)
    at = at_ms(shop, "2026-03-04 09:05:00.250")
    (row,) = log_page(chosen(shop, f"numbers={ads.id}&direction=inbound")).rows
    last_id = max(each_message(chosen(shop, "")), key=lambda each: each.sent_at).id
    assert row == ConversationRow(
        customer_id=row.customer_id,
        date=date(2026, 3, 4),
        customer_name="Ann Lee",
        customer_number=ANN,
        city="ATLANTA",
        state="GA",
        tracker=trackers(shop.id)[main.id],
        total=4,
        inbound=2,
        matching=1,
        failed=1,
        first_at=at_ms(shop, "2026-03-04 09:00"),
        last_at=at,
        last_message=LastMessage(last_id, Direction.INBOUND, "", photo, Status.RECEIVED, at),
        agents=("Bob", "Ann-Marie"),
        first_response_ms=180_000,
        unanswered=True,
        waiting_since=at,
        opted_out=False,
    )


def test_each_day_is_a_conversation_of_its_own(shop):
    main = tracker(shop)
    says(shop, main, ANN, "Late", at="2026-03-04 23:59:59.999")
    says(shop, main, ANN, "STOP", at="2026-03-05 00:00")
    rows = log_page(chosen(shop, "")).rows
    assert [(row.date.day, row.total, row.opted_out, row.unanswered) for row in rows] == [
        (5, 1, True, False),
        (4, 1, False, True),
    ]


def test_a_text_that_is_not_received_yet_is_listed_without_words(shop):
    answers(shop, tracker(shop), ANN, None, at="2026-03-04 09:00")
    (row,) = log_page(chosen(shop, "")).rows
    assert (row.last_message.body, row.total, row.first_response_ms) == (None, 1, None)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("-latest", ["Cat 6", "Ann 5", " 5", "Ann 4", "Cat 3"]),
        ("latest", ["Cat 3", "Ann 4", " 5", "Ann 5", "Cat 6"]),
        ("-total", ["Ann 4", "Cat 6", "Ann 5", " 5", "Cat 3"]),
        ("total", ["Cat 6", "Ann 5", " 5", "Cat 3", "Ann 4"]),
        ("customer", [" 5", "Ann 5", "Ann 4", "Cat 6", "Cat 3"]),
        ("-customer", ["Cat 6", "Cat 3", "Ann 5", "Ann 4", " 5"]),
    ],
)
def test_the_sorts(shop, sort, order):
    """CONTRACT.md: ties by latest, then id. Who has no name stands by the number."""
    main = tracker(shop)
    says(shop, main, CAT, "Hi", at="2026-03-03 09:00", customer_name="Cat")
    says(shop, main, ANN, "Hi", at="2026-03-04 09:00", customer_name="Ann")
    says(shop, main, ANN, "Hi", at="2026-03-04 09:01")
    says(shop, main, BEN, "Hi", at="2026-03-05 08:00")
    says(shop, main, ANN, "Hi", at="2026-03-05 09:00")
    says(shop, main, CAT, "Hi", at="2026-03-06 09:00")
    flt = chosen(shop, f"sort={sort}")
    assert [f"{row.customer_name} {row.date.day}" for row in each_conversation(flt)] == order
    for size in range(1, 7):
        paged = [row for page in pages(flt, size) for row in page]
        assert [f"{row.customer_name} {row.date.day}" for row in paged] == order


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("query", ["", "direction=inbound", "q=hi", "one", "two"])
def test_no_row_is_lost_or_doubled_where_all_are_equal(shop, sort, query):
    """Same instant, same total, same name: only the id is left to go by."""
    ads, main = tracker(shop, "+14045550180", "Ads"), tracker(shop, "+14045550181", "Main")
    for place in range(7):
        for line in (ads, main):
            says(shop, line, f"+1770555010{place}", "Hi", at="2026-03-04 09:00", customer_name="Same")
    query = {"one": f"numbers={ads.id}", "two": f"numbers={ads.id}&numbers={main.id}"}.get(query, query)
    flt = chosen(shop, f"{query}&sort={sort}")
    found = pages(flt, 2)
    assert [len(page) for page in found] == [2, 2, 2, 1]
    ids = [row.customer_id for page in found for row in page]
    assert ids == sorted(ids, reverse=sort != "latest")
    assert [row.matching for page in found for row in page] == [1 if query == f"numbers={ads.id}" else 2] * 7


def test_pages_know_their_place(shop):
    main = tracker(shop)
    for day in range(1, 8):
        says(shop, main, ANN, "Hi", at=f"2026-03-0{day} 09:00")
    flt = chosen(shop, "")
    first = log_page(flt, 3)
    second = log_page(replace(flt, after=first.next_cursor), 3)
    third = log_page(replace(flt, after=second.next_cursor), 3)
    assert [(page.first, len(page.rows), page.conversations) for page in (first, second, third)] == [
        (1, 3, 7),
        (4, 3, 7),
        (7, 1, 7),
    ]
    assert third.next_cursor is None
    assert log_page(flt, 7).next_cursor is None
    assert (log_page(chosen(shop, "q=none")).first, log_page(chosen(shop, "q=none")).rows) == (0, ())
    with pytest.raises(BadCursor):
        log_page(replace(flt, sort="total", after=first.next_cursor))


def test_a_new_conversation_moves_no_row_of_the_next_page(shop):
    main = tracker(shop)
    for day in range(1, 5):
        says(shop, main, ANN, "Hi", at=f"2026-03-0{day} 09:00")
    flt = chosen(shop, "")
    first = log_page(flt, 2)
    says(shop, main, BEN, "Hi", at="2026-03-20 09:00")
    second = log_page(replace(flt, after=first.next_cursor), 2)
    assert [row.date.day for row in second.rows] == [2, 1]


def test_matching_is_shown_where_the_filter_can_make_it_differ(shop):
    main = tracker(shop)
    queries = (
        "",
        "range=today",
        "sort=total",
        f"numbers={main.id}",
        "direction=inbound",
        "q=x",
        "range=today&hour=9",
    )
    assert [log_page(chosen(shop, query)).shows_matching for query in queries] == [False] * 3 + [True] * 4


def test_a_call_alone_is_no_conversation(shop):
    calls(shop, tracker(shop), ANN, at="2026-03-04 09:00")
    assert log_page(chosen(shop, "")).conversations == 0


def test_messages_come_oldest_first_and_ties_never_fall_to_arrival(shop):
    """DOMAIN.md: messages are ordered by (sent_at, carrier, carrier_ref)."""
    ads, main = tracker(shop, "+14045550180", "Ads"), tracker(shop, "+14045550181", "Main")
    says(shop, main, ANN, "c", at="2026-03-04 09:00", carrier_ref="SMc")
    says(shop, ads, BEN, "a", at="2026-03-04 09:00", carrier_ref="SMa")
    says(shop, ads, ANN, "b", at="2026-03-04 09:00", carrier_ref="SMb")
    says(shop, ads, ANN, "0", at="2026-03-03 09:00", carrier_ref="SMz")
    assert [row.body for row in each_message(chosen(shop, "sort=-total"))] == ["0", "a", "b", "c"]
    assert [row.body for row in each_message(chosen(shop, f"numbers={ads.id}"))] == ["0", "a", "b"]
    assert [row.body for row in each_message(chosen(shop, f"numbers={ads.id}&numbers={main.id}"))] == [
        "0",
        "a",
        "b",
        "c",
    ]


def test_messages_come_oldest_first_where_a_later_day_began_twice(monkeypatch):
    """In Newfoundland clocks went back from 12:01 AM to 11:01 PM of the day before; parts of one day each."""
    monkeypatch.setattr(messages, "PART", 1)
    shop = company("Harbour Clinic", "America/St_Johns")
    line = tracker(shop)
    for at in ("03:00:00", "02:30:30", "02:29:59", "02:31:00"):
        says(shop, line, ANN, at, at=to_ms(datetime.fromisoformat(f"2010-11-07T{at}+00:00")))
    found = list(each_message(chosen(shop, "range=all_time")))
    assert [(row.body, row.day.day) for row in found] == [
        ("02:29:59", 6),
        ("02:30:30", 7),
        ("02:31:00", 6),
        ("03:00:00", 6),
    ]


@pytest.mark.parametrize("sort", ["latest", "-latest"])
def test_a_search_lists_them_by_latest_there_too(monkeypatch, sort):
    """From the index, a day at a time: the two days are read together, and no page loses one."""
    for name, value in (("TEXTS_LOOKED_AT", 0), ("FIRST_DAYS", 1), ("LEAST_DAYS", 1), ("FEW_TEXTS", 1)):
        monkeypatch.setattr(log_keys, name, value)
    shop = company("Harbour Clinic", "America/St_Johns")
    line = tracker(shop)
    texts = [(ANN, "02:29:59"), (BEN, "02:30:30"), (CAT, "02:31:00"), (ANN, "02:30:45")]
    for customer, at in [*texts, (DAN, "15:00:00")]:
        says(shop, line, customer, "Hi", at=to_ms(datetime.fromisoformat(f"2010-11-07T{at}+00:00")))
    listed = [(ANN, 6), (BEN, 7), (ANN, 7), (CAT, 6), (DAN, 7)]
    for size in (1, 2, 3, 9):
        found = [
            (row.customer_number, row.date.day)
            for page in pages(chosen(shop, f"range=all_time&q=hi&sort={sort}"), size)
            for row in page
        ]
        assert found == (listed if sort == "latest" else listed[::-1])


def test_a_message_whole(shop):
    main = tracker(shop, name="Main", source="Google")
    answers(
        shop,
        main,
        ANN,
        "Hi",
        at="2026-03-04 09:00",
        carrier_ref="SM1",
        status=Status.UNDELIVERED,
        error_code="30006",
        segments=2,
        agent="Bob",
        is_automatic=True,
        customer_name="Ann Lee",
    )
    (row,) = each_message(chosen(shop, ""))
    assert (row.customer_name, row.customer_number, row.tracker) == (
        "Ann Lee",
        ANN,
        trackers(shop.id)[main.id],
    )
    assert (row.direction, row.sent_at, row.day, row.hour) == (
        Direction.OUTBOUND,
        at_ms(shop, "2026-03-04 09:00"),
        date(2026, 3, 4),
        9,
    )
    assert (row.carrier, row.carrier_ref, row.public_id[:4]) == ("twilio", "SM1", "msg_")
    assert (row.body, row.media, row.status, row.error_code) == ("Hi", (), Status.UNDELIVERED, "30006")
    assert (row.segments, row.agent, row.automatic, row.opt_out_type) == (2, "Bob", True, None)


def test_neighbours_without_a_day_are_those_of_the_latest_conversation(shop):
    main = tracker(shop)
    says(shop, main, BEN, "Hi", at="2026-03-03 09:00")
    says(shop, main, ANN, "Hi", at="2026-03-04 09:00")
    says(shop, main, ANN, "Hi", at="2026-03-05 09:00")
    says(shop, main, CAT, "Hi", at="2026-03-06 09:00")
    flt = chosen(shop, "")
    cat, ann, _, ben = (Neighbour(row.customer_id, row.date) for row in log_page(flt).rows)
    for day in (None, date(2026, 3, 5), date(2026, 3, 4), date(2026, 3, 9)):
        assert neighbours(flt, ann.customer_id, day) == Neighbours(cat, ben)
    assert neighbours(flt, ann.customer_id, date(2026, 3, 1)) == Neighbours(None, None)


def test_a_stranger_has_no_neighbours(shop):
    main, other = tracker(shop), company("Other")
    says(shop, main, ANN, "Hi", at="2026-03-04 09:00")
    says(other, tracker(other, "+14045550990"), BEN, "Hi", at="2026-03-04 09:00")
    (theirs,) = log_page(chosen(other, "")).rows
    assert neighbours(chosen(shop, ""), theirs.customer_id, theirs.date) == Neighbours(None, None)
