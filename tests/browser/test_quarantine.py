"""Quarantine in a real browser: it fits, axe finds nothing, and a number is added without a script."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests import scene
from tests.browser.conftest import OpenPage, axe_violations, sideways
from tests.intake.twilio import inbound
from tests.people import person
from textmeter.accounts.models import Company, Role
from textmeter.intake.connections import add_connection
from textmeter.intake.worker import work_once
from textmeter.ledger.statements import run
from textmeter.lib.days import now_ms

HEADERS = {"host": "127.0.0.1", "x-forwarded-proto": "https", "x-forwarded-host": "texts.example.com"}


@pytest.fixture
def shop() -> Company:
    owner = scene.company("Piedmont Dental & Orthodontics of Greater Atlanta")
    made = add_connection(owner, account_sid="AC0123456789abcdef0123456789abcdef", secret="x" * 32)
    reasons = ["unknown_number"] * 7 + ["bad_signature", "unreadable", "could_not_apply", "cannot_text"]
    for place, reason in enumerate(reasons):
        fields = inbound("Long words without end " + "x" * 90, sender=f"+1770555{1000 + place}")
        run(
            "INSERT INTO intake_receipt (id, connection_id, company_id, what, url, headers, body,"
            " received_at, state, reason, detail) VALUES (%s, %s, %s, 'message', %s, %s, %s, %s, 2, %s, %s)",
            [
                *(place + 1, made.id, owner.id, f"http://127.0.0.1/hooks/{made.key}/message"),
                *(json.dumps(HEADERS), urlencode(fields).encode(), now_ms() - place, reason),
                "" if reason in ("unknown_number", "bad_signature") else "It says why. " + "y" * 200,
            ],
        )
    return owner


@pytest.mark.parametrize(
    ("width", "scheme"), [(2560, "light"), (1440, "dark"), (390, "light"), (320, "dark")]
)
def test_all_fits_and_axe_finds_nothing(open_page: OpenPage, shop: Company, width: int, scheme: str) -> None:
    ada = person("ada@example.com", Role.ADMIN)
    here = f"/c/{shop.id}/quarantine"
    page = open_page(ada, here, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for path in (here, f"{here}?reason=unknown_number", f"{here}/discard?reason=unreadable"):
        page.goto(path)
        if "discard" not in path:
            page.locator("main details:not(.compact-menu) summary").first.click()
            expect(page.get_by_role("button", name="Try this one again").first).to_be_visible()
        assert sideways(page) == 0, path
        assert axe_violations(page) == [], path


def test_a_number_is_added_without_scripts_and_by_keyboard(open_page: OpenPage, shop: Company) -> None:
    ada = person("ada@example.com", Role.ADMIN)
    page = open_page(ada, f"/c/{shop.id}/settings", java_script_enabled=False)
    page.get_by_role("navigation", name="Settings", exact=True).get_by_role(
        "link", name="Quarantine (11)"
    ).click()
    page.get_by_role("textbox", name="Name for (404) 555-0180").focus()
    page.keyboard.type("Main line")
    page.keyboard.press("Enter")
    expect(page.get_by_text("was added as Main line.")).to_be_visible()
    expect(page.get_by_text("7 deliveries are tried again.")).to_be_visible()
    work_once()
    page.goto(f"/c/{shop.id}/quarantine")
    expect(page.get_by_text("7 deliveries that were tried again were applied.")).to_be_visible()
    assert page.get_by_role("heading", name="Unknown number").count() == 0


def test_the_page_notices_by_itself_when_all_is_done(open_page: OpenPage, shop: Company) -> None:
    page = open_page(person("ada@example.com", Role.ADMIN), f"/c/{shop.id}/quarantine")
    page.get_by_role("textbox", name="Name for (404) 555-0180").fill("Main line")
    page.get_by_role("list", name="Numbers that are not known").get_by_role("button").first.click()
    expect(page.locator("[data-left]")).to_be_visible()
    work_once()
    expect(page.locator("[data-left]")).to_have_count(0)
    expect(page.get_by_text("7 deliveries that were tried again were applied.")).to_be_visible()
    expect(page.get_by_role("link", name="Set its destination")).to_be_visible()
