"""How reports ask the database: few statements, as many whatever the data, and never through a whole table
of messages, conversations or customers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.databases import SERVER, only_sqlite
from tests.reports.asking import chosen
from tests.scene import answers, calls, company, says, tracker
from textmeter.accounts.models import Company
from textmeter.ledger.trackers import Tracker
from textmeter.reports import messages
from textmeter.reports.conversation_details import TABLES, conditions
from textmeter.reports.conversation_lines import conversation_lines
from textmeter.reports.conversations import each_conversation, log_page
from textmeter.reports.cursors import Place
from textmeter.reports.customer_cards import customer_card
from textmeter.reports.customers import CUSTOMER_SORTS, CustomerQuery, customer_page
from textmeter.reports.figures import figures, graph_and_figures
from textmeter.reports.filter import SORTS, Filter
from textmeter.reports.frequency import frequency
from textmeter.reports.log_order import Asked, Beside, lines_in_order
from textmeter.reports.messages import each_message
from textmeter.reports.rows import TrackerRow
from textmeter.reports.timeline import conversation_days, timeline_page
from textmeter.reports.trackers import summaries, trackers
from textmeter.reports.volume import volume

pytestmark = pytest.mark.django_db
QUERIES = (
    "",
    "range=all_time",
    "direction=inbound",
    "numbers={0}",
    "numbers={0}&numbers={1}&direction=outbound",
    "numbers={0}&range=today",
    "range=today&hour=9",
    "q=hello",
    "q=770-555",
)


@pytest.fixture
def shop() -> Company:
    shop = company()
    for number in ("+14045550180", "+14045550181"):
        line = tracker(shop, number)
        for place in range(3):
            says(shop, line, f"+1770555010{place}", "Hello", at="2026-03-19 09:00")
            answers(shop, line, f"+1770555010{place}", "Hello", at=f"2026-03-20 09:0{place}")
            calls(shop, line, f"+1770555010{place}", at="2026-03-20 10:00")
    return shop


@pytest.fixture(params=QUERIES)
def flt(shop: Company, request: pytest.FixtureRequest) -> Filter:
    return chosen(shop, request.param.format(*trackers(shop.id)))


def asked(report: Callable[[], Any]) -> list[str]:
    """The statements that a report runs."""
    with CaptureQueriesContext(connection) as caught:
        report()
    return [each["sql"] for each in caught.captured_queries]


def plan(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"), [])
        return [row[3] for row in cursor.fetchall()]


def whole_tables(statements: list[str]) -> Iterator[str]:
    """Steps that read a whole table of the ledger, of all companies."""
    for sql in statements:
        aliases = set(re.findall(r"ledger_(?:message|conversation|customer|call)\w*\s+(\w+)?", sql))
        aliases |= set(re.findall(r"\bledger_\w+", sql)) - {"ledger_message_words"}
        for step in plan(sql):
            scanned = re.match(r"SCAN (\w+)(?! VIRTUAL TABLE INDEX (0:M|6:))", step)  # by its words
            every_company = "ANY(company_id)" in step
            if every_company or (scanned and scanned[1] in aliases - {"WHERE", "SET"}):
                yield f"{step}: {sql}"


@only_sqlite
def test_no_report_reads_a_whole_table(flt):
    reports: list[Callable[[], Any]] = [
        lambda: volume(flt),
        lambda: figures(flt),
        lambda: list(each_message(flt)),
    ]
    for sort in SORTS:
        by_sort = replace(flt, sort=sort)
        reports += [lambda by=by_sort: log_page(by), lambda by=by_sort: list(each_conversation(by))]
        reports.append(lambda by=by_sort: list(conversation_lines(by)))
    for report in reports:
        assert list(whole_tables(asked(report))) == []


@only_sqlite
def test_a_whole_table_would_be_noticed():
    assert list(whole_tables(["SELECT m.id FROM ledger_message m WHERE m.sent_at > 5"]))
    assert list(whole_tables(["SELECT COUNT(*) FROM ledger_customer WHERE waiting_since IS NOT NULL"]))


@only_sqlite
def test_no_report_of_a_customer_reads_a_whole_table(shop):
    customer = log_page(chosen(shop, "")).rows[0].customer_id
    reports: tuple[Callable[[], Any], ...] = (
        lambda: customer_card(shop.id, customer),
        lambda: timeline_page(shop, customer, day=None),
        lambda: conversation_days(shop.id, customer, 9),
        lambda: frequency(shop, customer, "all_time", None, None),
        lambda: summaries(shop, 0),
    )
    for report in reports:
        assert list(whole_tables(asked(report))) == []


@only_sqlite
@pytest.mark.parametrize("sort", ["-latest", "latest"])
@pytest.mark.parametrize("query", ["", "direction=inbound", "numbers={0}"])
def test_the_log_by_latest_comes_in_the_order_of_an_index(shop, sort, query):
    """So that a page costs its fifty rows, however many are listed."""
    flt = chosen(shop, f"{query.format(*trackers(shop.id))}&sort={sort}")
    keys = asked(lambda: log_page(flt))[0]
    assert not any("TEMP B-TREE" in step for step in plan(keys)), plan(keys)


@only_sqlite
@pytest.mark.parametrize("sort", ["-latest", "latest"])
@pytest.mark.parametrize("query", ["range=all_time", "direction=inbound"])
@pytest.mark.parametrize("after", [None, Place(0, 1_773_900_000_000, 5, 1)])
def test_a_part_of_the_file_of_conversations_comes_in_the_order_of_an_index(shop, sort, query, after):
    """And the next one begins where it ends: what was written isn't read through again."""
    flt = chosen(shop, f"{query}&sort={sort}")
    beside = Beside(", m.body", f" {TABLES}", conditions(shop.id))
    lines = lines_in_order(flt, Asked(after=after, limit=100), beside)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {lines.text}", lines.params)
        steps = [row[3] for row in cursor.fetchall()]
    assert not any("TEMP B-TREE" in step for step in steps), steps
    assert "ledger_conversation_latest (company_id=? AND last_at>? AND last_at<?)" in steps[0]


