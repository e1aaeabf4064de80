"""Nothing is ever dropped: what can't be applied says why, and is applied when that is mended."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.intake.twilio import CUSTOMER, LINE, connect, inbound, post, ref, status
from tests.scene import company, tracker
from textmeter.accounts.models import Company
from textmeter.intake import quarantine, remove
from textmeter.intake.models import Connection
from textmeter.intake.quarantine import Replayed, quarantined, replay
from textmeter.intake.worker import work_once
from textmeter.ledger.statements import fetch
from textmeter.ledger.statements import run as run_sql

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Company:
    return company()


@pytest.fixture
def twilio(shop: Company) -> Connection:
    return connect(shop)


def texts(shop: Company) -> list[Any]:
    return fetch(
        "SELECT body, sent_at FROM ledger_message WHERE company_id = %s ORDER BY sent_at, id", [shop.id]
    )


def why() -> list[tuple[str, str]]:
    work_once()
    return [(str(one.reason), one.sentence) for one in quarantined()]


def test_after_the_tracker_was_added_texts_appear_at_their_own_time(
    shop: Company, twilio: Connection
) -> None:
    """DOMAIN, Time: a replayed receipt keeps its own arrival time."""
    post(twilio, "message", inbound("first"))
    post(twilio, "message", inbound("second"))
    assert (
        why()
        == [
            (
                "unknown_number",
                "+14045550180 is not a tracking number of this company. Add it with `textmeter tracker add`, "
                "then `textmeter replay`.",
            )
        ]
        * 2
    )
    arrived = [row[0] for row in fetch("SELECT received_at FROM intake_receipt ORDER BY received_at, id", [])]
    (one, _) = quarantined()
    assert (one.company_id, one.connection_key, one.what, one.received_at) == (
        shop.id,
        twilio.key,
        "message",
        arrived[0],
    )
    time.sleep(0.01)
    tracker(shop)
    assert replay("unknown_number", shop.id) == Replayed(2, 0)
    assert texts(shop) == [("first", arrived[0]), ("second", arrived[1])]
    assert quarantined() == []
    assert replay() == Replayed(0, 0)


def test_each_side_is_named_as_it_is(shop: Company, twilio: Connection) -> None:
    post(twilio, "status", status(ref(), "sent"))
    post(twilio, "voice", {"CallSid": ref("CA"), "From": CUSTOMER, "To": "(404) 555-0181"})
    post(twilio, "status", status(ref(), "teleported"))
    assert [sentence.partition(".")[0] for _, sentence in why()] == [
        "+14045550180 is not a tracking number of this company",
        "+14045550181 is not a tracking number of this company",
        "Neither +14045550180 nor +14045550112 is a tracking number of this company",
    ]


def test_a_number_that_may_not_text(shop: Company, twilio: Connection) -> None:
    """DOMAIN, Numbers that may text: a text on another number is quarantined, never dropped."""
    tracker(shop, "+18005550123")
    post(twilio, "message", inbound(to="+18005550123"))
    post(twilio, "voice", {"CallSid": ref("CA"), "From": CUSTOMER, "To": "+18005550123"})
    assert why() == [
        (
            "cannot_text",
            "+18005550123 got or sent a text. Toll-free numbers can’t text: only local U.S. and Canadian "
            "numbers can. The delivery is kept.",
        )
    ]
    assert fetch("SELECT count(*) FROM ledger_call", []) == [(1,)]


def test_another_companys_number_reads_as_an_unknown_one(shop: Company, twilio: Connection) -> None:
    """DOMAIN: a number that another company owns: quarantine, without naming that company."""
    other = company("Secret Dental")
    tracker(other, name="Secret line")
    post(twilio, "message", inbound("not theirs"))
    said = why()
    assert said == [
        (
            "unknown_number",
            "+14045550180 is not a tracking number of this company. Add it with `textmeter tracker add`, "
            "then `textmeter replay`.",
        )
    ]
    assert texts(other) == texts(shop) == []
    assert quarantined(other.id) == []
    assert len(quarantined(shop.id)) == 1
    assert replay(None, other.id) == Replayed(0, 0)
    assert replay() == Replayed(0, 1)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"From": CUSTOMER, "To": LINE}, "It has no MessageSid, so it doesn’t say what it is about."),
        ({}, "It doesn’t say between which numbers the text went (From, To)."),
    ],
)
def test_what_cannot_be_read(twilio: Connection, fields: dict[str, str], said: str) -> None:
    post(twilio, "message", fields)
    assert why() == [("unreadable", f"The delivery can’t be read. {said}")]
    assert replay() == Replayed(0, 1)


def test_a_large_quarantine_is_replayed_in_batches_each_receipt_once(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "TOGETHER", 3)
    for n in range(8):
        post(twilio, "message", inbound(str(n), to=LINE if n % 2 else "+14045550199"))
    for _ in range(4):
        post(twilio, "status", status("", "sent"))
    assert len(why()) == 12
    run_sql("UPDATE intake_receipt SET received_at = 1772634780000 WHERE state = 2", [])
    assert replay() == Replayed(0, 12)
    tracker(shop)
    assert replay() == Replayed(4, 8)
    assert sorted(body for body, _ in texts(shop)) == ["1", "3", "5", "7"]


def test_a_receipt_that_gets_another_reason_is_tried_and_counted_once(
    shop: Company, twilio: Connection
) -> None:
    post(twilio, "message", inbound(), "wrong")
    run_sql("UPDATE intake_connection SET secret = %s WHERE id = %s", [_encrypted("wrong"), twilio.id])
    assert replay() == Replayed(0, 1)
    assert [one.reason for one in quarantined()] == ["unknown_number"]
    tracker(shop)
    assert replay() == Replayed(1, 0)


def _encrypted(secret: str) -> str:
    from textmeter.intake.secrets import encrypt

    return encrypt(secret)


def test_a_reason_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        replay("nonsense")


def test_removing_a_company_takes_everything_of_it_and_nothing_else(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = company("Other")
    theirs = connect(other)
    tracker(shop)
    monkeypatch.setattr(remove, "TOGETHER", 2)
    for connection in (twilio, theirs):
        for _ in range(3):
            post(connection, "status", status(ref(), "sent"))
    work_once()
    remove.remove_intake(shop.id)
    assert fetch("SELECT DISTINCT company_id FROM intake_receipt", []) == [(other.id,)]
    assert fetch("SELECT count(*) FROM intake_fetch", []) == [(0,)]
    assert list(Connection.objects.all()) == [theirs]
    assert post(twilio, "message", inbound()).status_code == 404
