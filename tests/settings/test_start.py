"""The first set-up in the browser: company, connection, number, and the wait for the first text."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests import scene
from tests.intake.twilio import ACCOUNT, CUSTOMER, LINE, connect, inbound, post
from tests.people import person, signed_in
from tests.settings.conftest import People, audit, read, refused
from textmeter.accounts.models import Company, Role
from textmeter.intake import self_test
from textmeter.intake.models import Connection
from textmeter.intake.self_test import Outcome
from textmeter.intake.worker import work_once
from textmeter.ledger.trackers import trackers_of

TOKEN = "fedcba9876543210fedcba9876543210"


@pytest.mark.django_db(transaction=True)
def test_from_nothing_to_the_first_text() -> None:
    ada = signed_in(person("ada@example.com", Role.ADMIN))
    assert ada.get("/")["Location"] == "/settings/companies/new"
    first = ada.get("/settings/companies/new")
    assert "Add the first company" in read(first)
    assert "data-guess-zone" in first.content.decode()
    assert "Look around with sample data" in read(first)

    answer = ada.post(
        "/settings/companies/new", {"name": "Oak & Co", "time_zone": "America/Chicago"}, follow=True
    )
    shop = Company.objects.get()
    base = f"/c/{shop.id}/start"
    assert [to for to, _ in answer.redirect_chain] == [base, f"{base}/connection"]
    assert steps(answer) == ["Done: Company", "2 Connect Twilio", "3 Add a number", "4 First text"]

    answer = ada.post(f"{base}/connection", {"account_sid": ACCOUNT, "auth_token": TOKEN}, follow=True)
    assert [to for to, _ in answer.redirect_chain] == [f"{base}/number"]
    form = {"number": "(404) 555-0180", "name": "Main line", "source": "Website", "destination": ""}
    answer = ada.post(f"{base}/number", form, follow=True)
    assert [to for to, _ in answer.redirect_chain] == [f"{base}/first-text"]
    (line,) = trackers_of(shop.id)
    assert (line.number, line.name, line.source, line.destination) == (LINE, "Main line", "Website", "")

    made = Connection.objects.get()
    waiting = read(answer)
    assert "Waiting for the first text." in waiting
    assert "Send it to (404) 555-0180 ." in waiting
    assert "1. Give this server a public address" in waiting
    assert "3. Send a text from your own phone" in waiting
    assert "It has no destination: callers hear that the call can’t be put through. Set one" in waiting
    assert f'href="/c/{shop.id}/numbers/{line.id}"' in answer.content.decode()
    assert f"/hooks/{made.key}/message" in waiting
    assert '<noscript><meta http-equiv="refresh"' in answer.content.decode()
    assert "data-ended" not in ada.get(f"{base}/first-text?part").content.decode()

    assert post(made, "message", inbound("Are you open?", to="+14045550199"), TOKEN).status_code == 200
    work_once()
    assert ", 1 in quarantine Waiting for" in read(ada.get(f"{base}/first-text?part"))
    assert "Something came and could not be applied." in read(ada.get(f"{base}/first-text?part"))
    assert post(made, "message", inbound("Are you <b>open</b>?"), TOKEN).status_code == 200
    work_once()
    part = ada.get(f"{base}/first-text?part")
    assert "data-ended" in part.content.decode()
    assert "The first text is here. Are you <b>open</b>? (404) 555-0112 · Main line" in read(part)
    assert "Something came and could not be applied." in read(part), "it is still there to be mended"
    assert f'href="/c/{shop.id}/quarantine"' in part.content.decode()
    assert CUSTOMER not in part.content.decode()
    done = ada.get(f"{base}/first-text")
    assert "Go to Text Conversations" in read(done)
    assert "http-equiv" not in done.content.decode()
    assert "It shows here as soon as it comes" not in read(done)
    assert steps(done)[-1] == "Done: First text"
    assert "What comes next (404) 555-0180 has no destination" in read(done)
    for path in (f"/c/{shop.id}/numbers/many", f"/c/{shop.id}/settings/import", "/settings/people"):
        assert f'<a class="link" href="{path}">' in done.content.decode()
    assert ada.get(base)["Location"].endswith("/text-conversations")
    assert [what for _, what in audit()] == [
        "Added the company, in the time zone America/Chicago.",
        f"Added the connection to Twilio, account {ACCOUNT}.",
        "Added +14045550180 as Main line.",
    ]


def test_the_first_text_is_the_first_since_there_is_a_connection(ada: Client, shop: Company) -> None:
    """Not an imported one of before, not an answer, and not the latest."""
    line = scene.tracker(shop)
    page = f"/c/{shop.id}/start/first-text"
    scene.says(shop, line, CUSTOMER, "Years ago", "2020-03-04 09:00")
    assert "The first text is here. Years ago" in read(ada.get(page)), "there is no connection"
    made = connect(shop, TOKEN)
    now = made.added_at
    assert "Waiting for the first text." in read(ada.get(page))
    assert ada.get(f"/c/{shop.id}/start")["Location"].endswith("/first-text")
    scene.says(shop, line, CUSTOMER, "Just before", now - 3 * 60_000)
    scene.answers(shop, line, "+14045550149", "An offer", now + 1)
    assert "Waiting for the first text." in read(ada.get(page))
    scene.says(shop, line, CUSTOMER, "Tenth", now + 10)
    scene.says(shop, line, "+14045550149", "Ninth", now + 9)
    scene.says(shop, line, "+14045550149", "Latest", now + 11)
    answer = ada.get(page)
    assert "The first text is here. Ninth (404) 555-0149 · Main line" in read(answer)
    assert ada.get(f"/c/{shop.id}/start")["Location"].endswith("/text-conversations")


def steps(answer: object) -> list[str]:
    html = answer.content.decode()  # type: ignore[attr-defined]
    found = re.search(r'<ol class="steps".*?</ol>', html, flags=re.S)
    assert found
    from tests.pages.reading import words

    return [words(item) for item in re.findall(r"<li.*?</li>", found[0], flags=re.S)]


def test_steps_can_be_left_for_later(ada: Client, shop: Company) -> None:
    base = f"/c/{shop.id}/start"
    assert f'href="{base}/number">Later' in ada.get(f"{base}/connection").content.decode()
    assert f'href="{base}/first-text">Later' in ada.get(f"{base}/number").content.decode()
    waiting = read(ada.get(f"{base}/first-text"))
    assert "No carrier is connected, so no text can arrive." in waiting
    assert "There is no number yet." in waiting
    assert "Go on with the set-up" in read(ada.get(f"/c/{shop.id}/analytics/activity/text-conversations"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"number": ""}, "Type the number that customers text and call."),
        ({"number": "12"}, "“12” is not a phone number."),
        ({"name": ""}, "Type a name."),
        ({"name": "a\u0007b"}, "This has signs that can’t be seen."),
        ({"destination": "nobody"}, "“nobody” is not a phone number."),
        ({"number": "+14045550181"}, "This is Second already."),
        ({"number": "+14045550190"}, "This number can’t be added here."),
    ],
)
def test_a_wrong_number_is_said_and_nothing_is_added(
    ada: Client, shop: Company, wrong: dict[str, str], said: str
) -> None:
    scene.tracker(shop, "+14045550181", "Second")
    scene.tracker(Company.objects.get(name="Stranger & Sons"), "+14045550190", "Theirs")
    form = {"number": LINE, "name": "Main line", "source": "", "destination": ""} | wrong
    text = read(ada.post(f"/c/{shop.id}/start/number", form), 400)
    assert said in text
    assert "Theirs" not in text
    assert (len(trackers_of(shop.id)), audit()) == (1, [])


def test_with_a_public_address_the_set_up_goes_on_to_twilio(
    ada: Client, shop: Company, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://texts.example.com"
    connect(shop)
    base = f"/c/{shop.id}/start"
    waiting = read(ada.get(f"{base}/first-text"))
    assert "public address, so" not in waiting
    assert "1. Give Twilio these addresses" in waiting
    assert "2. Test the way from the public address to here" in waiting
    assert "3. Send a text from your own phone" in waiting
    assert "What that takes" not in read(ada.get(f"{base}/connection"))
    settings.PUBLIC_URL = ""
    assert "What that takes" in read(ada.get(f"{base}/connection"))


def test_the_way_is_tested_on_the_page_that_waits(
    ada: Client, shop: Company, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_URL = "https://texts.example.com"
    made = connect(shop)
    page, test = f"/c/{shop.id}/start/first-text", f"/c/{shop.id}/settings/connections/{made.id}/test"
    before = ada.get(page).content.decode()
    assert f'<form class="buttons" method="post" action="{test}">' in before
    assert "http-equiv" in before
    came = Outcome("https://texts.example.com/hooks/k/self-test", error="timeout")
    monkeypatch.setattr(self_test, "send", lambda _connection: came)
    answer = ada.post(test, {"from": "start"}, follow=True)
    assert answer.redirect_chain == [(f"{page}#self-test", 302)]
    assert "Wrong: " in read(answer)
    assert "Test again" in read(answer)
    assert "http-equiv" not in answer.content.decode(), "it would go from under who reads it"
    assert "Wrong: " not in read(ada.get(page))


def test_of_several_numbers_each_is_named(ada: Client, shop: Company) -> None:
    connect(shop)
    scene.tracker(shop, LINE, destination="+14045550100")
    page = f"/c/{shop.id}/start/first-text"
    assert '<ul class="plain-list">' not in ada.get(page).content.decode()
    scene.tracker(shop, "+14045550181", destination="+14045550100")
    waiting = read(ada.get(page))
    assert "to (404) 555-0180 to (404) 555-0181" in waiting
    assert "Send it to" not in waiting


@pytest.mark.parametrize("url", ["http://192.168.1.20:8000", "http://localhost:8000", "https://texts.local"])
def test_an_address_that_the_internet_cannot_reach_is_none(
    ada: Client, shop: Company, settings: Any, url: str
) -> None:
    settings.PUBLIC_URL = url
    made, host = connect(shop), urlsplit(url).hostname
    waiting = read(ada.get(f"/c/{shop.id}/start/first-text"))
    set_up = read(ada.get(f"/c/{shop.id}/settings/connections/{made.id}"))
    assert "1. Give this server a public address" in waiting
    assert "2. Give Twilio these addresses" in waiting
    assert "Twilio can’t reach the public address" in set_up
    for text in (waiting, set_up):
        assert f"The one that is set is {url} . {host} can be reached from this machine or network" in text
        assert f"The addresses as they are now, under {url}" in text


def test_a_public_address_without_tls_counts_with_a_warning(
    ada: Client, shop: Company, settings: Any
) -> None:
    settings.PUBLIC_URL = "http://texts.example.com"
    made = connect(shop)
    waiting = read(ada.get(f"/c/{shop.id}/start/first-text"))
    set_up = read(ada.get(f"/c/{shop.id}/settings/connections/{made.id}"))
    assert "1. Give Twilio these addresses Texts travel unencrypted" in waiting
    assert "Addresses for Twilio’s console Texts travel unencrypted" in set_up
    settings.PUBLIC_URL = "https://texts.example.com"
    assert "unencrypted" not in read(ada.get(f"/c/{shop.id}/start/first-text"))


def test_a_number_that_cannot_text_says_so(ada: Client, shop: Company) -> None:
    form = {"number": "+18005550199", "name": "Toll-free", "source": "", "destination": "(404) 555-0100"}
    text = read(ada.post(f"/c/{shop.id}/start/number", form, follow=True))
    assert "(800) 555-0199 is added for its calls. Toll-free numbers can’t text" in text
    assert trackers_of(shop.id)[0].destination == "+14045550100"
    assert "So no text can arrive yet. Add a number that can" in text
    text = read(ada.post(f"/c/{shop.id}/start/number", form | {"number": LINE}, follow=True))
    assert "So no text can arrive yet" not in text


def test_the_set_up_is_for_admins(people: People, shop: Company) -> None:
    for page in ("", "/connection", "/number", "/first-text", "/first-text?part"):
        refused(people, f"/c/{shop.id}/start{page}")
    refused(people, f"/c/{shop.id}/start/connection", form={"account_sid": ACCOUNT, "auth_token": TOKEN})
    refused(people, f"/c/{shop.id}/start/number", form={"number": LINE, "name": "Mine"})
    assert (trackers_of(shop.id), Connection.objects.count()) == ([], 0)
