"""How recording asks the database: never through a whole table."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.databases import only_sqlite
from tests.scene import company, put, text, tracker

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


def plan(sql: str) -> list[str]:
    if not re.match(r"SELECT|WITH|INSERT|UPDATE|DELETE", sql):
        return []
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"), [])
        return [row[3] for row in cursor.fetchall()]
