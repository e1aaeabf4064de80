"""Connections: added, their addresses, a new secret, deleted; what is secret is never on a page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests import scene
from tests.intake.twilio import ACCOUNT, connect, inbound, post
from tests.settings.conftest import People, audit, read, refused, work
from textmeter.accounts.models import Company
from textmeter.intake import known, remove
from textmeter.intake.connections import WHATS, secrets_of
from textmeter.intake.models import Connection
from textmeter.intake.quarantine import counts_by_reason
from textmeter.intake.worker import work_once
from textmeter.ledger.check import check
from textmeter.ledger.statements import fetch
from textmeter.lib.days import now_ms

TOKEN = "fedcba9876543210fedcba9876543210"
DAY = 86_400_000


def send(made: Connection, sid: str, secret: str = TOKEN) -> int:
    """A text comes in; the answer's status."""
    return int(post(made, "message", inbound(MessageSid=sid), secret=secret).status_code)


def test_an_admin_connects_twilio_and_copies_the_addresses(
    ada: Client, shop: Company, settings: object
) -> None:
    settings.PUBLIC_URL = "https://texts.example.com"  # type: ignore[attr-defined]
    assert "No carrier is connected yet" in read(ada.get(f"/c/{shop.id}/settings/connections"))
    answer = ada.post(
        f"/c/{shop.id}/settings/connections/new",
        {"account_sid": f" {ACCOUNT} ", "auth_token": f"\ufeff {TOKEN}\u00a0\r\n"},
        follow=True,
    )
    made = Connection.objects.get()
    assert answer.redirect_chain == [(f"/c/{shop.id}/settings/connections/{made.id}", 302)]
    text = read(answer)
    for what in WHATS:
        assert f"https://texts.example.com/hooks/{made.key}/{what}" in text
    message = f"https://texts.example.com/hooks/{made.key}/message#rc=3&rp=ct,rt,5xx"
    assert (
        "Texts that come in The number › Messaging › “A message comes in”, and again in “Primary handler "
        f"fails” {message} Copy" in text
    )
    assert "No public address yet" not in text
    assert "Never yet." in text
    assert TOKEN not in answer.content.decode()
    assert TOKEN not in made.secret
    assert secrets_of(made, now_ms()) == [TOKEN]
    assert audit() == [("ada@example.com", f"Added the connection to Twilio, account {ACCOUNT}.")]
    assert TOKEN not in str(audit())


@pytest.mark.parametrize("path", ["settings/connections/new", "start/connection"])
def test_a_second_connection_of_an_account_is_added_only_where_it_is_meant(
    ada: Client, shop: Company, path: str
) -> None:
    """Else who goes back and sends again, or has a new token, has two of which one hears nothing."""
    connect(scene.company("Elsewhere"), TOKEN)
    form = {"account_sid": ACCOUNT, "auth_token": TOKEN}
    ada.post(f"/c/{shop.id}/{path}", form)
    (made,) = shop.connections.all()
    answer = ada.post(
        f"/c/{shop.id}/{path}", form | {"account_sid": f" {ACCOUNT.lower()} ".replace("ac", "AC", 1)}
    )
    assert "This company has a connection of that account already." in read(answer, 400)
    assert f'href="/c/{shop.id}/settings/connections/{made.id}#secret"' in answer.content.decode()
    assert shop.connections.count() == 1
    assert ada.post(f"/c/{shop.id}/{path}", form | {"again": "1"}).status_code == 302
    assert shop.connections.count() == 2


