"""Looking at quarantine, handing it back to the worker, and discarding it: nothing twice, nothing unseen."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.databases import only_sqlite
from tests.intake.twilio import CUSTOMER, LINE, TOKEN, connect, inbound, post, ref, status
from tests.scene import company, tracker
from textmeter.accounts.models import AuditLine, Company
from textmeter.intake import discard as discarding
from textmeter.intake import set_aside, try_again
from textmeter.intake.connections import set_secret
from textmeter.intake.discard import discard
from textmeter.intake.models import Connection
from textmeter.intake.quarantine import Reason, quarantined
from textmeter.intake.set_aside import UnknownNumber, count_up_to, latest, unknown_numbers, waiting_of
from textmeter.intake.try_again import Handed, hand_to_worker
from textmeter.intake.waiting import oldest_waiting
from textmeter.intake.worker import work_once
from textmeter.ledger.statements import fetch
from textmeter.ledger.statements import run as run_sql
from textmeter.lib.days import now_ms

pytestmark = pytest.mark.django_db(transaction=True)
UNKNOWN = Reason.UNKNOWN_NUMBER


@pytest.fixture
def shop() -> Company:
    return company()


@pytest.fixture
def twilio(shop: Company) -> Connection:
    return connect(shop)


def texts() -> list[Any]:
    return fetch("SELECT body, sent_at FROM ledger_message ORDER BY sent_at, id", [])


def arrive(twilio: Connection, count: int, to: str = LINE) -> None:
    for n in range(count):
        post(twilio, "message", inbound(str(n), to=to))
    work_once()


def test_the_worker_applies_each_at_its_own_time(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DOMAIN, Time: a replayed receipt keeps its own arrival time."""
    monkeypatch.setattr(try_again, "TOGETHER", 2)
    arrive(twilio, 5)
    arrived = [at for (at,) in fetch("SELECT received_at FROM intake_receipt ORDER BY received_at, id", [])]
    tracker(shop)
    assert hand_to_worker(shop.id, UNKNOWN) == Handed(5, 0)
    assert (count_up_to(shop.id), waiting_of(shop.id), waiting_of(shop.id, 3)) == (0, 5, 3)
    assert texts() == []
    assert work_once() == 5
    assert texts() == [(str(n), at) for n, at in enumerate(arrived)]
    assert hand_to_worker(shop.id, UNKNOWN) == Handed()


def test_what_still_cannot_be_applied_comes_back_with_its_reason(shop: Company, twilio: Connection) -> None:
    arrive(twilio, 2)
    assert hand_to_worker(shop.id, UNKNOWN) == Handed(2, 0)
    work_once()
    assert [str(one.reason) for one in quarantined(shop.id)] == ["unknown_number"] * 2
    assert all(LINE in one.sentence for one in quarantined(shop.id))


def test_one_alone_and_one_company_alone(shop: Company, twilio: Connection) -> None:
    other = company("Other")
    theirs = connect(other)
    arrive(twilio, 2)
    arrive(theirs, 1)
    first, _ = quarantined(shop.id)
    assert hand_to_worker(other.id, UNKNOWN, first.id) == Handed()
    assert hand_to_worker(shop.id, UNKNOWN, first.id) == Handed(1, 0)
    assert (count_up_to(shop.id), count_up_to(other.id)) == (1, 1)
    assert hand_to_worker(shop.id, Reason.UNREADABLE) == Handed()


def test_those_of_one_number_alone(shop: Company, twilio: Connection) -> None:
    """Of a delivery that doesn't say which side is ours either number may be it."""
    arrive(twilio, 2)
    arrive(twilio, 1, to="+14045550177")
    post(twilio, "status", status(ref(), "teleported", sender="+14045550178", to=LINE))
    work_once()
    assert count_up_to(shop.id) == 4
    assert hand_to_worker(shop.id, UNKNOWN, number="+14045550177") == Handed(1, 0)
    assert hand_to_worker(shop.id, UNKNOWN, number="+14045550199") == Handed()
    tracker(shop)
    assert hand_to_worker(shop.id, UNKNOWN, number=LINE) == Handed(3, 0)
    assert hand_to_worker(shop.id, Reason.UNREADABLE, number=LINE) == Handed()


def test_wrong_signatures_are_verified_before_they_wait(shop: Company, twilio: Connection) -> None:
    """The worker doesn't verify: what isn't signed must never come to it."""
    tracker(shop)
    post(twilio, "message", inbound("forged"), "nobody's")
    post(twilio, "message", inbound("with the new token"), "f" * 32)
    assert hand_to_worker(shop.id, Reason.BAD_SIGNATURE) == Handed(0, 2)
    set_secret(twilio, "f" * 32)
    assert hand_to_worker(shop.id, Reason.BAD_SIGNATURE) == Handed(1, 1)
    work_once()
    assert [body for body, _ in texts()] == ["with the new token"]
    assert [str(one.reason) for one in quarantined()] == ["bad_signature"]


