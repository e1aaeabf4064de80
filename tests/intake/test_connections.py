"""Connections: their secrets at rest, and what their addresses are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.intake.twilio import ACCOUNT, TOKEN, connect
from tests.scene import company
from textmeter.intake.connections import (
    WHATS,
    BadConnection,
    add_connection,
    credentials_of,
    secrets_of,
    set_secret,
    webhooks,
)
from textmeter.intake.models import Connection
from textmeter.intake.secrets import Unopenable
from textmeter.lib.days import now_ms

pytestmark = pytest.mark.django_db


def test_the_addresses_are_what_the_carrier_is_given() -> None:
    """CONTRACT: POST /hooks/{connection key}/{what}."""
    made = connect(company())
    assert webhooks(made, "https://texts.example.com/") == {
        what: f"https://texts.example.com/hooks/{made.key}/{what}"
        for what in ("message", "status", "voice", "voice-status", "dial-status", "recording")
    }
    assert tuple(webhooks(made, "http://x")) == WHATS


def test_no_secret_lies_open_in_the_database() -> None:
    made = connect(company(), api_key="SK1", api_secret="key secret")
    set_secret(made, "second token")
    stored = Connection.objects.filter(pk=made.pk).values().get()
    assert not [value for value in stored.values() if str(value) in (TOKEN, "second token", "key secret")]
    made.refresh_from_db()
    assert secrets_of(made, now_ms()) == ["second token", TOKEN]


def test_setting_the_same_secret_again_keeps_the_one_before() -> None:
    made = connect(company())
    set_secret(made, "second")
    set_secret(made, " second\n")
    assert secrets_of(made, now_ms()) == ["second", TOKEN]
    assert secrets_of(made, now_ms() + 24 * 3600 * 1000) == ["second"]


def test_a_lost_key_is_said_and_a_new_secret_mends_it(settings: Any) -> None:
    made = connect(company())
    settings.SECRET_KEY = "another"
    with pytest.raises(Unopenable, match="TEXTMETER_SECRET_KEY"):
        secrets_of(made, now_ms())
    set_secret(made, "new")
    assert secrets_of(made, now_ms()) == ["new"]


@pytest.mark.parametrize(
    ("more", "user", "password"),
    [
        ({}, ACCOUNT, TOKEN),
        ({"api_key": "SK1"}, "SK1", TOKEN),
        ({"api_key": "SK1", "api_secret": "key secret"}, "SK1", "key secret"),
    ],
)
def test_what_the_carrier_is_asked_with(more: dict[str, str], user: str, password: str) -> None:
    credentials = credentials_of(connect(company(), **more))
    assert (credentials.user, credentials.password) == (user, password)
    assert (credentials.account_sid, credentials.api_url) == (ACCOUNT, "https://api.twilio.com")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"account_sid": " "}, "The account SID is “”"),
        ({"account_sid": "AC/1"}, "The account SID is “AC/1”"),
        ({"account_sid": "AC" + "g" * 32}, "The account SID is “ACggg"),
        ({"account_sid": "SK" + "0" * 32}, "The account SID is “SK000"),
        ({"account_sid": "AC" + "0" * 31}, "The account SID is “AC000"),
        ({"secret": " \n"}, "The secret is empty"),
        ({"api_key": "SK 1"}, "The API key is “SK 1”"),
        ({"api_url": "ftp://x"}, "The API address is “ftp://x”"),
        ({"carrier": "pigeon"}, "The carrier is “pigeon”; allowed: twilio"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(BadConnection) as raised:
        add_connection(company(), **{"account_sid": ACCOUNT, "secret": TOKEN} | wrong)
    assert str(raised.value).startswith(said)
    assert not Connection.objects.exists()