def test_the_set_up_says_that_nothing_has_tried_the_token_yet(ada: Client, shop: Company) -> None:
    form = {"account_sid": ACCOUNT, "auth_token": TOKEN}
    page = read(ada.post(f"/c/{shop.id}/start/connection", form, follow=True))
    assert "Whether its auth token is right shows once Twilio sends something." in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"account_sid": ""}, "Paste the account SID."),
        ({"account_sid": ACCOUNT[:-1]}, "34 characters together; this has 33. Copy it again"),
        ({"account_sid": "SK" + "0" * 32}, "this has 34 and begins otherwise"),
        ({"auth_token": ""}, "Paste the auth token."),
        ({"auth_token": "\u200b"}, "Paste the auth token."),
        ({"auth_token": f"{TOKEN[:16]} {TOKEN[16:]}"}, "There is a space or a line end within it"),
        ({"auth_token": ACCOUNT}, "This is an account SID. The auth token stands beside it"),
        ({"auth_token": "SK" + "0" * 32}, "This is the SID of an API key."),
        ({"auth_token": "n4Ksl3PqZ0" * 3 + "aB"}, "this has others, as the secret of an API key does"),
        (
            {"auth_token": TOKEN[1:]},
            "An auth token has 32 characters, digits 0–9 and letters a–f; this has 31",
        ),
        ({"auth_token": TOKEN * 7}, "This is longer than an auth token."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_added(
    ada: Client, shop: Company, wrong: dict[str, str], said: str
) -> None:
    form = {"account_sid": ACCOUNT, "auth_token": TOKEN} | wrong
    answer = ada.post(f"/c/{shop.id}/settings/connections/new", form)
    assert said in read(answer, 400)
    assert TOKEN not in answer.content.decode(), "a secret that was typed isn't sent back"
    assert (Connection.objects.count(), audit()) == (0, [])


def test_a_second_connection_of_an_account_is_noted(ada: Client, shop: Company) -> None:
    first = connect(shop, TOKEN)
    form = {"account_sid": ACCOUNT, "auth_token": ""}
    page = ada.post(f"/c/{shop.id}/settings/connections/new", form).content.decode()
    assert f'href="/c/{shop.id}/settings/connections/{first.id}#secret">Change its auth token there' in page


def test_a_new_token_leaves_the_one_before_valid_for_a_day(ada: Client, shop: Company) -> None:
    made = connect(shop, TOKEN)
    path = f"/c/{shop.id}/settings/connections/{made.id}"
    another = TOKEN[::-1]
    answer = ada.post(f"{path}/secret", {"auth_token": another}, follow=True)
    assert "The one before stays valid for a day." in read(answer)
    made.refresh_from_db()
    assert secrets_of(made, now_ms()) == [another, TOKEN]
    assert secrets_of(made, now_ms() + DAY + 1) == [another]
    assert audit() == [("ada@example.com", f"Changed the secret of the connection to account {ACCOUNT}.")]
    assert "Paste the auth token." in read(ada.post(f"{path}/secret", {"auth_token": " "}), 400)
    assert "This is an account SID." in read(ada.post(f"{path}/secret", {"auth_token": ACCOUNT}), 400)


@pytest.mark.django_db(transaction=True)
def test_last_heard_from_stands_there(ada: Client, shop: Company) -> None:
    made = connect(shop, TOKEN)
    scene.tracker(shop)
    assert "Never" in read(ada.get(f"/c/{shop.id}/settings/connections"))
    assert send(made, "SM" + "0" * 32) == 200
    for page in ("connections", f"connections/{made.id}"):
        text = read(ada.get(f"/c/{shop.id}/settings/{page}"))
        assert " ago" in text
        assert "times in Eastern (America/New_York)" in text
    waiting = read(ada.get(f"/c/{shop.id}/start/first-text?part"))
    assert re.search(r"Twilio was last heard from: \S+ (AM|PM) Eastern\.", waiting)


def test_only_admins_get_to_addresses_and_changes(people: People, shop: Company) -> None:
    made = connect(shop, TOKEN)
    base = f"/c/{shop.id}/settings/connections"
    for page in ("new", str(made.id), f"{made.id}/delete"):
        refused(people, f"{base}/{page}")
    for page, form in (
        ("new", {"account_sid": ACCOUNT, "auth_token": "x"}),
        (f"{made.id}/secret", {"auth_token": "x"}),
        (f"{made.id}/test", {}),
        (f"{made.id}/delete", {"typed": ACCOUNT[-6:]}),
    ):
        refused(people, f"{base}/{page}", form=form)
    assert people.stranger.get(base).status_code == 404
    seen = people.manager.get(base)
    assert "Only admins see the webhook addresses." in read(seen)
    assert made.key not in seen.content.decode()
    assert ACCOUNT not in seen.content.decode()
    assert (Connection.objects.get().secret, audit()) == (made.secret, [])


def test_a_connection_of_another_company_is_not_there(people: People, shop: Company) -> None:
    made = connect(shop, TOKEN)
    other = Company.objects.get(name="Stranger & Sons")
    for id in (made.id, 2**70):
        assert people.ada.get(f"/c/{other.id}/settings/connections/{id}").status_code == 404


def test_without_a_public_address_it_says_that_twilio_cannot_come(ada: Client, shop: Company) -> None:
    made = connect(shop, TOKEN)
    text = read(ada.get(f"/c/{shop.id}/settings/connections/{made.id}"))
    assert "Twilio can’t reach testserver , under which you opened this page." in text
    assert f"into the file {Path.cwd()}/.env ," in text
    assert "TEXTMETER_PUBLIC_URL=https://texts.example.com" in text
    assert "The addresses as they are now, under testserver" in text
    assert "http://testserver/hooks/" in text


def test_the_address_of_the_page_is_proposed_where_twilio_could_come_the_same_way(
    ada: Client, shop: Company, settings: Any
) -> None:
    made = connect(shop, TOKEN)
    settings.ALLOWED_HOSTS = ["texts.oak.example"]
    page = f"/c/{shop.id}/settings/connections/{made.id}"
    text = read(ada.get(page, headers={"host": "texts.oak.example"}))
    assert "You opened this page under texts.oak.example ; Textmeter doesn’t know yet" in text
    assert "TEXTMETER_PUBLIC_URL=https://texts.oak.example" in text


def test_a_connection_of_the_sample_needs_no_public_address(ada: Client, shop: Company) -> None:
    made = connect(shop, TOKEN, is_sample=True)
    text = read(ada.get(f"/c/{shop.id}/settings/connections/{made.id}"))
    assert "No public address yet" not in text
    assert "as they are now" not in text


@pytest.mark.django_db(transaction=True)
def test_deleting_takes_secret_and_deliveries_and_leaves_texts(
    ada: Client, shop: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "FRESH", 0.01)
    monkeypatch.setattr(remove, "TOGETHER", 2)
    made, kept = connect(shop, TOKEN), connect(shop, "other")
    scene.tracker(shop)
    for place in range(5):
        send(made, f"SM{place:032x}")
    work_once()
    send(made, "SM" + "a" * 32)  # arrived, not applied yet
    send(made, "SM" + "b" * 32, secret="wrong")
    send(kept, "SM" + "c" * 32, secret="other")
    path = f"/c/{shop.id}/settings/connections/{made.id}/delete"
    asked = read(ada.get(path))
    assert f"type the last six signs of the account SID: {ACCOUNT[-6:]}" in asked
    assert "calls are no longer put through: callers hear that something is wrong" in asked
    assert "Nothing was deleted. Type" in read(ada.post(path, {"typed": "yes"}), 400)
    assert Connection.objects.count() == 2
    answer = ada.post(path, {"typed": ACCOUNT[-6:]}, follow=True)
    assert "Deleting the connection to Twilio, account" in read(answer)
    work()
    assert list(Connection.objects.all()) == [kept]
    assert fetch("SELECT connection_id, state FROM intake_receipt", []) == [(kept.id, 0)]
    assert fetch("SELECT connection_id FROM intake_heard", []) == [(kept.id,)]
    assert fetch("SELECT count(*) FROM ledger_message WHERE company_id = %s", [shop.id]) == [(6,)]
    assert counts_by_reason(shop.id) == {}
    assert check() == []
    assert audit() == [("ada@example.com", f"Deleted the connection to Twilio, account {ACCOUNT}.")]
    assert send(made, "SM" + "d" * 32) == 404
    done = read(ada.get(answer.redirect_chain[-1][0]))
    assert "is deleted Its secret and its deliveries are gone" in done
