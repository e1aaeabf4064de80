"""What a hand-over would take along is what it then takes along: on days of 23, 24 and 25 hours, beside other
trackers and companies."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from tests.scene import answers, at_ms, calls, company, says, tracker
from textmeter.accounts.models import Company
from textmeter.ledger.check import check
from textmeter.ledger.coming_over import ComingOver, coming_over
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import Tracker

pytestmark = pytest.mark.django_db
NUMBER, ANN, BEN = "+14045550180", "+17705550101", "+17705550102"
HOUR = 3_600_000
NOTHING = ComingOver(0, 0, 0, None, None)


def moved(line: Tracker) -> tuple[int, int, int]:
    """What the tracker has: texts, calls, conversations with a text of it."""
    ((texts, conversations),) = fetch(
        "SELECT COUNT(*), COUNT(DISTINCT customer_id || '-' || local_date) FROM ledger_message"
        " WHERE company_id = %s AND tracker_id = %s",
        [line.company_id, line.id],
    )
    ((called,),) = fetch(
        "SELECT COUNT(*) FROM ledger_call WHERE company_id = %s AND tracker_id = %s",
        [line.company_id, line.id],
    )
    return texts, called, conversations


def test_what_came_since_is_counted_and_nothing_before_nor_of_others() -> None:
    shop, stranger = company(), company("Stranger")
    line, site = tracker(shop), tracker(shop, "+14045550181", "Site")
    theirs = tracker(stranger, "+14045550190")
    says(shop, line, ANN, "Before", "2026-03-04 08:59")
    says(shop, line, ANN, "At it", "2026-03-04 09:00")
    answers(shop, line, ANN, "After", "2026-03-04 09:05")
    says(shop, line, BEN, "Only before", "2026-03-04 07:00")
    says(shop, site, BEN, "Elsewhere", "2026-03-04 10:00")
    says(shop, line, BEN, "Next day", "2026-03-06 07:00")
    calls(shop, line, "anonymous", "2026-03-04 08:00")
    calls(shop, line, BEN, "2026-03-09 23:30")
    says(stranger, theirs, ANN, "Theirs", "2026-03-05 09:00")
    at = at_ms(shop, "2026-03-04 09:00")
    assert coming_over(shop, line, at) == ComingOver(3, 1, 2, date(2026, 3, 4), date(2026, 3, 9))
    assert coming_over(stranger, theirs, at).texts == 1
    assert coming_over(shop, line, at_ms(shop, "2026-03-07")) == ComingOver(
        0, 1, 0, date(2026, 3, 9), date(2026, 3, 9)
    )
    assert coming_over(shop, line, at_ms(shop, "2026-03-10")) == NOTHING


def test_a_conversation_that_ends_on_another_number_is_counted_by_its_own_texts() -> None:
    shop = company()
    line, site = tracker(shop), tracker(shop, "+14045550181", "Site")
    says(shop, line, ANN, "Here", "2026-03-04 09:00")
    says(shop, site, ANN, "There", "2026-03-04 10:00")
    assert coming_over(shop, line, at_ms(shop, "2026-03-04 08:00")).conversations == 1
    assert coming_over(shop, line, at_ms(shop, "2026-03-04 09:01")) == NOTHING


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("America/New_York", "2026-03-07"),  # before a day of 23 hours
        ("America/New_York", "2026-10-31"),  # before one of 25
        ("America/St_Johns", "2010-11-06"),  # where clocks went back from 12:01 AM to the day before
        ("America/Havana", "2026-10-31"),  # and from 1 AM to midnight
        ("Africa/Cairo", "2026-10-29"),  # and from midnight to the day before
        ("Pacific/Apia", "2011-12-28"),  # a day that never was
        ("Asia/Kolkata", "2026-03-04"),
    ],
)
def test_it_is_what_then_comes_over(zone: str, begins: str) -> None:
    rng = Random(zone + begins)
    shop = company(time_zone=zone)
    line, site = tracker(shop, NUMBER), tracker(shop, "+14045550181", "Site")
    first = at_ms(shop, begins)
    for _ in range(120):
        at = first + rng.randrange(72 * 60) * 60_000
        rng.choice((says, answers))(shop, rng.choice((line, line, site)), rng.choice((ANN, BEN)), "Hi", at)
        if rng.random() < 0.2:
            calls(shop, line, ANN, at)
    moments = [first + rng.randrange(72 * 60) * 60_000 for _ in range(40)]
    for at in moments + [first + hour * HOUR // 2 for hour in range(144)]:
        assert coming_over(shop, line, at) == by_reading(shop, line, at)
    at = first + 36 * HOUR
    said = coming_over(shop, line, at)
    newer = tracker(shop, NUMBER, "Newer", owns_from=at)
    assert moved(newer) == (said.texts, said.calls, said.conversations)
    assert said == coming_over(shop, newer, at)
    assert check() == []


def test_where_clocks_go_back_over_midnight_a_minute_of_the_next_day_was_before() -> None:
    """In St. John’s of 2010, from 12:01 AM to 11:01 PM of the day before."""
    shop = company(time_zone="America/St_Johns")
    line = tracker(shop)
    says(shop, line, ANN, "The next day, for a minute", "2010-11-07 00:00:30")
    at = at_ms(shop, "2010-11-07 00:00:30") + HOUR // 2
    assert coming_over(shop, line, at) == NOTHING
    says(shop, line, BEN, "The day before again", at)
    assert coming_over(shop, line, at) == by_reading(shop, line, at)
    assert coming_over(shop, line, at).first == date(2010, 11, 6)


def by_reading(shop: Company, line: Tracker, at: int) -> ComingOver:
    """The same, from every text and call."""
    texts = fetch(
        "SELECT customer_id, local_date FROM ledger_message"
        " WHERE company_id = %s AND tracker_id = %s AND sent_at >= %s",
        [shop.id, line.id, at],
    )
    called = fetch(
        "SELECT local_date FROM ledger_call WHERE company_id = %s AND tracker_id = %s AND started_at >= %s",
        [shop.id, line.id, at],
    )
    days = [date.fromisoformat(str(row[-1])) for row in texts + called]
    return ComingOver(
        len(texts), len(called), len(set(texts)), min(days, default=None), max(days, default=None)
    )
