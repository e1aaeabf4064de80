"""How recording asks the database: never through a whole table, and never for nothing."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.databases import only_sqlite
from tests.scene import answers, calls, company, put, says, text, tracker
from textmeter.ledger.check import check
from textmeter.ledger.rebuild import go_on, mark_for_rebuild
from textmeter.ledger.statements import run
from textmeter.ledger.volume_recount import recount_volume

pytestmark = [pytest.mark.django_db, only_sqlite]


def test_a_batch_of_many_customers_goes_by_indexes_alone() -> None:
    """Each batch would otherwise take the longer, the more messages there are."""
    shop = company()
    line = tracker(shop)
    batch = [text(shop, line, f"+1404555{place:04d}", "Hi", at="2026-03-04 09:00") for place in range(300)]
    put(shop, *batch)
    with CaptureQueriesContext(connection) as caught:
        put(shop, *(one._replace(carrier_ref=f"{one.carrier_ref}b") for one in batch))
    steps = [step for each in caught.captured_queries for step in plan(each["sql"])]
    assert any("ledger_message_customer" in step for step in steps)
    assert [step for step in steps if re.match(r"SCAN (ledger_|m\b)|BLOOM", step)] == []


def test_a_rebuild_writes_no_row_that_is_right_already() -> None:
    shop = company()
    line, other = tracker(shop), tracker(shop, "+14045550181")
    says(shop, line, "+14045550112", "Hi", at="2026-03-04 09:00")
    answers(shop, other, "+14045550112", "Hello", at="2026-03-04 09:05")
    says(shop, line, "+14045550112", "stop", at="2026-03-05 09:00")
    calls(shop, line, "+14045550112", at="2026-03-05 10:00", seconds=10)
    mark_for_rebuild(shop.id)
    with CaptureQueriesContext(connection) as caught:
        go_on(shop.id)
    written = {
        found[1]
        for each in caught.captured_queries
        if (found := re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", each["sql"]))
    }
    assert written == {"ledger_rebuild", "ledger_change"}
    run("UPDATE ledger_conversation SET total = 9 WHERE company_id = %s AND local_date = 20260304", [shop.id])
    mark_for_rebuild(shop.id)
    go_on(shop.id)
    assert check() == []


def test_days_counted_again_read_those_days_alone() -> None:
    """A rebuild does it for all days: reading all of them each time, it took the square of the years."""
    shop = company()
    says(shop, tracker(shop), "+14045550112", "Hi", at="2026-03-04 09:00")
    with CaptureQueriesContext(connection) as caught:
        recount_volume(shop.id)
    of_day = [each["sql"] for each in caught.captured_queries if "20260304" in each["sql"]]
    steps = [step for sql in of_day for step in plan(sql) if re.match(r"SEARCH|SCAN", step)]
    assert any("ledger_conversation_spot (company_id=? AND spot>? AND spot<?)" in step for step in steps)
    assert [step for step in steps if step.startswith("SCAN ledger") or step.endswith("(company_id=?)")] == []


def plan(sql: str) -> list[str]:
    if not re.match(r"SELECT|WITH|INSERT|UPDATE|DELETE", sql):
        return []
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"), [])
        return [row[3] for row in cursor.fetchall()]
