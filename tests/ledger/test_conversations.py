"""DOMAIN.md, "Conversation" and "What is a message"."""

from __future__ import annotations

import pytest

from tests.ledger.tables import conversations, messages, table
from tests.scene import answers, at_ms, company, says, tracker
from textmeter.carriers.seen import Status
from textmeter.ledger.check import check

pytestmark = pytest.mark.django_db
ANN, BEN = "+14045550112", "+14045550113"
FAILURES = (Status.CANCELED, Status.FAILED, Status.UNDELIVERED)


def test_a_conversation_is_one_customers_local_day_over_all_trackers() -> None:
    """Number name is the tracker of its latest message; total, first and last are over all of it."""
    shop = company()
    ads = tracker(shop, "+14045550180", "Ads")
    site = tracker(shop, "+14045550181", "Site")
    says(shop, ads, ANN, "Hi", at="2026-03-04 09:00")
    answers(shop, site, ANN, "Hello", at="2026-03-04 09:05:30", agent="Zoe")
    answers(shop, site, ANN, "Anyone?", at="2026-03-04 09:06", agent="Al")
    answers(shop, ads, ANN, "Bye", at="2026-03-05 09:06", agent="Zoe")
    says(shop, ads, BEN, "Hi", at="2026-03-04 10:00")
    assert conversations(
        shop, "local_date, tracker_id, total, inbound, failed, first_at, last_at, first_response_ms, agents"
    ) == [
        (
            20260304,
            site.id,
            3,
            1,
            0,
            at_ms(shop, "2026-03-04 09:00"),
            at_ms(shop, "2026-03-04 09:06"),
            330_000,
            '["Zoe","Al"]',
        ),
        (
            20260304,
            ads.id,
            1,
            1,
            0,
            at_ms(shop, "2026-03-04 10:00"),
            at_ms(shop, "2026-03-04 10:00"),
            None,
            None,
        ),
        (
            20260305,
            ads.id,
            1,
            0,
            0,
            at_ms(shop, "2026-03-05 09:06"),
            at_ms(shop, "2026-03-05 09:06"),
            None,
            '["Zoe"]',
        ),
    ]
    last = at_ms(shop, "2026-03-04 09:06")
    assert table(
        shop,
        "conversation_tracker",
        "local_date, tracker_id, inbound, outbound, last_at",
        "last_at, tracker_id",
    ) == [
        (20260304, ads.id, 1, 0, last),
        (20260304, site.id, 0, 2, last),
        (20260304, ads.id, 1, 0, at_ms(shop, "2026-03-04 10:00")),
        (20260305, ads.id, 0, 1, at_ms(shop, "2026-03-05 09:06")),
    ]
    assert table(
        shop, "volume_hour", "local_date, local_hour, inbound, outbound", "local_date, local_hour"
    ) == [
        (20260304, 9, 1, 2),
        (20260304, 10, 1, 0),
        (20260305, 9, 0, 1),
    ]
    assert table(
        shop, "volume_tracker", "local_date, tracker_id, inbound, outbound", "local_date, tracker_id"
    ) == [
        (20260304, ads.id, 2, 0),
        (20260304, site.id, 0, 2),
        (20260305, ads.id, 0, 1),
    ]


@pytest.mark.parametrize("status", FAILURES)
def test_first_response_skips_machines_and_what_never_arrived(status: Status) -> None:
    """An answer is outbound, written by a person, and not canceled, failed or undelivered."""
    shop = company()
    line = tracker(shop)
    answers(shop, line, ANN, "Before", at="2026-03-04 08:00")
    says(shop, line, ANN, "Hi", at="2026-03-04 09:00")
    answers(shop, line, ANN, "We are closed", at="2026-03-04 09:00:01", is_automatic=True)
    answers(shop, line, ANN, "Lost", at="2026-03-04 09:01", status=status)
    answers(shop, line, ANN, "Hello", at="2026-03-04 09:02", status=Status.SENT)
    failed = int(status != Status.CANCELED)
    assert conversations(shop, "total, failed, first_response_ms") == [(5, failed, 120_000)]


def test_no_first_response_without_an_answer_that_day() -> None:
    """First response: none if there is none that day."""
    shop = company()
    line = tracker(shop)
    says(shop, line, ANN, "Hi", at="2026-03-04 23:59")
    answers(shop, line, ANN, "Hello", at="2026-03-05 00:01")
    assert conversations(shop, "first_response_ms, unanswered") == [(None, 1), (None, 0)]


def test_unanswered_is_a_latest_message_inbound_and_no_opt_word() -> None:
    shop = company()
    line = tracker(shop)
    for day, (body, reply) in enumerate(
        [("Hi", None), ("STOP", None), ("yes", None), ("Hi", "Auto")], start=1
    ):
        says(shop, line, ANN, body, at=f"2026-03-0{day} 09:00")
        if reply:
            answers(shop, line, ANN, reply, at=f"2026-03-0{day} 09:01", is_automatic=True)
    assert conversations(shop, "unanswered, opted_out") == [(1, 0), (0, 1), (0, 0), (0, 0)]


def test_ties_fall_to_carrier_and_ref() -> None:
    """Messages of a customer are ordered by (sent_at, carrier, carrier_ref)."""
    shop = company()
    line = tracker(shop)
    other = tracker(shop, "+14045550181", "Other")
    says(shop, line, ANN, "c", at="2026-03-04 09:00", carrier_ref="SM9", carrier="telnyx")
    says(shop, other, ANN, "b", at="2026-03-04 09:00", carrier_ref="SM2")
    says(shop, line, ANN, "a", at="2026-03-04 09:00", carrier_ref="SM1")
    assert messages(shop, "body") == [("c",), ("a",), ("b",)]
    assert conversations(shop, "tracker_id") == [(other.id,)]


def test_failing_later_is_counted_and_takes_the_answer_back() -> None:
    """Every accepted attempt is a message, failed ones too, countable apart."""
    shop = company()
    line = tracker(shop)
    says(shop, line, ANN, "Hi", at="2026-03-04 09:00")
    answers(shop, line, ANN, "Hello", at="2026-03-04 09:05", status=Status.SENT, carrier_ref="SM1")
    assert conversations(shop, "failed, first_response_ms") == [(0, 300_000)]
    answers(
        shop,
        line,
        ANN,
        None,
        at="2026-03-04 09:05",
        status=Status.UNDELIVERED,
        error_code="30003",
        carrier_ref="SM1",
    )
    assert conversations(shop, "failed, first_response_ms, total") == [(1, None, 2)]
    assert messages(shop, "body, status, error_code")[1] == ("Hello", Status.UNDELIVERED, "30003")
    assert check() == []