def test_the_file_of_messages_is_never_sorted_as_a_whole(flt, monkeypatch):
    """Only some days' are at a time, led to by the days' conversations or by the search."""
    monkeypatch.setattr(messages, "PART", 1)
    monkeypatch.setattr(messages, "PART_OF_A_SEARCH", 1)
    statements = [sql for sql in asked(lambda: list(each_message(flt))) if "ORDER BY m.sent_at" in sql]
    parts = [re.findall(r"local_date BETWEEN (\d+) AND (\d+)", sql) for sql in statements]
    days = 1 if flt.start == flt.end else 2
    assert [set(part) for part in parts] == [{(day, day)} for day in ("20260319", "20260320")][-days:]


@only_sqlite
@pytest.mark.parametrize("query", ["range=all_time", "numbers={0}", "numbers={0}&numbers={1}"])
def test_a_conversation_leads_to_its_own_day_alone(shop, query):
    """Not to all the days of its customer: some customers write every day."""
    flt = chosen(shop, query.format(*trackers(shop.id)))
    (file,) = [sql for sql in asked(lambda: list(each_message(flt))) if "ORDER BY m.sent_at" in sql]
    steps = [step for step in plan(file) if "ledger_message_customer" in step]
    assert [step.rpartition(" (")[2] for step in steps] == [
        "company_id=? AND customer_id=? AND local_date=?)"
    ]


def test_the_unfiltered_page_reads_no_message_but_the_last_ones(shop):
    flt = chosen(shop, "range=all_time")
    for report in (lambda: volume(flt), lambda: figures(flt)):
        assert not any("ledger_message " in sql for sql in asked(report))


