"""The page Quarantine: what came and why it waits, and from there into the ledger, or away with a note."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.test import Client

from tests import scene
from tests.intake.twilio import LINE, inbound, post
from tests.pages.reading import links, words
from tests.people import person, signed_in
from textmeter.accounts.models import AuditLine, Company, Role
from textmeter.intake import bad_signatures, known, receipts
from textmeter.intake.models import Connection
from textmeter.intake.quarantine import Reason, quarantined
from textmeter.intake.reasons import particulars, sentence
from textmeter.intake.set_aside import waiting_of
from textmeter.intake.worker import work_once
from textmeter.ledger.statements import fetch
from textmeter.ledger.statements import run as run_sql
from textmeter.ledger.trackers import trackers_of
from textmeter.pages import quarantine_pages, quarantine_sections
from textmeter.pages.quarantine_words import mending

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_intake() -> Any:
    known.forget()
    bad_signatures.forget()
    yield
    receipts.stop()


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setattr(quarantine_pages, "is_running", lambda: True)
    return scene.company("Piedmont Dental", "America/New_York")


def arrive(twilio: Connection, count: int = 1, body: str = "Hi", to: str = LINE) -> None:
    for n in range(count):
        post(twilio, "message", inbound(f"{body} {n}", to=to))
    work_once()


def page(client: Client, shop: Company, query: str = "") -> str:
    answer = client.get(f"/c/{shop.id}/quarantine{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, shop: Company, path: str, **fields: Any) -> str:
    answer = client.post(f"/c/{shop.id}/quarantine/{path}", fields, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    return words(answer.content.decode())


def texts() -> list[str]:
    return [body for (body,) in fetch("SELECT body FROM ledger_message ORDER BY sent_at, id", [])]


def test_what_came_stands_there_with_its_words_escaped_and_its_time(
    shop: Company, twilio: Connection, ada: Client
) -> None:
    arrive(twilio, 1, "<b>Is</b> anybody there? " + "long " * 100)
    run_sql("UPDATE intake_receipt SET received_at = %s", [scene.at_ms(shop, "2026-03-04 09:42")])
    html = page(ada, shop)
    said = words(html)
    assert "1 delivery that could not be applied · times in Eastern (America/New_York)" in said
    assert "Unknown number 1" in said
    assert "Mar 4, 9:42 AM Text (404) 555-0112 → (404) 555-0180 <b>Is</b> anybody there?" in said
    assert 'datetime="2026-03-04T09:42:00.000-05:00"' in html
    assert "<b>Is" not in html
    assert "long " * 100 not in html, "cut"
    assert f"Connection Twilio {twilio.account_sid}" in said
    assert "FromCity ATLANTA" in said
    assert "textmeter replay" not in said, "the page has its own actions"
    assert "(404) 555-0180 1 delivery" in said


def test_a_number_is_added_and_what_waits_for_it_is_applied(
    shop: Company, twilio: Connection, ada: Client
) -> None:
    arrive(twilio, 3)
    said = send(ada, shop, "trackers", number=LINE, name=" Google  Ads ")
    assert "(404) 555-0180 was added as Google Ads." in said
    assert "3 deliveries are tried again." in said
    assert "3 deliveries wait to be applied" in said
    assert "until it has a destination. Set its destination" in said
    assert ada.get(f"/c/{shop.id}/quarantine/waiting").json() == {"left": 3}
    work_once()
    assert sorted(texts()) == ["Hi 0", "Hi 1", "Hi 2"]
    assert [each.name for each in trackers_of(shop.id)] == ["Google Ads"]
    assert "Nothing is in quarantine" in words(page(ada, shop))
    assert ada.get(f"/c/{shop.id}/quarantine/waiting").json() == {"left": 0}
    assert [(one.by, one.what) for one in AuditLine.objects.all()] == [
        ("ada@example.com", "Added +14045550180 as Google Ads.")
    ]


def test_what_was_done_stands_there_until_the_page_has_loaded_itself_anew(
    shop: Company, twilio: Connection, ada: Client
) -> None:
    arrive(twilio, 1)
    name = "<b>Ads</b>"
    assert "1 delivery is tried again." in send(ada, shop, "trackers", number=LINE, name=name)
    work_once()
    html = page(ada, shop)
    assert "Nothing is in quarantine" in words(html)
    assert "1 delivery that was tried again was applied." in words(html)
    assert name not in html
    (destination,) = links(html, "Set its destination")
    where, _, part = destination.partition("#")
    assert f'id="{part}"' in ada.get(where).content.decode()
    assert "tried again" not in page(ada, shop), "once is enough"


def test_of_a_number_that_cannot_text_it_is_said_before_it_is_added(
    shop: Company, twilio: Connection, ada: Client
) -> None:
    arrive(twilio, 1, to="+18005550143")
    said = words(page(ada, shop))
    assert "Toll-free numbers can’t text" in said
    assert "Once it is added, its calls are put in; its texts wait on." in said
    arrive(twilio, 1)
    assert words(page(ada, shop)).count("Once it is added, its calls are put in") == 1


def test_what_trying_again_cannot_mend_is_not_tried_again(
    shop: Company, twilio: Connection, ada: Client
) -> None:
    scene.tracker(shop, "+18005550143", "Toll-free")
    arrive(twilio, 1, to="+18005550143")
    html = page(ada, shop)
    assert "Number that can’t text 1 Discard… Number that can’t text Only local" in words(html)
    assert "Try this one again" not in html
    assert links(html, "Which numbers may text") == ["/help/texting#numbers"]


def test_a_mistake_stands_at_its_number_and_another_company_is_never_named(
    shop: Company, twilio: Connection, ada: Client
) -> None:
    """DOMAIN: a company never learns that another one exists."""
    scene.tracker(scene.company("Secret Dental"), LINE, "Secret line")
    arrive(twilio, 1)
    for name, begins in ((" ", "Type a name for the number."), ("Ads", "This number can’t be added here.")):
        answer = ada.post(f"/c/{shop.id}/quarantine/trackers", {"number": LINE, "name": name})
        assert answer.status_code == 400
        (mistake,) = re.findall(r'id="name-1-says"[^>]*>(.*?)</p>', answer.content.decode())
        assert mistake.startswith(begins)
        assert "Secret line" not in answer.content.decode()
    assert trackers_of(shop.id) == []
    assert len(quarantined(shop.id)) == 1
    answer = ada.post(f"/c/{shop.id}/quarantine/trackers", {"number": "24273", "name": "Ads"})
    assert (answer.status_code, trackers_of(shop.id)) == (400, [])


def test_one_alone_is_tried_again(shop: Company, twilio: Connection, ada: Client) -> None:
    arrive(twilio, 2)
    first, second = quarantined(shop.id)
    scene.tracker(shop)
    assert "1 delivery is tried again." in send(ada, shop, "replays", reason="unknown_number", id=first.id)
    assert [one.id for one in quarantined(shop.id)] == [second.id]
    assert "There was nothing left" in send(ada, shop, "replays", reason="unknown_number", id=first.id)


def test_a_worker_that_is_not_there_is_missed(
    shop: Company, twilio: Connection, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine_pages, "is_running", lambda: False)
    arrive(twilio, 1)
    said = send(ada, shop, "replays", reason="unknown_number")
    assert "The worker is not running. 1 delivery waits for it." in said
    assert waiting_of(shop.id) == 1


def test_many_are_paged_each_once(
    shop: Company, twilio: Connection, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine_sections, "ROWS_IN_SIGHT", 2)
    arrive(twilio, 7)
    html = page(ada, shop)
    assert html.count("<summary><time") == 2
    (path,) = links(html, "Look at all 7")
    seen: list[str] = []
    query = path.partition("/quarantine")[2]
    monkeypatch.setattr(quarantine_sections, "ROWS_ON_A_PAGE", 3)
    while query:
        html = page(ada, shop, query)
        seen += re.findall(r'<bdi class="said">(Hi \d)</bdi>', html)
        query = (links(html, "Earlier ones") or [""])[0].partition("/quarantine")[2]
        assert links(html, "Newest ones") == ([] if len(seen) == 3 else [path])
    assert seen == [f"Hi {n}" for n in reversed(range(7))]
    assert page(ada, shop, "?reason=unknown_number&after=nonsense").count("<summary><time") == 3


def test_discarding_asks_for_a_note_and_keeps_a_line(shop: Company, twilio: Connection, ada: Client) -> None:
    arrive(twilio, 2)
    path = f"/c/{shop.id}/quarantine/discard"
    html = ada.get(f"{path}?reason=unknown_number").content.decode()
    assert "Discard 2 deliveries" in words(html)
    (until,) = re.findall(r'name="until" value="(\d+)"', html)
    refused = ada.post(path, {"reason": "unknown_number", "until": until, "why": " "})
    assert refused.status_code == 400
    assert "Write why they may go" in words(refused.content.decode())
    run_sql("UPDATE intake_receipt SET received_at = %s", [int(until) - 1])
    arrive(twilio, 1, "came later")
    run_sql(
        "UPDATE intake_receipt SET received_at = %s WHERE received_at >= %s", [int(until) + 1, int(until)]
    )
    said = send(ada, shop, "discard", reason="unknown_number", until=until, why="A wrong number")
    assert "2 deliveries were discarded." in said
    assert "came later 0" in said
    again = send(ada, shop, "discard", reason="unknown_number", until=until, why="A wrong number")
    assert "There was nothing left to discard." in again
    assert [(one.by, one.company_id, one.what) for one in AuditLine.objects.all()] == [
        (
            "ada@example.com",
            shop.id,
            "Discarded 2 deliveries from quarantine (unknown number). Note: A wrong number",
        )
    ]


def test_one_alone_is_discarded(shop: Company, twilio: Connection, ada: Client) -> None:
    arrive(twilio, 2)
    first, second = quarantined(shop.id)
    query = f"reason=unknown_number&id={first.id}"
    said = words(ada.get(f"/c/{shop.id}/quarantine/discard?{query}").content.decode())
    assert "Discard this delivery" in said
    assert "Hi 0" in said
    later = first.received_at + 10**9
    send(ada, shop, "discard", reason="unknown_number", id=first.id, until=later, why="A test")
    assert [one.id for one in quarantined(shop.id)] == [second.id]


PATHS = ("", "/discard?reason=unknown_number", "/waiting")
POSTS = {
    "replays": {"reason": "unknown_number"},
    "trackers": {"number": LINE, "name": "Ads"},
    "discard": {"reason": "unknown_number", "why": "x", "until": 2**62},
}


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REPORTING])
def test_admins_alone(shop: Company, twilio: Connection, role: Role) -> None:
    """DOMAIN "Who may what": no right to read: 404; no right to change: 403."""
    arrive(twilio, 1)
    reader = signed_in(person("leo@example.com", role, shop))
    stranger = signed_in(person("eve@example.com", role, scene.company("Other")))
    for path in PATHS:
        answer = reader.get(f"/c/{shop.id}/quarantine{path}")
        assert answer.status_code == 403
        said = words(answer.content.decode())
        assert "This is for admins Only admins may see and change this. Ask an admin to do it" in said
        assert "You may look" not in said
        assert stranger.get(f"/c/{shop.id}/quarantine{path}").status_code == 404
    for path, fields in POSTS.items():
        assert reader.post(f"/c/{shop.id}/quarantine/{path}", fields).status_code == 403
        assert stranger.post(f"/c/{shop.id}/quarantine/{path}", fields).status_code == 404
    assert len(quarantined(shop.id)) == 1
    assert trackers_of(shop.id) == []
    assert Client().get(f"/c/{shop.id}/quarantine")["Location"].startswith("/sign-in/")


def test_a_company_s_page_knows_nothing_of_another_s(shop: Company, twilio: Connection, ada: Client) -> None:
    other = scene.company("Other")
    arrive(twilio, 1)
    (held,) = quarantined(shop.id)
    assert "Nothing is in quarantine" in words(page(ada, other))
    assert "There was nothing left" in send(ada, other, "replays", reason="unknown_number", id=held.id)
    discard = f"/c/{other.id}/quarantine/discard"
    assert ada.get(f"{discard}?reason=unknown_number&id={held.id}").status_code == 404
    fields = POSTS["discard"] | {"id": held.id}
    assert ada.post(discard, fields).status_code == 404
    assert len(quarantined(shop.id)) == 1


@pytest.mark.parametrize("query", ["?reason=nonsense", "/discard", "/discard?reason=unreadable&id=x"])
def test_what_there_is_not(shop: Company, ada: Client, query: str) -> None:
    assert ada.get(f"/c/{shop.id}/quarantine{query}").status_code == 404


def test_the_left_bar_counts_for_admins_alone(shop: Company, twilio: Connection, ada: Client) -> None:
    assert 'class="count"' not in ada.get(f"/c/{shop.id}/numbers").content.decode()
    arrive(twilio, 2)
    assert "Settings 2 , 2 in quarantine" in words(ada.get(f"/c/{shop.id}/numbers").content.decode())
    assert "Quarantine (2)" in words(ada.get(f"/c/{shop.id}/settings").content.decode())
    leo = signed_in(person("leo@example.com", Role.MANAGER, shop))
    assert 'class="count"' not in leo.get(f"/c/{shop.id}/numbers").content.decode()


def test_no_log_has_a_customer_s_words(
    shop: Company, twilio: Connection, ada: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    arrive(twilio, 1, "my secret toothache")
    post(twilio, "message", "\xff\x00{not a form", **{"Content-Type": "application/json"})
    work_once()
    html = page(ada, shop)
    assert "my secret toothache" in html
    assert "(content)" in html
    send(ada, shop, "replays", reason="unknown_number")
    send(ada, shop, "trackers", number=LINE, name="Ads")
    assert "toothache" not in caplog.text


def test_each_reason_says_what_mends_it_without_a_terminal() -> None:
    assert all("`" not in mending(reason) and "textmeter " not in mending(reason) for reason in Reason)
    said = sentence(Reason.COULD_NOT_APPLY)
    assert particulars(Reason.COULD_NOT_APPLY, f"{said} (ValueError: x)") == "ValueError: x"
    assert particulars(Reason.UNREADABLE, "The delivery can’t be read. It has no MessageSid.") != ""
    assert particulars(Reason.UNKNOWN_NUMBER, "x") == particulars(Reason.COULD_NOT_APPLY, said) == ""
