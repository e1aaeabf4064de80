"""The list of calls, its graph and its figures: equal to each other and to a naive recount, in every zone
and under every filter; a missed call's answer; a stranger's calls are nobody's business."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict

from tests.databases import only_sqlite
from tests.reports.test_plans import asked, plan, whole_tables
from tests.scene import answers, at_ms, calls, company, put, says, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import Direction, LegStatus, Recording, Status
from textmeter.ledger.customers import name_customer
from textmeter.ledger.trackers import Tracker
from textmeter.reports.call_figures import Unanswered, call_report
from textmeter.reports.calls import CallLine, call_page, each_call, listing
from textmeter.reports.filter import Filter, WrongValue
from textmeter.reports.news import new_calls
from textmeter.reports.query import read_filter

pytestmark = pytest.mark.django_db

ANN, BEN, CAT = "+14045550112", "+17705550101", "+17705550102"
ZONES = ("America/New_York", "America/St_Johns", "Asia/Kolkata", "Pacific/Honolulu")
NOW = "2026-03-20 12:00"
VOICEMAIL = Recording("RE1", "", 9, True)


def read(shop: Company, query: str = "", *, missed: bool = False) -> tuple[Filter, list[WrongValue]]:
    return read_filter(QueryDict(query), shop, at_ms(shop, NOW), listing=listing(missed=missed))


def chosen(shop: Company, query: str = "", *, missed: bool = False) -> Filter:
    flt, wrong = read(shop, query, missed=missed)
    assert wrong == []
    return flt


def listed(shop: Company, query: str = "", *, missed: bool = False) -> list[CallLine]:
    return list(call_page(chosen(shop, query, missed=missed), missed=missed).rows)


def said(lines: list[CallLine]) -> list[tuple[str, str, str]]:
    return [(line.customer_number, line.call.tracker.name, line.call.outcome) for line in lines]


@pytest.fixture
def shop() -> Company:
    return company()


@pytest.fixture
def ads(shop: Company) -> Tracker:
    return tracker(shop, name="Ads")


def test_each_call_is_a_line(shop: Company, ads: Tracker) -> None:
    site = tracker(shop, "+14045550181", "Site")
    calls(shop, ads, ANN, "2026-03-19 09:00", seconds=61, customer_name="Ann")
    calls(shop, site, BEN, "2026-03-19 10:00")
    calls(shop, ads, "anonymous", "2026-03-19 11:00", recording=VOICEMAIL)
    lines = listed(shop)
    assert said(lines) == [("", "Ads", "voicemail"), (BEN, "Site", "missed"), (ANN, "Ads", "answered")]
    assert (lines[2].customer_name, lines[2].call.seconds, lines[0].call.recording_seconds) == ("Ann", 61, 9)
    assert said(listed(shop, "sort=latest")) == said(lines)[::-1]
    assert said(listed(shop, missed=True)) == said(lines)[:2]


def test_an_outbound_call_that_nobody_took_is_not_missed(shop: Company, ads: Tracker) -> None:
    calls(shop, ads, ads.number, "2026-03-19 09:00", direction=Direction.OUTBOUND, to_number=ANN)
    assert said(listed(shop)) == [(ANN, "Ads", "missed")]
    assert listed(shop, missed=True) == []
    report = call_report(chosen(shop), missed=False)
    assert (report.now.calls, report.now.missed, report.now.answered) == (1, 0, 0)


@dataclass(frozen=True)
class After:
    """What happens after a missed call at 09:00."""

    words: str
    do: Callable[[Company, Tracker], Any]
    text_at: str | None = None
    call_at: str | None = None


AFTER = (
    After("nothing", lambda shop, ads: None),
    After(
        "an answer by text",
        lambda shop, ads: answers(shop, ads, ANN, "Sorry!", "2026-03-03 09:12"),
        "2026-03-03 09:12",
    ),
    After(
        "one on another number, the next day",
        lambda shop, ads: answers(shop, tracker(shop, "+14045550181"), ANN, "Sorry!", "2026-03-04 08:00"),
        "2026-03-04 08:00",
    ),
    After(
        "an automatic one",
        lambda shop, ads: answers(shop, ads, ANN, "We missed you", "2026-03-03 09:01", is_automatic=True),
    ),
    After(
        "one that failed",
        lambda shop, ads: answers(shop, ads, ANN, "Sorry!", "2026-03-03 09:01", status=Status.UNDELIVERED),
    ),
    After("one of before", lambda shop, ads: answers(shop, ads, ANN, "Hi", "2026-03-03 08:59")),
    After("a text of the customer's", lambda shop, ads: says(shop, ads, ANN, "Hi", "2026-03-03 09:05")),
    After("one for somebody else", lambda shop, ads: answers(shop, ads, BEN, "Hi", "2026-03-03 09:05")),
    After("one eight days later", lambda shop, ads: answers(shop, ads, ANN, "Hi", "2026-03-11 09:05")),
    After(
        "a call that was taken",
        lambda shop, ads: calls(shop, ads, ANN, "2026-03-03 10:00", seconds=5),
        call_at="2026-03-03 10:00",
    ),
    After("another one that wasn't", lambda shop, ads: calls(shop, ads, ANN, "2026-03-03 10:00")),
)


@pytest.mark.parametrize("after", AFTER, ids=lambda after: after.words)
def test_a_missed_call_says_what_came_of_it(shop: Company, ads: Tracker, after: After) -> None:
    calls(shop, ads, ANN, "2026-03-03 09:00")
    after.do(shop, ads)
    line = listed(shop, missed=True)[-1]
    expected = [at and at_ms(shop, at) for at in (after.text_at, after.call_at)]
    assert [line.answered_by_text_at, line.called_back_at] == expected


def test_an_answered_call_needs_no_answer(shop: Company, ads: Tracker) -> None:
    calls(shop, ads, ANN, "2026-03-03 09:00", seconds=20)
    answers(shop, ads, ANN, "Thanks for calling", "2026-03-03 09:12")
    (line,) = listed(shop)
    assert (line.answered_by_text_at, line.called_back_at) == (None, None)


def test_another_company_answers_nobody_here(shop: Company, ads: Tracker) -> None:
    other = company("Stranger & Sons")
    theirs = tracker(other, "+14045550190", "Theirs")
    calls(shop, ads, ANN, "2026-03-03 09:00")
    answers(other, theirs, ANN, "Hello", "2026-03-03 09:01")
    calls(other, theirs, ANN, "2026-03-03 09:02", seconds=3)
    (line,) = listed(shop)
    assert (line.answered_by_text_at, line.called_back_at) == (None, None)
    assert call_report(chosen(shop), missed=False).now.calls == 1


def test_a_search_finds_customers_alone(shop: Company, ads: Tracker) -> None:
    says(shop, ads, BEN, "Is the crown ready?", "2026-03-19 08:00")
    calls(shop, ads, ANN, "2026-03-19 09:00")
    calls(shop, ads, BEN, "2026-03-19 09:01")
    calls(shop, ads, "anonymous", "2026-03-19 09:02")
    name_customer(shop.id, listed(shop)[2].call.customer_id, "Zoé Ångström", by="x@example.com", now=1)
    assert said(listed(shop, "q=ang")) == [(ANN, "Ads", "missed")]
    assert said(listed(shop, "q=770-555")) == [(BEN, "Ads", "missed")]
    assert listed(shop, "q=crown") == listed(shop, "q=!!!") == []


def test_only_the_calls_sorts_and_cursors_are_taken(shop: Company, ads: Tracker) -> None:
    for minute in range(3):
        calls(shop, ads, ANN, f"2026-03-19 09:0{minute}")
    cursor = call_page(chosen(shop), missed=False, size=2).next_cursor
    assert read(shop, f"after={cursor}")[1] == []
    assert [each.parameter for each in read(shop, f"after={cursor}&sort=latest")[1]] == ["after"]
    assert [each.parameter for each in read(shop, f"after={cursor}", missed=True)[1]] == ["after"]
    assert [each.parameter for each in read(company("Other"), f"after={cursor}")[1]] == ["after"]
    (wrong,) = read(shop, "sort=-total")[1]
    assert (wrong.parameter, wrong.allowed) == ("sort", "-latest, latest")
    assert [each.parameter for each in read_filter(QueryDict(f"after={cursor}"), shop, 0)[1]] == ["after"]


def test_all_time_is_from_the_first_call_to_the_last(shop: Company, ads: Tracker) -> None:
    assert (chosen(shop, "range=all_time").start, chosen(shop, "range=all_time").end) == (
        date(2026, 3, 20),
        date(2026, 3, 20),
    )
    says(shop, ads, ANN, "Hi", "2025-01-01 09:00")
    calls(shop, ads, ANN, "2025-02-03 23:30")
    calls(shop, ads, ANN, "2026-03-19 09:00")
    flt = chosen(shop, "range=all_time")
    assert (flt.start, flt.end) == (date(2025, 2, 3), date(2026, 3, 19))


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-08", 23), ("2025-11-02", 25)], ids=["23 hours", "25 hours"]
)
def test_days_of_23_and_25_hours(shop: Company, ads: Tracker, day: str, hours: int) -> None:
    start = at_ms(shop, f"{day} 00:00")
    for hour in range(hours):
        calls(shop, ads, ANN, start + hour * 3_600_000)
    report = call_report(chosen(shop, f"start={day}&end={day}"), missed=True)
    counts = [bar.total for bar in report.bars]
    assert len(counts) == 24
    assert sum(counts) == hours
    assert counts[2 if hours == 23 else 1] == (0 if hours == 23 else 2)


QUERIES = (
    "",
    "numbers={0}",
    "numbers={0}&numbers={1}",
    "range=today&hour=9",
    "q=404-555",
    "direction=inbound",
)


@only_sqlite
@pytest.mark.parametrize("missed", [False, True])
@pytest.mark.parametrize("query", QUERIES)
def test_no_report_of_calls_reads_a_whole_table(
    shop: Company, ads: Tracker, query: str, missed: bool
) -> None:
    site = tracker(shop, "+14045550181", "Site")
    calls(shop, ads, ANN, "2026-03-19 09:00")
    calls(shop, site, BEN, "2026-03-20 09:30")
    waits = "&answer=none_yet" if missed else ""
    flt = chosen(shop, query.format(ads.id, site.id) + waits, missed=missed)
    statements = asked(lambda: call_page(flt, missed=missed)) + asked(lambda: call_report(flt, missed=missed))
    assert list(whole_tables(statements)) == []


@only_sqlite
@pytest.mark.parametrize("query", ["", "numbers={0}", "sort=latest"])
def test_a_page_comes_in_the_order_of_an_index(shop: Company, ads: Tracker, query: str) -> None:
    """So that it costs its fifty rows, however many there are."""
    calls(shop, ads, ANN, "2026-03-19 09:00")
    (page,) = (
        sql
        for sql in asked(lambda: call_page(chosen(shop, query.format(ads.id)), missed=False))
        if "chosen" in sql
    )
    inner = page[page.index("FROM (SELECT") + 6 : page.index(") chosen")]
    assert not any("TEMP B-TREE" in step for step in plan(inner)), plan(inner)


@only_sqlite
def test_figures_read_no_call_itself(shop: Company, ads: Tracker) -> None:
    calls(shop, ads, ANN, "2026-03-19 09:00", seconds=3)
    for sql in asked(lambda: call_report(chosen(shop, f"numbers={ads.id}"), missed=False)):
        for step in plan(sql):
            assert "ledger_call" not in step or "COVERING INDEX ledger_call_day" in step, (step, sql)
    assert connection.vendor == "sqlite"


def waiting(shop: Company, query: str = "range=last_30_days") -> list[CallLine]:
    return listed(shop, f"answer=none_yet&{query}", missed=True)


@pytest.mark.parametrize("after", AFTER, ids=lambda after: after.words)
def test_a_missed_call_waits_until_its_caller_is_answered(shop: Company, ads: Tracker, after: After) -> None:
    """However late the answer comes, and on whatever number."""
    calls(shop, ads, ANN, "2026-03-03 09:00")
    after.do(shop, ads)
    is_answered = bool(after.text_at or after.call_at or after.words == "one eight days later")
    line = listed(shop, missed=True)[-1]
    assert line.is_answered is is_answered
    assert (line.call.id in [each.call.id for each in waiting(shop)]) is not is_answered


def test_who_still_waits_is_counted_by_calls_and_callers(shop: Company, ads: Tracker) -> None:
    for minute in (0, 1):
        calls(shop, ads, ANN, f"2026-03-19 09:0{minute}")
    calls(shop, ads, BEN, "2026-03-19 09:02", recording=VOICEMAIL)
    calls(shop, ads, CAT, "2026-03-19 09:03")
    calls(shop, ads, ads.number, "2026-03-19 09:30", direction=Direction.OUTBOUND, to_number=CAT, seconds=9)
    calls(shop, ads, "anonymous", "2026-03-19 09:04")  # nobody who could be answered
    calls(shop, ads, ads.number, "2026-03-19 09:05", direction=Direction.OUTBOUND, to_number=BEN)
    everything = call_report(chosen(shop, missed=True), missed=True)
    assert (everything.now.missed, everything.unanswered) == (5, Unanswered(3, 2))
    flt = chosen(shop, "answer=none_yet&sort=latest", missed=True)
    report = call_report(flt, missed=True)
    assert report.now.calls == sum(bar.total for bar in report.bars) == 3
    numbers = [line.customer_number for line in each_call(flt, missed=True)]
    assert numbers == [ANN, ANN, BEN]
    assert new_calls(flt, 0, missed=True) == 3
    assert waiting(shop, f"numbers={tracker(shop, '+14045550181').id}") == []


def test_an_answer_at_another_company_ends_no_waiting(shop: Company, ads: Tracker) -> None:
    other = company("Stranger & Sons")
    calls(shop, ads, ANN, "2026-03-03 09:00")
    answers(other, tracker(other, "+14045550190", "Theirs"), ANN, "Hello", "2026-03-03 09:01")
    assert said(waiting(shop)) == [(ANN, "Ads", "missed")]
    assert waiting(other) == []


def test_an_answer_that_fails_later_is_none(shop: Company, ads: Tracker) -> None:
    calls(shop, ads, ANN, "2026-03-03 09:00")
    seen = answers(shop, ads, ANN, "Sorry!", "2026-03-03 09:12", status=Status.SENT)
    assert waiting(shop) == []
    put(shop, seen._replace(status=Status.UNDELIVERED))
    assert len(waiting(shop)) == 1


def test_only_missed_calls_know_the_answer(shop: Company, ads: Tracker) -> None:
    assert read(shop, "answer=none_yet")[0].answer == ""
    flt, (wrong,) = read(shop, "answer=soon", missed=True)
    assert (flt.answer, wrong.parameter, wrong.allowed) == ("", "answer", "none_yet")


def test_a_call_that_is_going_on_is_neither_answered_nor_missed(shop: Company, ads: Tracker) -> None:
    ringing = {"parent_status": LegStatus.RINGING, "dial_status": LegStatus.UNKNOWN}
    calls(shop, ads, ANN, "2026-03-20 11:59", **ringing)
    report = call_report(chosen(shop, "range=today"), missed=False)
    assert (report.now.calls, report.now.answered, report.now.missed, report.now.going_on) == (1, 0, 0, 1)
    (bar,) = (bar for bar in report.bars if bar.total)
    assert (bar.answered, bar.others, bar.voicemails, bar.going_on) == (0, 0, 0, 1)
    assert (
        sum(
            bar.previous or 0
            for bar in call_report(chosen(shop, "start=2026-03-21&end=2026-03-21"), missed=False).bars
        )
        == 0
    )
