"""The same as test_plans.py for PostgreSQL, with as many rows as make its planner choose as it does in
earnest: every report finds its rows by an index that the company leads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction

from tests.databases import only_postgres
from tests.plans import Planned, planned
from tests.reports.asking import chosen
from tests.reports.test_calls import chosen as chosen_calls
from tests.reports.test_plans import QUERIES
from tests.scene import at_ms, calls, company, put, text, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import Direction
from textmeter.ledger.statements import chunks, fetch, run
from textmeter.ledger.text_rows import load_texts
from textmeter.ledger.trackers import Tracker
from textmeter.reports import messages
from textmeter.reports.call_figures import call_report
from textmeter.reports.calls import call_page, each_call
from textmeter.reports.conversation_lines import conversation_lines
from textmeter.reports.conversations import each_conversation, log_page
from textmeter.reports.customer_cards import customer_card
from textmeter.reports.customers import CUSTOMER_SORTS, CustomerQuery, customer_page
from textmeter.reports.figures import figures
from textmeter.reports.filter import SORTS, Filter
from textmeter.reports.frequency import frequency
from textmeter.reports.messages import each_message
from textmeter.reports.neighbours import neighbours
from textmeter.reports.statements import Sql, fetch_one, planned_for_many
from textmeter.reports.timeline import conversation_days, timeline_page
from textmeter.reports.trackers import summaries, trackers
from textmeter.reports.volume import volume

pytestmark = [pytest.mark.django_db, only_postgres]
# Every word of it stands behind its company's own token.
WORDS = "ledger_message_words_found"


@pytest.fixture(scope="module")
def shop(django_db_setup: None, django_db_blocker: Any) -> Iterator[Company]:
    """A shop of 4,000 texts in 90 days on two numbers, and a larger one beside it; for all tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        shop, other = company(), company("Stranger & Sons")
        live(shop, [tracker(shop, number) for number in ("+14045550180", "+14045550181")], 4_000)
        live(other, [tracker(other, "+14045550190")], 8_000)
        run("ANALYZE", [])
        yield shop
        transaction.set_rollback(True)


@pytest.fixture(params=QUERIES)
def flt(shop: Company, request: pytest.FixtureRequest) -> Filter:
    return chosen(shop, request.param.format(*trackers(shop.id)))


