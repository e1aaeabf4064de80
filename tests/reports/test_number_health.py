"""When numbers were last heard: by their company's days, and never by reading through messages."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.databases import only_sqlite
from tests.scene import answers, at_ms, company, put, says, text, tracker
from textmeter.accounts.models import Company
from textmeter.ledger.trackers import Tracker, change_tracker
from textmeter.reports.number_health import numbers_health, quiet_numbers
from textmeter.reports.quiet import Silence

pytestmark = pytest.mark.django_db
NOW = "2026-03-04 15:00"


def got_texts(owner: Company, line: Tracker, last: str, *, a_day: int, days: int = 50) -> None:
    end = datetime.fromisoformat(last)
    put(
        owner,
        *(
            text(
                owner,
                line,
                "+17705550112",
                "Hi",
                f"{end - timedelta(days=day, minutes=7 * each):%Y-%m-%d %H:%M}",
            )
            for day in range(days)
            for each in range(a_day)
        ),
    )


@pytest.mark.parametrize("zone", ["America/New_York", "America/St_Johns", "Asia/Kolkata"])
def test_each_number_has_its_last_text_and_its_state(zone: str) -> None:
    shop = company(time_zone=zone)
    names = ("busy", "dead", "old", "sends", "never")
    lines = {name: tracker(shop, f"+1404555018{place}", name) for place, name in enumerate(names)}
    tollfree = tracker(shop, "+18005550199", "toll-free")
    got_texts(shop, lines["busy"], "2026-03-04 14:30", a_day=3)
    answers(shop, lines["busy"], "+17705550112", "Hello", "2026-03-04 14:40")
    got_texts(shop, lines["dead"], "2026-02-26 00:10", a_day=3)
    got_texts(shop, lines["old"], "2025-12-20 12:00", a_day=2, days=3)
    says(shop, lines["sends"], "+17705550112", "Hi", "2026-02-20 23:59:59.999")
    answers(shop, lines["sends"], "+17705550112", "Hello", "2026-03-04 14:00")
    found = {one.tracker.name: one for one in numbers_health(shop, at_ms(shop, NOW))}
    assert {name: (one.last_at, one.silence) for name, one in found.items()} == {
        "busy": (at_ms(shop, "2026-03-04 14:30"), Silence.USUAL),
        "dead": (at_ms(shop, "2026-02-26 00:10"), Silence.QUIET),
        "old": (None, Silence.UNUSED),
        "sends": (at_ms(shop, "2026-02-20 23:59:59.999"), Silence.RARE),
        "never": (None, Silence.UNUSED),
        "toll-free": (None, Silence.UNUSED),
    }
    assert tollfree.name in found
    assert round(found["busy"].per_week) == 19
    assert quiet_numbers(shop, at_ms(shop, NOW)) == 1


def test_another_company_s_texts_are_none_of_its_own() -> None:
    shop, stranger = company(), company("Stranger")
    mine, other = tracker(shop), tracker(stranger, "+14045550190")
    got_texts(stranger, other, "2026-03-04 14:30", a_day=1)
    (only,) = numbers_health(shop, at_ms(shop, NOW))
    assert (only.tracker.id, only.last_at, only.silence) == (mine.id, None, Silence.UNUSED)


def test_many_numbers_are_asked_for_in_as_few_statements_as_one() -> None:
    shop = company()
    counts = []
    for place in range(3):
        got_texts(shop, tracker(shop, f"+1404555018{place}"), "2026-03-04 14:30", a_day=1, days=2)
        with CaptureQueriesContext(connection) as caught:
            numbers_health(shop, at_ms(shop, NOW))
        counts.append(len(caught))
    assert counts == [5, 5, 5]


@only_sqlite
def test_every_step_is_led_by_the_company() -> None:
    shop = company()
    got_texts(shop, tracker(shop), "2026-03-04 14:30", a_day=1, days=2)
    with CaptureQueriesContext(connection) as caught:
        numbers_health(shop, at_ms(shop, NOW))
    steps = []
    for query in caught.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
            steps += [row[3] for row in cursor.fetchall()]
    assert [step for step in steps if re.search(r"SCAN (ledger_|m\b)", step)] == []
    others = [step for step in steps if step.startswith("SEARCH") and "company_id=?" not in step]
    assert [re.sub(" USING .*", "", step) for step in others] == [
        "SEARCH latest",  # the one row of a subquery
        "SEARCH ledger_number_owner",  # whose key is the number: it may go from company to company
    ], others
    assert others[1].endswith("(number=?)")
    assert any(
        "ledger_conversation_tracker_latest (company_id=? AND tracker_id=? AND last_at>? AND last_at<?)"
        in step
        for step in steps
    )


def test_a_disabled_number_is_never_quiet() -> None:
    shop = company()
    line = tracker(shop)
    got_texts(shop, line, "2026-02-26 00:10", a_day=3)
    assert quiet_numbers(shop, at_ms(shop, NOW)) == 1
    change_tracker(shop.id, line.id, is_disabled=True)
    assert quiet_numbers(shop, at_ms(shop, NOW)) == 0


def test_a_number_is_quiet_until_it_is_handed_over_and_never_after() -> None:
    shop = company()
    line = tracker(shop, name="Old")
    got_texts(shop, line, "2026-02-26 00:10", a_day=3)
    hand_over = at_ms(shop, "2026-03-05 09:00")
    tracker(company("Stranger"), line.number, "New", owns_from=hand_over)
    assert quiet_numbers(shop, hand_over - 1) == 1, "until then its texts are to come here"
    (only,) = numbers_health(shop, hand_over)
    assert (only.silence, only.last_at) == (Silence.HANDED_OVER, at_ms(shop, "2026-02-26 00:10"))
    assert quiet_numbers(shop, hand_over) == 0


def test_a_sample_that_nobody_texts_is_no_alarm() -> None:
    shop = company()
    got_texts(shop, tracker(shop), "2026-02-26 00:10", a_day=3)
    assert quiet_numbers(shop, at_ms(shop, NOW)) == 1
    shop.is_sample = True
    assert [one.silence for one in numbers_health(shop, at_ms(shop, NOW))] == [Silence.QUIET]
    assert quiet_numbers(shop, at_ms(shop, NOW)) == 0
