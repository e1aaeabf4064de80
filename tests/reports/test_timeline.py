"""A customer's timeline, card and frequency graph: all messages and calls of one customer, in order."""

from __future__ import annotations

from datetime import date

import pytest

from tests.scene import answers, at_ms, calls, company, says, text, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import Recording
from textmeter.ledger.trackers import Tracker
from textmeter.reports.customer_cards import customer_card
from textmeter.reports.frequency import frequency
from textmeter.reports.rows import CallRow, HourBar, MessageRow, OutlineDay, TimelinePage
from textmeter.reports.statements import Sql, fetch
from textmeter.reports.timeline import conversation_days, timeline_page
from textmeter.reports.trackers import trackers

pytestmark = pytest.mark.django_db
ANN, BEN = "+17705550101", "+17705550102"


@pytest.fixture
def shop() -> Company:
    return company()


@pytest.fixture
def ads(shop) -> Tracker:
    return tracker(shop, "+14045550180", "Ads", source="Google")


@pytest.fixture
def main(shop) -> Tracker:
    return tracker(shop, "+14045550181", "Main")


@pytest.fixture(autouse=True)
def stranger() -> Company:
    other = company("Other")
    line = tracker(other, "+14045550990", "Theirs")
    says(other, line, ANN, "Theirs", at="2026-03-04 09:01")
    calls(other, line, ANN, at="2026-03-04 09:02")
    return other


def customer(shop: Company, number: str = ANN) -> int:
    found = fetch(
        Sql("SELECT id FROM ledger_customer WHERE company_id = %s AND number = %s", (shop.id, number))
    )
    return int(found[0][0])


def words(page: TimelinePage) -> list[tuple[int, list[str]]]:
    """(day of the month, its entries in words)."""
    return [
        (
            each.day.day,
            [row.body or "" if isinstance(row, MessageRow) else row.outcome for row in each.entries],
        )
        for each in page.days
    ]


def test_days_newest_first_and_inside_oldest_first(shop, ads, main):
    says(shop, ads, ANN, "Hi", at="2026-03-04 09:00")
    calls(shop, main, ANN, at="2026-03-04 09:01")
    answers(shop, main, ANN, "Hello", at="2026-03-04 09:01")
    calls(shop, ads, ANN, at="2026-03-05 09:00", seconds=61)
    says(shop, ads, ANN, "Thanks", at="2026-03-06 00:00")
    says(shop, ads, BEN, "Not Ann", at="2026-03-06 00:00")
    page = timeline_page(shop, customer(shop), day=None)
    assert words(page) == [(6, ["Thanks"]), (5, ["answered"]), (4, ["Hi", "Hello", "missed"])]
    known = trackers(shop.id)
    assert [(day.tracker, day.texts, day.calls) for day in page.days] == [
        (known[ads.id], 1, 0),
        (None, 0, 1),
        (known[main.id], 2, 1),
    ]
    assert (page.earlier, page.later) == (None, None)
    texts, only_calls = (
        timeline_page(shop, customer(shop), day=None, kind=kind) for kind in ("texts", "calls")
    )
    assert words(texts) == [(6, ["Thanks"]), (4, ["Hi", "Hello"])]
    assert words(only_calls) == [(5, ["answered"]), (4, ["missed"])]
    assert (only_calls.days[1].texts, only_calls.days[1].calls) == (2, 1)


def test_a_call_whole(shop, ads):
    recording = Recording("RE1", "https://api.twilio.com/RE1", 27)
    calls(shop, ads, ANN, at="2026-03-04 09:01", seconds=61, recording=recording)
    (row,) = timeline_page(shop, customer(shop), day=None).days[0].entries
    assert isinstance(row, CallRow)
    assert (row.customer_id, row.tracker.name, row.direction, row.outcome) == (
        customer(shop),
        "Ads",
        "inbound",
        "answered",
    )
    assert (row.started_at, row.day, row.hour) == (at_ms(shop, "2026-03-04 09:01"), date(2026, 3, 4), 9)
    assert (row.seconds, row.recording_ref, row.recording_seconds) == (61, "RE1", 27)


