"""The list of customers in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import scene
from tests.browser.conftest import OpenPage, axe_violations
from textmeter.accounts.models import Role


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    shop = scene.company()
    line = scene.tracker(shop)
    for place in range(3):
        scene.says(shop, line, f"+1404555011{place}", "Hello", f"2026-03-04 09:0{place}")
    manager = scene.user("maria@example.com", Role.MANAGER, shop)
    return open_page(manager, f"/c/{shop.id}/customers")


def test_keys_go_through_the_list_and_a_row_opens_its_timeline(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr[data-row] a[data-opens]").nth(1)).to_be_focused()
    page.locator("tr[data-row] .count").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("(404) 555-0110")


def test_a_name_is_given_in_the_list(page: Page) -> None:
    page.locator("tr[data-row] summary").nth(1).click()
    page.get_by_label("Name of this customer").nth(1).fill("Ann Archer")
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-row] .name").nth(1)).to_have_text("Ann Archer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    assert axe_violations(page) == []


def test_a_number_is_called_and_its_row_opens_beside_it(page: Page) -> None:
    """A finger hits beyond the letters; what is behind them is the row."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("addEventListener('click', (event) => event.preventDefault(), true)")
    here, number = page.url, page.get_by_role("link", name="Call (404) 555-0110")
    expect(number).to_have_attribute("href", "tel:+14045550110")
    box = number.bounding_box()
    assert box
    hit = "([x, y]) => document.elementFromPoint(x, y).closest('a')?.protocol"
    for below in (-7, box["height"] + 7):
        assert page.evaluate(hit, [box["x"] + 9, box["y"] + below]) == "tel:"
    expect(page.get_by_role("link", name="Timeline").first).to_have_accessible_description("(404) 555-0110")
    number.click()
    assert page.url == here


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("letters", [16, 32])
def test_on_a_phone_nothing_hangs_over(page: Page, width: int, letters: int) -> None:
    sizes = {"standard": letters, "fixed": 13}
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": sizes})
    page.set_viewport_size({"width": width, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.locator("tr[data-row] summary").first.click()
    panel = page.locator("tr[data-row] .panel").first.bounding_box()
    assert panel
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= width
