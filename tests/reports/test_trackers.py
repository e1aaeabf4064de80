"""Trackers as reports show them, and the number that tells whether anything has changed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.scene import at_ms, company, says, tracker
from textmeter.ledger.last_texts import last_texts
from textmeter.reports.changes import change_number
from textmeter.reports.rows import TrackerRow
from textmeter.reports.trackers import summaries, trackers

pytestmark = pytest.mark.django_db
ANN = "+17705550101"


def test_trackers_by_name_with_why_they_cannot_text():
    shop, other = company(), company("Other")
    main = tracker(shop, "+14045550181", "Main", source="Flyer", destination="+14045550001")
    free = tracker(shop, "+18005550199", "A free line")
    tracker(other, "+14045550990", "Theirs")
    assert list(trackers(shop.id).values()) == [
        TrackerRow(
            free.id,
            "+18005550199",
            "A free line",
            "",
            "",
            "Toll-free numbers can’t text: only local U.S. and Canadian numbers can.",
        ),
        TrackerRow(main.id, "+14045550181", "Main", "Flyer", "+14045550001", None),
    ]


def test_a_tracker_that_is_added_while_a_report_runs_is_found():
    shop, stranger = company(), company("Other")
    theirs = tracker(stranger, "+14045550990")
    known = trackers(shop.id)
    late = tracker(shop, "+14045550181", "Late")
    assert late.id not in known
    assert known[late.id].name == "Late"
    with pytest.raises(LookupError):
        known[theirs.id]


def test_summaries_count_30_local_days_with_today():
    shop = company()
    ads, main = tracker(shop, "+14045550180", "Ads"), tracker(shop, "+14045550181", "Main")
    says(shop, ads, ANN, "Too old", at="2026-02-18 23:59")
    says(shop, ads, ANN, "Just in", at="2026-02-19 00:00")
    says(shop, ads, ANN, "Today", at="2026-03-20 09:00")
    found = summaries(shop, at_ms(shop, "2026-03-20 12:00"))
    assert [(each.tracker.id, each.last_text_at, each.messages_30_days) for each in found] == [
        (ads.id, at_ms(shop, "2026-03-20 09:00"), 2),
        (main.id, None, 0),
    ]


def test_a_number_s_last_text_is_its_own_though_the_conversation_went_on_elsewhere():
    shop = company()
    ads, main = tracker(shop, "+14045550180", "Ads"), tracker(shop, "+14045550181", "Main")
    says(shop, ads, ANN, "By the ad", at="2026-03-19 08:00")
    says(shop, main, ANN, "Later, to the other number", at="2026-03-19 20:00")
    says(shop, ads, "+17705550102", "Between", at="2026-03-19 09:00")
    says(shop, main, "+17705550103", "The day before", at="2026-03-18 23:00")
    last = {each.tracker.id: each.last_text_at for each in summaries(shop, at_ms(shop, "2026-03-20 12:00"))}
    assert last == {ads.id: at_ms(shop, "2026-03-19 09:00"), main.id: at_ms(shop, "2026-03-19 20:00")}


def test_a_stranger_s_texts_are_no_last_texts():
    shop, stranger = company(), company("Stranger & Sons")
    line, theirs = tracker(shop), tracker(stranger, "+14045550990")
    says(stranger, theirs, ANN, "Hello", at="2026-03-19 08:00")
    assert last_texts(shop.id, [line.id, theirs.id]) == {}


def test_the_change_number_rises_for_its_company_alone():
    shop, other = company(), company("Other")
    main = tracker(shop)
    before, theirs = change_number(shop.id), change_number(other.id)
    says(shop, main, ANN, "Hi", at="2026-03-20 09:00")
    assert change_number(shop.id) > before
    assert change_number(other.id) == theirs
    assert change_number(1) == 0
    with CaptureQueriesContext(
        connection,
    ) as asked:
        change_number(shop.id)
    assert len(asked) == 1


@pytest.mark.parametrize("zone", ["America/New_York", "America/St_Johns", "Asia/Kolkata"])
@pytest.mark.parametrize("today", ["2026-03-09", "2026-11-02"])  # the day after 23, and after 25 hours
def test_each_of_the_30_local_days_has_its_own_count(zone: str, today: str):
    shop = company(time_zone=zone)
    line = tracker(shop)
    now = datetime.fromisoformat(f"{today} 12:00")
    for ago in (0, 1, 2, 29, 30):
        for at in ("00:00", "23:59:59.999")[: 1 if ago == 0 else 2]:
            says(shop, line, ANN, "Hi", at=f"{now - timedelta(days=ago):%Y-%m-%d} {at}")
    (found,) = summaries(shop, at_ms(shop, f"{today} 12:00"))
    assert found.days == (2, *[0] * 26, 2, 2, 1)
    assert found.messages_30_days == 7