def asked(report: Callable[[], Any]) -> list[Planned]:
    """The statements that a report runs. Small tables are read whole, and few rows sorted, however they are
    asked. Switched off, the planner does either only where no index serves."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    with planned() as plans:
        report()
    return plans


def not_by_company(plans: list[Planned]) -> Iterator[str]:
    """Steps that find rows of the ledger otherwise than by an index that the company leads."""
    leads = {
        name
        for (name,) in fetch(
            "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_attribute a"
            " ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE a.attname = 'company_id'",
            [],
        )
    }
    for one in plans:
        for step in one.steps():
            name = step.get("Relation Name", step.get("Index Name", ""))
            if not name.startswith("ledger_") or name.startswith("ledger_number_owner"):
                continue
            kind, index = step["Node Type"], step.get("Index Name")
            by_company = index in leads and "company_id =" in step.get("Index Cond", "")
            if kind != "Bitmap Heap Scan" and not by_company and index != WORDS:
                yield f"{kind} of {name} by {index} where {step.get('Index Cond')}: {one.text}"


def test_no_report_reads_rows_of_other_companies(flt: Filter) -> None:
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
        plans = asked(report)
        assert list(not_by_company(plans)) == []
        assert plans


def test_a_company_that_statistics_don_t_know_is_not_read_whole_for_its_texts(shop: Company) -> None:
    new, marks = company("Just opened"), range(40)
    (one,) = asked(lambda: load_texts(new.id, {("twilio", f"SM{mark}"): mark for mark in marks}))
    # A bitmap's step stands above its index, where the statistics of the moment make it one.
    (step,) = (step for step in one.steps() if step.get("Index Name"))
    assert step["Index Name"] == "ledger_message_ref"
    assert "ref_mark" in step["Index Cond"]


def test_it_would_be_noticed(shop: Company) -> None:
    for sql in (
        "SELECT m.id FROM ledger_message m WHERE m.sent_at > 5",
        "SELECT COUNT(*) FROM ledger_customer WHERE waiting_since IS NOT NULL",
        "SELECT 1 FROM ledger_message m, ledger_customer c WHERE m.company_id = 5 AND c.id = m.customer_id",
    ):
        assert list(not_by_company(asked(lambda sql=sql: fetch(sql, [])))), sql


def test_a_sort_would_be_noticed(shop: Company) -> None:
    by_words = "SELECT id FROM ledger_message WHERE company_id = %s ORDER BY body LIMIT 5"
    (one,) = asked(lambda: fetch(by_words, [shop.id]))
    assert "Sort" in {step["Node Type"] for step in one.steps()}


def test_no_report_of_a_customer_reads_rows_of_other_companies(shop: Company) -> None:
    flt = chosen(shop, "")
    customer = log_page(flt).rows[0].customer_id
    reports: tuple[Callable[[], Any], ...] = (
        lambda: customer_card(shop.id, customer),
        lambda: timeline_page(shop, customer, day=None),
        lambda: conversation_days(shop.id, customer, 9),
        lambda: frequency(shop, customer, "all_time", None, None),
        lambda: summaries(shop, 0),
        lambda: neighbours(flt, customer, None),
    )
    for report in reports:
        assert list(not_by_company(asked(report))) == []


@pytest.mark.parametrize("answer", ["", "&answer=none_yet"])
@pytest.mark.parametrize(
    "query", ["", "numbers={0}", "numbers={0}&numbers={1}", "range=today&hour=9", "q=770"]
)
def test_no_report_of_missed_calls_reads_rows_of_other_companies(
    shop: Company, query: str, answer: str
) -> None:
    flt = chosen_calls(shop, query.format(*trackers(shop.id)) + answer, missed=True)
    reports: tuple[Callable[[], Any], ...] = (
        lambda: call_page(flt, missed=True),
        lambda: call_report(flt, missed=True),
        lambda: list(each_call(flt, missed=True)),
    )
    for report in reports:
        plans = asked(report)
        assert plans
        assert list(not_by_company(plans)) == []


def test_who_called_is_looked_up_call_by_call_to_see_who_still_waits(shop: Company) -> None:
    """Otherwise all customers would be read, and those who ever called are few of them."""
    flt = chosen_calls(shop, "answer=none_yet", missed=True)
    assert call_page(flt, missed=True).rows
    for report in (lambda: call_page(flt, missed=True), lambda: call_report(flt, missed=True)):
        waits = [one for one in asked(report) if "COALESCE(cu.answered_at" in one.text]
        assert waits
        for one in waits:
            steps = [step for step in one.steps() if step.get("Relation Name") == "ledger_customer"]
            assert steps
            by_call = [re.search(r"\bid = k\w*\.customer_id", step["Index Cond"]) for step in steps]
            assert all(by_call), one.plan


@pytest.mark.parametrize("sort", CUSTOMER_SORTS)
def test_a_page_of_customers_comes_in_the_order_of_an_index(shop: Company, sort: str) -> None:
    first = customer_page(CustomerQuery(shop.id, sort=sort))
    for after in ("", first.next_cursor or ""):
        plans = asked(lambda after=after: customer_page(CustomerQuery(shop.id, sort=sort, after=after)))
        assert list(not_by_company(plans)) == []
        listed = [one for one in plans if "cu.sort_name" in one.text]
        assert listed
        assert {step["Node Type"] for one in listed for step in one.steps()} & {"Sort", "Gather"} == set()
    for q in ("770", "17705550"):
        assert list(not_by_company(asked(lambda q=q: customer_page(CustomerQuery(shop.id, q, sort))))) == []


@pytest.mark.parametrize("sort", ["-latest", "latest"])
@pytest.mark.parametrize(
    "query", ["range=all_time", "range=all_time&direction=inbound", "range=all_time&numbers={0}"]
)
def test_the_log_by_latest_comes_in_the_order_of_an_index(shop: Company, sort: str, query: str) -> None:
    """So that a page costs its fifty rows, however many are listed."""
    flt = chosen(shop, f"{query.format(*trackers(shop.id))}&sort={sort}")
    keys = asked(lambda: log_page(flt))[0]
    assert "Sort" not in {step["Node Type"] for step in keys.steps()}, keys.plan
    assert "Limit" in {step["Node Type"] for step in keys.steps()}


def test_the_file_of_messages_is_never_sorted_as_a_whole(
    flt: Filter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only some days' are at a time, with few more messages than a part is to have."""
    monkeypatch.setattr(messages, "PART", 100)
    monkeypatch.setattr(messages, "PART_OF_A_SEARCH", 100)
    plans = [one for one in asked(lambda: list(each_message(flt))) if "ORDER BY m.sent_at" in one.text]
    counts = dict(
        fetch(
            "SELECT local_date, SUM(inbound + outbound) FROM ledger_volume_hour WHERE company_id = %s"
            " GROUP BY local_date",
            [flt.company_id],
        )
    )
    for one in plans:
        ((first, last),) = set(re.findall(r"local_date BETWEEN (\d+) AND (\d+)", one.text))
        part = [count for day, count in counts.items() if int(first) <= day <= int(last)]
        assert flt.numbers or sum(part) < 100 + max(part)
    assert len(plans) > 1 or flt.start == flt.end


