"""What came of deliveries that were tried again: said once, to who tried."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from tests import scene
from tests.intake.twilio import LINE, inbound, post
from tests.pages.reading import links, rows, words
from tests.pages.test_quarantine_pages import arrive, page, send
from tests.people import person, signed_in
from textmeter.accounts.models import Company, Role
from textmeter.intake import known, receipts
from textmeter.intake.models import Connection
from textmeter.intake.quarantine import quarantined
from textmeter.intake.try_again import hand_to_worker
from textmeter.intake.worker import work_once
from textmeter.ledger.statements import run as run_sql
from textmeter.lib.days import local, now_ms
from textmeter.pages import quarantine_pages

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_intake(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(quarantine_pages, "is_running", lambda: True)
    known.forget()
    yield
    receipts.stop()


def test_what_came_of_it_is_said_with_the_reasons_of_what_came_back(
    shop: Company, twilio: Connection, ada: Client
) -> None:
    arrive(twilio, 2)
    arrive(twilio, 1, to="+14045550177")
    scene.tracker(shop, LINE, "Ads")
    assert "3 deliveries are tried again." in send(ada, shop, "replays", reason="unknown_number")
    other = signed_in(person("eve@example.com", Role.ADMIN))
    assert "tried again" not in page(other, shop), "of who tried alone"
    work_once()
    said = words(page(ada, shop))
    assert "2 deliveries that were tried again were applied. 1 delivery came back: 1 unknown number." in said
    assert "came back" not in page(ada, shop)
    assert "1 delivery is tried again." in send(ada, shop, "replays", reason="unknown_number")
    work_once()
    said = words(page(ada, shop))
    assert "1 delivery came back: 1 unknown number." in said
    assert "applied. 1 delivery" not in said


def test_what_was_applied_is_one_click_away(shop: Company, twilio: Connection, ada: Client) -> None:
    """On the day and number of now, whenever it arrived."""
    post(twilio, "message", inbound("Hi", sender="+17705550101"))
    work_once()
    line = scene.tracker(shop, LINE, "Ads")
    scene.tracker(shop, "+14045550177", "Another")
    send(ada, shop, "replays", reason="unknown_number")
    work_once()
    (link,) = links(page(ada, shop), "Show the timeline")
    said = words(ada.get(link).content.decode())
    assert "(770) 555-0101" in said
    assert "Hi" in said
    post(twilio, "message", inbound("To nobody's", sender="+17705550101", to="+14045550155"))
    arrive(twilio, 2, to="+14045550155")
    post(twilio, "voice", {"CallSid": "CA" + "1" * 32, "From": "+17705550102", "To": "+14045550155"})
    work_once()
    more = scene.tracker(shop, "+14045550155", "Late")
    send(ada, shop, "replays", reason="unknown_number")
    work_once()
    html = page(ada, shop)
    (texts,) = links(html, "Show the conversations")
    (calls,) = links(html, "Show the calls")
    today = local(now_ms(), shop.zone).date()
    assert texts.endswith(f"/text-conversations?start={today}&end={today}&numbers={more.id}")
    assert calls.endswith(f"/calls?start={today}&end={today}&numbers={more.id}")
    assert line.name not in "".join(rows(ada.get(texts).content.decode()))
    assert len(rows(ada.get(texts).content.decode())) == 2, "of three texts, two from one customer"
    assert len(rows(ada.get(calls).content.decode())) == 1


def test_what_came_back_leads_nowhere(shop: Company, twilio: Connection, ada: Client) -> None:
    arrive(twilio, 1)
    send(ada, shop, "replays", reason="unknown_number")
    work_once()
    html = page(ada, shop)
    assert "1 delivery came back" in words(html)
    assert "Show the" not in html


def test_what_came_of_it_stays_while_the_page_is_to_load_itself_anew(
    shop: Company, twilio: Connection, ada: Client
) -> None:
    """Something else may come in between."""
    arrive(twilio, 1)
    scene.tracker(shop, LINE, "Ads")
    send(ada, shop, "replays", reason="unknown_number")
    work_once()
    post(twilio, "message", inbound("Later"))
    for _ in range(2):
        assert "1 delivery that was tried again was applied." in words(page(ada, shop))
    work_once()
    assert "1 delivery that was tried again was applied." in words(page(ada, shop))
    assert "tried again" not in page(ada, shop)


def test_what_was_applied_while_the_page_was_made_does_not_wait_too(
    shop: Company, twilio: Connection, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(twilio, 2)
    scene.tracker(shop, LINE, "Ads")
    ada.post(f"/c/{shop.id}/quarantine/replays", {"reason": "unknown_number"})
    count = quarantine_pages.waiting_of

    def then_works(company_id: int) -> int:
        waiting = count(company_id)
        work_once()
        return waiting

    monkeypatch.setattr(quarantine_pages, "waiting_of", then_works)
    said = words(page(ada, shop))
    assert "2 deliveries that were tried again were applied." in said
    assert "to be applied" not in said
    assert "tried again" not in page(ada, shop), "it is said once"


def test_each_company_s_page_tells_of_its_own(shop: Company, twilio: Connection, ada: Client) -> None:
    other = scene.company("Other")
    arrive(twilio, 1)
    send(ada, shop, "replays", reason="unknown_number")
    work_once()
    assert "tried again" not in page(ada, other)
    assert "1 delivery came back: 1 unknown number." in words(page(ada, shop))


def test_of_very_many_the_first_are_followed_and_two_tries_are_told_together(
    shop: Company, twilio: Connection, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("intake.try_again", "pages.quarantine_tries"):
        monkeypatch.setattr(f"textmeter.{room}.MOST_FOLLOWED", 2)
    arrive(twilio, 3)
    first, *_ = quarantined(shop.id)
    scene.tracker(shop, LINE, "Ads")
    send(ada, shop, "replays", reason="unknown_number", id=first.id)
    assert "3 deliveries are tried again." in send(ada, shop, "replays", reason="unknown_number")
    work_once()
    said = words(page(ada, shop))
    assert "Of the first 2: 2 deliveries that were tried again were applied." in said


def test_where_there_was_no_time_for_all_that_is_said_before_and_after(
    shop: Company, twilio: Connection, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(twilio, 1)
    monkeypatch.setattr(
        quarantine_pages, "hand_to_worker", lambda *given: replace(hand_to_worker(*given), is_all=False)
    )
    said = send(ada, shop, "replays", reason="unknown_number")
    assert "1 delivery is tried again. There are more: try again once these are done." in said
    work_once()
    said = words(page(ada, shop))
    assert "1 delivery came back: 1 unknown number. There are more: try again." in said


def test_one_that_was_tried_twice_counts_once(shop: Company, twilio: Connection, ada: Client) -> None:
    arrive(twilio, 1)
    for _ in range(2):
        ada.post(f"/c/{shop.id}/quarantine/replays", {"reason": "unknown_number"})
        work_once()
    said = words(page(ada, shop))
    assert "1 delivery came back: 1 unknown number." in said
    assert "Of the first" not in said


def test_what_went_meanwhile_is_not_told_of(shop: Company, twilio: Connection, ada: Client) -> None:
    arrive(twilio, 1)
    send(ada, shop, "replays", reason="unknown_number")
    run_sql("DELETE FROM intake_receipt WHERE company_id = %s", [shop.id])
    assert "tried again" not in page(ada, shop)


def test_who_adds_a_number_hears_of_its_deliveries_alone(
    shop: Company, twilio: Connection, ada: Client
) -> None:
    arrive(twilio, 2)
    arrive(twilio, 1, to="+14045550177")
    send(ada, shop, "trackers", number=LINE, name="Ads")
    work_once()
    said = words(page(ada, shop))
    assert "2 deliveries that were tried again were applied." in said
    assert "came back" not in said
    assert "Unknown number 1" in said
