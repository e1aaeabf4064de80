"""DOMAIN.md, "What is a message": a blocked send (Twilio 21610) is none, whenever that becomes known."""

from __future__ import annotations

from itertools import permutations

import pytest
from django.db import connection

from tests.scene import at_ms, company, put, says, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.twilio import read_fields
from textmeter.ledger.check import check
from textmeter.ledger.outcomes import Outcome

pytestmark = pytest.mark.django_db
ANN = "+14045550112"
NUMBERS = {"From": "+14045550180", "To": ANN}


def shop_with_one_text() -> Company:
    shop = company()
    says(shop, tracker(shop, "+14045550180"), ANN, "Hi", "2026-03-04 09:00")
    return shop


def callback(shop: Company, status: str, at: str, **more: str) -> Outcome:
    fields = {"MessageSid": "SM" + "7" * 32, "MessageStatus": status, **more}
    return put(shop, *read_fields("status", fields, at_ms(shop, at)))[0]


def counts(shop: Company) -> tuple[int, int, int]:
    """Messages, those of the conversation, those of the volume."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT COUNT(*) FROM ledger_message WHERE company_id = %s),"
            " (SELECT SUM(total) FROM ledger_conversation WHERE company_id = %s),"
            " (SELECT SUM(inbound + outbound) FROM ledger_volume_hour WHERE company_id = %s)",
            [shop.id] * 3,
        )
        row: tuple[int, int, int] = cursor.fetchone()
        return row


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_blocked_send_is_no_message_in_whatever_order_its_callbacks_come(order: tuple[int, ...]) -> None:
    shop = shop_with_one_text()
    callbacks = [
        lambda: callback(shop, "queued", "2026-03-04 09:01", **NUMBERS),
        lambda: callback(shop, "failed", "2026-03-04 09:02", ErrorCode="21610", **NUMBERS),
        lambda: callback(shop, "failed", "2026-03-04 09:03", ErrorCode="21610"),
    ]
    for place in order:
        callbacks[place]()
    assert counts(shop) == (1, 1, 1)
    assert check() == []


def test_another_failure_is_a_message() -> None:
    shop = shop_with_one_text()
    assert callback(shop, "failed", "2026-03-04 09:02", ErrorCode="30007", **NUMBERS) is Outcome.ADDED
    assert counts(shop) == (2, 2, 2)


def test_what_comes_of_a_blocked_send_later_is_kept_apart() -> None:
    shop = shop_with_one_text()
    blocked = callback(shop, "failed", "2026-03-04 09:02", ErrorCode="21610", **NUMBERS)
    later = callback(shop, "queued", "2026-03-04 09:03", **NUMBERS)
    assert (blocked, later) == (Outcome.KEPT_APART, Outcome.KEPT_APART)