def live(shop: Company, lines: list[Tracker], count: int) -> None:
    """As many texts until March 20th, of a tenth as many customers; every fourth is an answer."""
    latest, step = at_ms(shop, "2026-03-20 10:00"), 90 * 86_400_000 // count
    texts = []
    for place in range(count):
        way = Direction.OUTBOUND if place % 4 == 0 else Direction.INBOUND
        number = f"+1770555{place * 7 % (count // 10):04d}"
        body = "Hello" if place % 3 else f"Number {place}"
        texts.append(
            text(shop, lines[place % len(lines)], number, body, latest - place * step, direction=way)
        )
    for chunk in chunks(texts, 1000):
        put(shop, *chunk)
    for place in range(count // 20):
        number = f"+1770555{place * 7 % (count // 10):04d}"
        calls(shop, lines[place % len(lines)], number, latest - place * 90 * 86_400_000 // (count // 20))


@pytest.mark.parametrize("sort", ["-latest", "latest"])
def test_the_file_of_conversations_comes_as_it_is_read(shop: Company, sort: str) -> None:
    """By one statement without a sort, so that its first line needn't wait for its last."""
    flt = chosen(shop, f"range=all_time&sort={sort}")
    with planned() as plans:
        assert len(list(conversation_lines(flt))) > 1_000
    (one,) = plans
    assert {step["Node Type"] for step in one.steps()} & {"Sort", "Hash", "Gather"} == set()


def test_a_plan_for_many_ends_with_what_it_is_for() -> None:
    """Also within a transaction of somebody else's."""

    def present() -> tuple[str, str]:
        return fetch_one(Sql("SELECT current_setting('work_mem'), current_setting('enable_nestloop')"))

    before = present()
    with planned_for_many():
        assert present() == ("128MB", "off")
    assert present() == before


def test_statistics_know_the_biggest_company_alone_in_every_table_that_grows() -> None:
    """A new company is planned for like another one then; see docs/decisions.md."""
    rows = fetch(
        "SELECT c.relname, a.attstattarget FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE a.attname = 'company_id' AND c.relkind IN ('r', 'p') AND c.relname LIKE 'ledger%%'",
        [],
    )
    small = {"ledger_change", "ledger_rebuild", "ledger_number_owner", "ledger_tracker"}
    assert {name for name, target in rows if target != 1} == small
