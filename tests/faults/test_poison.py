"""A delivery that breaks the reader, the rules or the database: it alone is put aside."""

from __future__ import annotations

from dataclasses import replace
from itertools import repeat
from typing import Any

import pytest

from tests.intake.twilio import connect, inbound, post
from tests.scene import company, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.table import CARRIERS
from textmeter.intake.models import Connection
from textmeter.intake.quarantine import quarantined, replay
from textmeter.intake.worker import work_once
from textmeter.ledger import conversations, record
from textmeter.ledger.check import check
from textmeter.ledger.statements import fetch

pytestmark = pytest.mark.django_db(transaction=True)
POISON = "SMpoison"


@pytest.fixture
def shop() -> Company:
    return company()


@pytest.fixture
def twilio(shop: Company) -> Connection:
    tracker(shop)
    return connect(shop)


def five_texts(twilio: Connection) -> None:
    """The third one is the poison."""
    for n in range(5):
        sid = POISON if n == 2 else f"SM{n:032x}"
        sent = inbound(f"text {n}", sender=f"+1770555010{n}", MessageSid=sid)
        assert post(twilio, "message", sent).status_code == 200


def texts(shop: Company) -> list[str]:
    rows = fetch("SELECT body FROM ledger_message WHERE company_id = %s ORDER BY body", [shop.id])
    return [body for (body,) in rows]


def only_the_third_was_put_aside(shop: Company, error: str) -> None:
    assert work_once() == 5
    assert texts(shop) == ["text 0", "text 1", "text 3", "text 4"]
    assert fetch("SELECT state FROM intake_receipt ORDER BY received_at, id", []) == [
        *((1,), (1,), (2,), (1,), (1,))
    ]
    (aside,) = quarantined()
    assert aside.reason == "could_not_apply"
    assert error in aside.sentence
    assert check() == []


def after_an_update_it_is_applied(shop: Company) -> None:
    assert replay().applied == 1
    assert texts(shop) == [f"text {n}" for n in range(5)]
    assert (quarantined(), check()) == ([], [])


def test_a_bug_of_the_reader(shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    real = CARRIERS["twilio"]

    def read(what: str, headers: Any, body: bytes, at: int) -> Any:
        if POISON.encode() in body:
            raise RecursionError("too deep")
        return real.read(what, headers, body, at)

    with monkeypatch.context() as broken:
        broken.setitem(CARRIERS, "twilio", replace(real, read=read))
        five_texts(twilio)
        only_the_third_was_put_aside(shop, "RecursionError: too deep")
    after_an_update_it_is_applied(shop)


def test_a_bug_of_the_rules(shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    real = conversations.conversation

    def conversation(day: Any) -> Any:
        if POISON in [one.carrier_ref for one in day]:
            raise ZeroDivisionError("a bug")
        return real(day)

    with monkeypatch.context() as broken:
        broken.setattr(conversations, "conversation", conversation)
        five_texts(twilio)
        only_the_third_was_put_aside(shop, "ZeroDivisionError: a bug")
    after_an_update_it_is_applied(shop)


def test_a_number_that_no_column_holds(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement that fails: PostgreSQL then refuses all that follows in the transaction."""
    real = conversations.conversation

    def conversation(day: Any) -> Any:
        found = real(day)
        return found._replace(total=10**30) if POISON in [one.carrier_ref for one in day] else found

    with monkeypatch.context() as broken:
        broken.setattr(conversations, "conversation", conversation)
        five_texts(twilio)
        only_the_third_was_put_aside(shop, "Error: ")
    after_an_update_it_is_applied(shop)


def test_a_row_that_is_there_already(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes may make the same id, however rarely: the second try has new ones."""
    with monkeypatch.context() as broken:
        same = repeat(4711)
        broken.setattr(record, "new_id", lambda: next(same))
        post(twilio, "message", inbound("text 0"))
        assert work_once() == 1
        post(twilio, "message", inbound("text 1"))
        assert work_once() == 1
    assert texts(shop) == ["text 0"]
    assert [one.reason for one in quarantined()] == ["could_not_apply"]
    assert replay().applied == 1
    assert texts(shop) == ["text 0", "text 1"]
    assert check() == []