def test_pages_hold_whole_days_and_each_day_is_on_one_page(shop, ads):
    for day in range(1, 8):
        for minute in range(day % 3 + 1):  # 2 3 1 2 3 1 2 texts
            says(shop, ads, ANN, f"{day}", at=f"2026-03-0{day} 09:0{minute}")
    ann = customer(shop)

    def page(day: date | None) -> tuple[list[int], date | None, date | None]:
        found = timeline_page(shop, ann, day=day, entries=4)
        return [each.day.day for each in found.days], found.earlier, found.later

    newest = ([7, 6], date(2026, 3, 5), None)
    middle = ([5], date(2026, 3, 4), date(2026, 3, 6))
    older = ([4, 3], date(2026, 3, 2), date(2026, 3, 5))
    oldest = ([2], date(2026, 3, 1), date(2026, 3, 3))
    assert page(None) == newest
    assert [page(date(2026, 3, day)) for day in (7, 6, 5, 4, 3, 2)] == [
        newest,
        newest,
        middle,
        older,
        older,
        oldest,
    ]
    assert page(date(2026, 3, 1)) == ([1], None, date(2026, 3, 2))
    assert page(date(2030, 1, 1)) == newest
    assert page(date(1970, 1, 1)) == page(date(2026, 3, 1))
    assert timeline_page(shop, ann, day=None, entries=1).days[0].texts == 2  # a day is never cut


def test_earlier_and_later_lead_through_every_day_once(shop, ads):
    for day in range(1, 29):
        says(shop, ads, ANN, "Hi", at=f"2026-02-{day:02d} 09:00")
    ann, seen = customer(shop), []
    page = timeline_page(shop, ann, day=None, entries=5)
    while True:
        seen += [each.day for each in page.days]
        if page.earlier is None:
            break
        before = page
        page = timeline_page(shop, ann, day=page.earlier, entries=5)
        assert page.later is not None
        assert timeline_page(shop, ann, day=page.later, entries=5) == before
    assert seen == [date(2026, 2, day) for day in range(28, 0, -1)]


def test_an_outbound_message_after_an_opt_out_is_a_breach(shop, ads):
    """DOMAIN.md, "Opt-outs": START opts in again; the latest word before the message counts."""
    answers(shop, ads, ANN, "before", at="2026-03-03 09:00")
    says(shop, ads, ANN, "Stop!", at="2026-03-04 09:00", carrier_ref="SMb")
    answers(shop, ads, ANN, "same instant, before", at="2026-03-04 09:00", carrier_ref="SMa")
    answers(shop, ads, ANN, "same instant, after", at="2026-03-04 09:00", carrier_ref="SMc")
    says(shop, ads, ANN, "hello?", at="2026-03-05 09:00")
    answers(shop, ads, ANN, "next day", at="2026-03-05 09:01")
    says(shop, ads, ANN, "START", at="2026-03-06 09:00")
    answers(shop, ads, ANN, "welcome", at="2026-03-06 09:01")
    page = timeline_page(shop, customer(shop), day=None)
    breaches = {id for day in page.days for id in day.breaches}
    rows = [row for day in page.days for row in day.entries if row.id in breaches]
    assert [row.body for row in rows if isinstance(row, MessageRow)] == ["next day", "same instant, after"]
    assert all({row.id for row in day.entries} >= day.breaches for day in page.days)


def test_a_strangers_customer_has_no_card_no_days_no_bars(shop, stranger):
    theirs = customer(stranger)
    assert customer_card(shop.id, theirs) is None
    assert customer_card(shop.id, 2**62) is None
    assert timeline_page(shop, theirs, day=None) == TimelinePage((), None, None)
    assert conversation_days(shop.id, theirs, 5) == []
    assert not any(bar.customer or bar.agents for bar in frequency(shop, theirs, "all_time", None, None).bars)


def test_the_card(shop, ads, main):
    calls(shop, main, ANN, at="2026-03-03 09:00", customer_name="Ann Lee")
    says(shop, ads, ANN, "Hi", at="2026-03-04 09:00")
    answers(shop, ads, ANN, "Hello", at="2026-03-04 09:05")
    calls(shop, main, ANN, at="2026-03-05 09:00", seconds=60)
    says(shop, ads, ANN, "STOP", at="2026-03-05 08:00")
    says(shop, ads, ANN, "Start", at="2026-03-06 08:00")
    says(shop, main, ANN, "Me again", at="2026-03-07 08:00")
    card = customer_card(shop.id, customer(shop))
    assert card is not None
    known = trackers(shop.id)
    assert (card.name, card.heard_name, card.number) == ("Ann Lee", "Ann Lee", ANN)
    assert (card.first_seen_at, card.first_tracker, card.first_source) == (
        at_ms(shop, "2026-03-03 09:00"),
        known[main.id],
        "",
    )
    assert (card.texts, card.inbound, card.outbound) == (5, 4, 1)
    assert (card.calls, card.answered_calls, card.conversations) == (2, 1, 4)
    assert card.waiting_since == at_ms(shop, "2026-03-07 08:00")
    assert [line.opted_in for line in card.opt_outs] == [False, True]
    assert not card.is_opted_out
    assert [(use.tracker, use.messages, use.calls, use.is_latest) for use in card.trackers] == [
        (known[main.id], 1, 2, True),
        (known[ads.id], 4, 0, False),
    ]