@only_sqlite
@pytest.mark.parametrize("sort", ["-latest", "latest"])
@pytest.mark.parametrize("query", ["", "numbers={0}"])
def test_a_page_deep_in_the_log_costs_what_the_first_does(shop, sort, query):
    line = trackers(shop.id)
    for place in range(150):
        says(
            shop,
            add_line(line),
            f"+1770555{1000 + place}",
            "Hi",
            at=f"2026-03-19 {10 + place // 60}:{place % 60:02d}",
        )
    flt = chosen(shop, f"{query.format(*line)}&sort={sort}")

    def steps(after: str) -> tuple[int, str]:
        """What SQLite's machine does for the page behind a cursor, and the next cursor."""
        count = 0

        def one_more() -> None:
            nonlocal count
            count += 1

        connection.connection.set_progress_handler(one_more, 1)
        page = log_page(replace(flt, after=after), size=10, conversations=1)
        connection.connection.set_progress_handler(None, 0)
        return count, page.next_cursor or ""

    first, cursor = steps("")
    for _ in range(12):
        deep, cursor = steps(cursor)
    assert cursor
    assert deep < first * 1.2


def add_line(known: dict[int, TrackerRow]) -> Tracker:
    row = next(iter(known.values()))
    return Tracker(0, row.id, row.number, row.name, "", "", False, 0)


def test_few_statements_and_as_many_whatever_the_data(shop):
    def counts(owner: Company, customer: int) -> dict[str, int]:
        flt, searched = chosen(owner, ""), chosen(owner, "q=hello")
        return {
            "volume": len(asked(lambda: volume(flt))),
            "figures": len(asked(lambda: figures(flt))),
            "log": len(asked(lambda: log_page(flt, 2))),
            "log, counted": len(asked(lambda: log_page(flt, conversations=3))),
            "search": len(asked(lambda: graph_and_figures(searched))),
            "query": len(asked(lambda: chosen(owner, "range=last_7_days&sort=total"))),
            "card": len(asked(lambda: customer_card(owner.id, customer))),
            "timeline": len(asked(lambda: timeline_page(owner, customer, day=date(2026, 3, 19)))),
            "frequency": len(asked(lambda: frequency(owner, customer, "all_time", None, None))),
            "outline": len(asked(lambda: conversation_days(owner.id, customer, 9))),
            "summaries": len(asked(lambda: summaries(owner, 0))),
        }

    customer = log_page(chosen(shop, "")).rows[0].customer_id
    few = {
        "volume": 2,
        "figures": 7,
        "log": 4,
        "log, counted": 3,
        "search": 9 if SERVER else 10,
        "query": 0,
        "card": 7,
        "timeline": 6,
        "frequency": 1,
        "outline": 2,
        "summaries": 3,
    }
    assert counts(shop, customer) == few
    line = tracker(shop, "+14045550182")
    for place in range(30):
        says(shop, line, f"+177055502{place:02d}", "Hello", at="2026-03-18 09:00")
        says(shop, line, "+17705550100", "Hello", at=f"2026-03-{place % 18 + 1:02d} 10:00")
    assert counts(shop, customer) == few


@pytest.mark.parametrize("query", ["q=hello", "q=nobody", "q=770-555"])
def test_a_page_of_a_search_takes_few_statements(shop, query):
    """First the list without the search, 50 conversations at a time, then the index."""
    line = tracker(shop, "+14045550182")
    for place in range(120):
        says(shop, line, f"+1{770 if place % 2 else 404}555{place:04d}", "Hello", at="2026-03-18 09:00")
    assert len(asked(lambda: log_page(chosen(shop, query), conversations=5))) <= 14


@only_sqlite
@pytest.mark.parametrize("sort", CUSTOMER_SORTS)
@pytest.mark.parametrize("q", ["", "770"])
def test_a_page_of_customers_reads_an_index_in_its_order(shop: Company, sort: str, q: str) -> None:
    first = customer_page(CustomerQuery(shop.id, q, sort), 1)
    for after in ("", first.next_cursor or ""):
        statements = asked(lambda after=after: customer_page(CustomerQuery(shop.id, q, sort, after)))
        assert [*whole_tables(statements)] == []
        listed = [sql for sql in statements if "cu.sort_name" in sql]
        steps = [step for sql in listed for step in plan(sql)]
        assert listed
        assert q or not [step for step in steps if "TEMP B-TREE" in step], steps
