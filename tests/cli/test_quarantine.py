"""`textmeter quarantine list` and `replay`: what could not be applied, and its second chance."""

import pytest
from django.test import Client

from tests.cli.terminal import Terminal
from tests.intake.conftest import _fresh_intake
from tests.scene import company, tracker
from textmeter.intake.connections import add_connection
from textmeter.intake.models import Connection
from textmeter.intake.worker import work_once

__all__ = ["_fresh_intake"]  # empties what each test has left

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_wrongly_signed_is_listed_with_its_reason(terminal: Terminal) -> None:
    """DOMAIN Words: quarantine keeps each receipt with its reason."""
    shop = company()
    key = add_connection(shop, account_sid="AC" + "0" * 32, secret="secret").key
    assert terminal("quarantine", "list").out == "Nothing is in quarantine.\n"
    _post(key)
    (listed,) = terminal("quarantine", "list", "--json").json
    assert listed == listed | {
        "reason": "bad_signature",
        "company": str(shop.id),
        "connection": key,
        "what": "message",
    }
    assert listed["received_at"].endswith("+00:00")
    assert listed["sentence"] in terminal("quarantine", "list").out
    assert terminal("quarantine", "list", "--company", company("B").id, "--json").json == []
    assert terminal("replay", "--reason", "bad_signature", "--json").json == {"applied": 0, "still": 1}


def test_a_reason_that_does_not_exist_is_said(terminal: Terminal) -> None:
    ran = terminal("replay", "--reason", "mood")
    assert (ran.code, ran.err) == (
        2,
        "textmeter: --reason is “mood”; allowed: bad_signature, unknown_number, cannot_text, unreadable, "
        "could_not_apply.\n",
    )


def test_after_the_tracker_was_added_the_text_is_applied(terminal: Terminal) -> None:
    """DOMAIN Numbers that may text: a text on an unknown number is quarantined, never dropped."""
    shop = company()
    key = add_connection(shop, account_sid="AC" + "0" * 32, secret="secret").key
    _post(key, _signed(key))
    work_once()
    assert [one["reason"] for one in terminal("quarantine", "list", "--json").json] == ["unknown_number"]
    tracker(shop, "+14045550180")
    assert terminal("replay").out == "1 delivery applied; 0 still in quarantine.\n"
    assert terminal("quarantine", "list", "--json").json == []
    assert Connection.objects.count() == 1


FORM = {
    "MessageSid": "SM" + "1" * 32,
    "AccountSid": "AC" + "0" * 32,
    "From": "+14045550112",
    "To": "+14045550180",
    "Body": "Hi",
}


def _signed(key: str) -> str:
    from twilio.request_validator import RequestValidator

    return str(RequestValidator("secret").compute_signature(f"http://testserver/hooks/{key}/message", FORM))


def _post(key: str, signature: str = "wrong") -> int:
    body = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in FORM.items())
    return (
        Client()
        .post(
            f"/hooks/{key}/message",
            body,
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": signature},
        )
        .status_code
    )
