"""Health in a real browser: wide, on a phone, dark, and for those who can't see it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import scene
from tests.browser.conftest import OpenPage, axe_violations, sideways
from tests.people import person
from textmeter.accounts.models import Role
from textmeter.intake.connections import add_connection
from textmeter.ledger.statements import run
from textmeter.lib.days import now_ms


@pytest.fixture
def path() -> str:
    shop = scene.company("Piedmont Dental & Orthodontics of Greater Atlanta")
    for place in range(14):
        line = scene.tracker(shop, f"+14045550{180 + place}", f"Spring campaign of the year {place}")
    scene.says(shop, line, "+17705550112", "Hi", now_ms() - 60_000)
    made = add_connection(shop, account_sid="AC0123456789abcdef0123456789abcdef", secret="x" * 32)
    for id, state, reason in ((1, 0, None), (2, 2, "bad_signature")):
        run(
            "INSERT INTO intake_receipt (id, connection_id, company_id, what, url, headers, body,"
            " received_at, state, reason) VALUES (%s, %s, %s, 'message', '', '', '', 1, %s, %s)",
            [id, made.id, shop.id, state, reason],
        )
    return f"/health?company={shop.id}"


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_axe_finds_nothing(open_page: OpenPage, path: str, width: int, scheme: str) -> None:
    ada = person("ada@example.com", Role.ADMIN)
    page = open_page(ada, path, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.get_by_text("14 numbers, none of them quiet").click()
    page.get_by_text("The database by its parts").click()
    assert page.get_by_role("link", name="Spring campaign of the year 13").is_visible()
    assert sideways(page) == 0
    assert axe_violations(page) == []


def test_the_left_menu_leads_there_and_back(open_page: OpenPage, path: str) -> None:
    page = open_page(person("ada@example.com", Role.ADMIN), path)
    menu = page.get_by_role("navigation", name="Settings", exact=True)
    menu.get_by_role("link", name="Company").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Company")
    menu.get_by_role("link", name="Health").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Health")
    assert page.url.endswith(path)


def test_an_account_stands_on_one_line_of_a_phone(open_page: OpenPage, path: str) -> None:
    page = open_page(person("ada@example.com", Role.ADMIN), path, viewport={"width": 390, "height": 900})
    height = """cell => { const range = document.createRange(); range.selectNodeContents(cell);
        return range.getClientRects().length; }"""
    assert page.get_by_text("AC0123456789abcdef0123456789abcdef").evaluate(height) == 1


def test_both_tables_of_a_company_stand_on_one_grid(open_page: OpenPage, path: str) -> None:
    page = open_page(person("ada@example.com", Role.ADMIN), path, viewport={"width": 1440, "height": 900})
    page.get_by_text("14 numbers, none of them quiet").click()
    lefts = "table => [...table.querySelectorAll('thead th')].slice(0, 3).map(one => one.offsetLeft)"
    tables = page.locator(".company-health .grid")
    assert tables.nth(0).evaluate(lefts) == tables.nth(1).evaluate(lefts)