def test_a_card_names_the_source_of_the_first_contact(shop, ads, main):
    says(shop, ads, ANN, "Hi", at="2026-03-04 09:00")
    says(shop, main, ANN, "Hi", at="2026-03-05 09:00")
    card = customer_card(shop.id, customer(shop))
    assert card is not None
    assert (card.first_source, card.trackers[0].tracker.name) == ("Google", "Main")


def test_trackers_of_one_day_stand_by_their_own_last_text_or_call(shop, ads, main):
    site = tracker(shop, "+14045550182", "Site")
    says(shop, site, ANN, "Hi", at="2026-03-01 09:00")
    says(shop, ads, ANN, "Hi", at="2026-03-04 09:00")
    calls(shop, site, ANN, at="2026-03-04 09:30")
    says(shop, main, ANN, "Hi", at="2026-03-04 10:00")
    card = customer_card(shop.id, customer(shop))
    assert card is not None
    assert [use.tracker.name for use in card.trackers] == ["Main", "Site", "Ads"]


def test_a_caller_who_never_wrote_has_a_card(shop, main):
    calls(shop, main, ANN, at="2026-03-03 09:00")
    card = customer_card(shop.id, customer(shop))
    assert card is not None
    assert (card.texts, card.calls, card.conversations, card.opt_outs) == (0, 1, 0, ())
    assert conversation_days(shop.id, card.id, 5) == []


def test_the_outline_lists_the_newest_conversations(shop, ads, main):
    for day, line in ((3, ads), (4, main), (5, ads)):
        says(shop, line, ANN, "Hi", at=f"2026-03-0{day} 09:00")
    known = trackers(shop.id)
    assert conversation_days(shop.id, customer(shop), 2) == [
        OutlineDay(date(2026, 3, 5), known[ads.id], 1),
        OutlineDay(date(2026, 3, 4), known[main.id], 1),
    ]


def test_the_frequency_graph_has_24_bars_of_local_hours(shop, ads, main):
    """DOMAIN.md: messages by the customer and by agents; of one day, of the range, or of all time."""
    says(shop, ads, ANN, "Hi", at="2026-03-03 00:00")
    says(shop, main, ANN, "Hi", at="2026-03-04 00:59:59.999")
    answers(shop, ads, ANN, "Hello", at="2026-03-04 23:00")
    calls(shop, ads, ANN, at="2026-03-04 12:00")
    says(shop, ads, BEN, "Hi", at="2026-03-04 12:00")
    ann = customer(shop)

    def bars(first: date | None, last: date | None) -> list[HourBar]:
        found = frequency(shop, ann, "range", first, last)
        assert [bar.hour for bar in found.bars] == list(range(24))
        return [bar for bar in found.bars if bar.customer or bar.agents]

    assert bars(None, None) == [HourBar(0, 2, 0), HourBar(23, 0, 1)]
    assert bars(date(2026, 3, 4), date(2026, 3, 4)) == [HourBar(0, 1, 0), HourBar(23, 0, 1)]
    assert bars(date(2026, 3, 1), date(2026, 3, 3)) == [HourBar(0, 1, 0)]
    assert bars(date(2026, 3, 5), date(2026, 3, 9)) == []


def test_a_doubled_hour_is_one_bar(shop, ads):
    once = at_ms(shop, "2025-11-02 01:30")
    for at in (once, once + 3_600_000):
        says(shop, ads, ANN, "Hi", at=at)
    assert text(shop, ads, ANN, "Hi", at=once).carrier_time == once
    assert frequency(shop, customer(shop), "all_time", None, None).bars[1] == HourBar(1, 2, 0)
