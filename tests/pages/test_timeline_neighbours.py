"""Previous and next customer on the timeline: the log's neighbours, in the log's filter and sort."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.http import QueryDict

from tests import scene
from tests.people import person, signed_in
from textmeter.accounts.models import Company, Role
from textmeter.lib.days import now_ms
from textmeter.reports.conversations import each_conversation
from textmeter.reports.filter import SORTS
from textmeter.reports.neighbours import neighbours
from textmeter.reports.query import read_filter


@pytest.fixture
def shop(db: None) -> Company:
    """Five customers over three days; equal totals and equal instants among them."""
    made = scene.company("Piedmont Dental", "America/New_York")
    ads, site = scene.tracker(made, "+14045550180", "Ads"), scene.tracker(made, "+14045550182", "Site")
    for last in range(5):
        for day in (1, 2, 3):
            line = ads if (last + day) % 2 else site
            for _ in range(1 + (last * day) % 2):
                scene.says(
                    made, line, f"+1404555011{last}", f"hello {day}", f"2026-03-0{day} 09:0{last // 2}"
                )
    return made


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize(
    "query", ["range=all_time", "range=all_time&q=hello+2", "range=all_time&direction=inbound"]
)
def test_they_are_the_nearest_other_customers_of_the_log(shop: Company, sort: str, query: str) -> None:
    flt, wrong = read_filter(QueryDict(f"{query}&sort={sort}"), shop, now_ms())
    assert wrong == []
    log = [(row.customer_id, row.date) for row in each_conversation(flt)]
    assert len(log) >= 5
    for at, (customer, day) in enumerate(log):
        found = neighbours(flt, customer, day)
        before = next((each for each in reversed(log[:at]) if each[0] != customer), None)
        behind = next((each for each in log[at + 1 :] if each[0] != customer), None)
        said = [(each.customer_id, each.day) if each else None for each in (found.previous, found.next)]
        assert said == [before, behind], (sort, at)


def test_another_companys_customer_has_none(shop: Company) -> None:
    flt, _ = read_filter(QueryDict("range=all_time"), shop, now_ms())
    customer = next(each_conversation(flt)).customer_id
    stranger = replace(flt, company_id=scene.company("Other").id)
    found = neighbours(stranger, customer, None)
    assert (found.previous, found.next) == (None, None)


def test_the_page_links_them_with_the_logs_query(shop: Company) -> None:
    ann = signed_in(person("ann@example.com", Role.ADMIN))
    flt, _ = read_filter(QueryDict("range=all_time&sort=latest"), shop, now_ms())
    log = list(each_conversation(flt))
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM ledger_conversation")
        assert len(log) == cursor.fetchone()[0]
    address = (
        f"/c/{shop.id}/customers/{log[0].customer_id}/timeline?day={log[0].date}&range=all_time&sort=latest"
    )
    seen = []
    for _ in range(3):
        page = ann.get(address).content.decode()
        seen.append(address)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        assert found
        address = found[1].replace("&amp;", "&").partition("#")[0]
        assert "range=all_time&sort=latest" in address
    first = ann.get(seen[0]).content.decode()
    assert 'rel="prev"' not in first
    assert 'rel="prev"' in ann.get(seen[1]).content.decode()
