"""What Quarantine says of a wrong signature: whether the address or the secret is to be mended."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests import scene
from tests.intake.twilio import inbound, post
from tests.pages.reading import links, words
from tests.pages.test_quarantine_pages import page, send, texts
from textmeter.accounts.models import Company
from textmeter.intake import bad_signatures, known, receipts
from textmeter.intake.connections import set_secret
from textmeter.intake.models import Connection
from textmeter.intake.worker import work_once
from textmeter.pages import quarantine_pages

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_intake(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(quarantine_pages, "is_running", lambda: True)
    known.forget()
    bad_signatures.forget()
    yield
    receipts.stop()


def test_a_proxy_s_mistake_is_marked_and_named(
    shop: Company, twilio: Connection, ada: Client, settings: Any
) -> None:
    path = f"/hooks/{twilio.key}/message"
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "texts.example.com"}
    scene.tracker(shop)
    post(twilio, "message", inbound("signed"), url=f"https://texts.example.com{path}", **forwarded)
    said = words(page(ada, shop))
    assert "Scheme differs http https Differs" in said
    assert "Host differs testserver texts.example.com Differs" in said
    assert "Port differs 80 443 Differs" in said
    assert f"Path {path} {path} Same" in said
    assert "The carrier signed for https://texts.example.com. Set TEXTMETER_PUBLIC_URL to" in said
    help_ = links(page(ada, shop), "How the public address is set")
    assert help_ == ["/help/connecting#public-address"]
    assert 'id="public-address"' in ada.get(help_[0]).content.decode()
    again = send(ada, shop, "replays", reason="bad_signature")
    assert "1 delivery still isn’t rightly signed. What to mend stands under “Wrong signature”." in again
    settings.PUBLIC_URL = "https://texts.example.com"
    assert "The signature fits what is set now. Try it again." in words(page(ada, shop))
    assert "1 delivery is tried again." in send(ada, shop, "replays", reason="bad_signature")
    work_once()
    assert texts() == ["signed"]


def test_a_console_with_plain_http_is_to_be_mended_there(
    shop: Company, twilio: Connection, ada: Client, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://texts.example.com"
    post(twilio, "message", inbound("signed"), url=f"http://texts.example.com/hooks/{twilio.key}/message")
    said = words(page(ada, shop))
    assert "Most likely the address in the carrier’s console begins with http://. Let it begin with" in said
    assert (
        "fits only while TEXTMETER_PUBLIC_URL is http://texts.example.com; texts travel unencrypted" in said
    )
    assert "Set TEXTMETER_PUBLIC_URL to http" not in said


def test_a_wrong_secret_is_told_from_a_wrong_address(
    shop: Company, twilio: Connection, ada: Client, settings: Any
) -> None:
    scene.tracker(shop)
    settings.PUBLIC_URL = "https://texts.example.com"
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "texts.example.com"}
    signed = f"https://texts.example.com/hooks/{twilio.key}/message"
    post(twilio, "message", inbound("new token"), "f" * 32, signed, **forwarded)
    html = page(ada, shop)
    assert "The address is right, so the auth token is not the carrier’s" in words(html)
    connection = f"/c/{shop.id}/settings/connections/{twilio.id}"
    assert links(html, "Enter the auth token anew") == [f"{connection}#secret"]
    assert links(html, "How the public address is set") == []
    assert 'id="secret"' in ada.get(connection).content.decode()
    again = ada.post(f"/c/{shop.id}/quarantine/replays", {"reason": "bad_signature"}, follow=True)
    (notice,) = re.findall(r'<div class="notice warn".*?</div></div>', again.content.decode(), re.S)
    assert "still isn’t rightly signed" in notice
    assert "#i-alert" in notice, "it failed, so it bears no tick"
    set_secret(twilio, "f" * 32)
    send(ada, shop, "replays", reason="bad_signature")
    work_once()
    assert texts() == ["new token"]


def test_no_secret_is_blamed_while_the_carrier_can_t_have_called_what_is_expected(
    shop: Company, twilio: Connection, ada: Client, settings: Any
) -> None:
    """As a proxy does that passes its own address on, while no public one is set."""
    scene.tracker(shop)
    signed = f"https://texts.example.com/hooks/{twilio.key}/message"
    post(twilio, "message", inbound("signed"), url=signed)
    html = page(ada, shop)
    assert "only this machine or its network reaches testserver, so the carrier called another" in words(html)
    assert links(html, "Enter the auth token anew") == []
    assert links(html, "How the public address is set") == ["/help/connecting#public-address"]
    settings.PUBLIC_URL = "https://texts.example.com"
    send(ada, shop, "replays", reason="bad_signature")
    work_once()
    assert texts() == ["signed"]