def test_a_request_ends_in_time_and_says_that_more_is_left(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(twilio, 3)
    monkeypatch.setattr(try_again, "SECONDS", 0.0)
    monkeypatch.setattr(discarding, "SECONDS", 0.0)
    assert hand_to_worker(shop.id, UNKNOWN) == Handed(0, 0, is_all=False)
    assert discard(shop, UNKNOWN, by="ann", why="Spam", until=now_ms()) == (0, False)
    assert count_up_to(shop.id) == 3


def test_what_is_tried_again_is_not_late(shop: Company, twilio: Connection) -> None:
    """A monitor must not take it for a backlog: it came days ago."""
    arrive(twilio, 1)
    run_sql("UPDATE intake_receipt SET received_at = 1000 WHERE state = 2", [])
    hand_to_worker(shop.id, UNKNOWN)
    assert waiting_of(shop.id) == 1
    assert oldest_waiting() is None
    post(twilio, "message", inbound("new"))
    assert oldest_waiting() is not None


def test_pages_by_keyset_each_once_the_newest_first(shop: Company, twilio: Connection) -> None:
    arrive(twilio, 5)
    run_sql("UPDATE intake_receipt SET received_at = 1772634780000 WHERE state = 2", [])
    ids, after = [], None
    while some := latest(shop.id, UNKNOWN, 2, after):
        ids += [each.receipt.id for each in some]
        after = some[-1].place
    assert ids == sorted((one.id for one in quarantined()), reverse=True)
    assert latest(company("Other").id, UNKNOWN, 2) == []


def test_one_is_found_by_its_company_alone(shop: Company, twilio: Connection) -> None:
    arrive(twilio, 1)
    (held,) = quarantined()
    found = set_aside.one(shop.id, held.id)
    assert found is not None
    assert (found.reason, found.detail, found.receipt.id) == (UNKNOWN, held.sentence, held.id)
    assert set_aside.one(company("Other").id, held.id) is None
    assert set_aside.one(shop.id, held.id + 1) is None


def test_the_numbers_that_nobody_knows(shop: Company, twilio: Connection) -> None:
    arrive(twilio, 2)
    arrive(twilio, 3, to="+14045550181")
    arrive(twilio, 1, to="24273")
    post(twilio, "status", status(ref(), "teleported", sender="+14045550182"))
    work_once()
    assert unknown_numbers(shop.id) == [
        UnknownNumber("+14045550181", 3, True, False),
        UnknownNumber(LINE, 2, True, False),
        UnknownNumber("24273", 1, False, False),
        UnknownNumber("+14045550182", 1, True, True),
        UnknownNumber(CUSTOMER, 1, True, True),
    ]
    assert unknown_numbers(company("Other").id) == []


def test_discarding_leaves_a_line_and_what_came_after_it(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discarding, "TOGETHER", 2)
    arrive(twilio, 3)
    post(twilio, "status", status("", "sent"))
    work_once()
    until = now_ms()
    time.sleep(0.01)
    arrive(twilio, 1)
    assert discard(shop, UNKNOWN, by="ann@example.com", why="A wrong number", until=until) == (3, True)
    assert [str(one.reason) for one in quarantined()] == ["unreadable", "unknown_number"]
    assert [(one.by, one.company_id, one.what) for one in AuditLine.objects.order_by("id")] == [
        (
            "ann@example.com",
            shop.id,
            f"Discarded {said} from quarantine (unknown number). Note: A wrong number",
        )
        for said in ("2 deliveries", "1 delivery")
    ]


def test_one_alone_is_discarded_and_never_of_another_company(shop: Company, twilio: Connection) -> None:
    arrive(twilio, 2)
    first, second = quarantined()
    later = now_ms() + 1
    assert discard(company("Other"), UNKNOWN, by="a", why="x", until=later, only=first.id) == (0, True)
    assert AuditLine.objects.count() == 0
    assert discard(shop, UNKNOWN, by="a", why="x", until=later, only=first.id) == (1, True)
    assert [one.id for one in quarantined()] == [second.id]


@only_sqlite
def test_pages_and_counts_come_from_the_index(shop: Company, twilio: Connection) -> None:
    arrive(twilio, 2)
    with CaptureQueriesContext(connection) as queries:
        (last, _) = latest(shop.id, UNKNOWN, 2)
        latest(shop.id, UNKNOWN, 2, last.place)
        count_up_to(shop.id)
        hand_to_worker(shop.id, Reason.CANNOT_TEXT)
    plans = []
    for each in queries:
        if "FROM intake_receipt" in each["sql"] and "r.id IN" not in each["sql"]:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {each['sql']}")
                plans.append(" ".join(row[3] for row in cursor.fetchall()))
    assert len(plans) == 4
    assert all("intake_receipt_quarantine_of" in plan and "TEMP B-TREE" not in plan for plan in plans), plans
    assert TOKEN
