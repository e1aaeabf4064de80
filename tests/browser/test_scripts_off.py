"""What people do every day, in a browser that runs no scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import scene
from tests.browser.conftest import OpenPage
from tests.people import person
from textmeter.accounts.models import Company, Role, User
from textmeter.lib.days import now_ms

DANA, MARCUS = "+14045550112", "+14045550149"
HOUR = 3_600_000


@pytest.fixture
def shop(transactional_db: None) -> Company:
    shop = scene.company()
    ads, site = scene.tracker(shop, name="Google Ads"), scene.tracker(shop, "+14045550182", "Website")
    now = now_ms()
    scene.says(shop, ads, DANA, "Is my crown ready?", now - 2 * HOUR)
    scene.answers(shop, ads, DANA, "It is", now - HOUR)
    scene.says(shop, site, MARCUS, "Hello", now - 2 * HOUR)
    scene.calls(shop, ads, DANA, now - 3 * HOUR, seconds=83)
    scene.calls(shop, site, MARCUS, now - 4 * HOUR)
    return shop


@pytest.fixture
def ada(transactional_db: None) -> User:
    return person("ada@example.com", Role.ADMIN, name="Ada")


@pytest.fixture
def page(open_page: OpenPage, ada: User, shop: Company) -> Page:
    return open_page(ada, "/help/texting", java_script_enabled=False, viewport={"width": 1440, "height": 900})


def rows(page: Page, count: int) -> None:
    expect(page.locator("tr[data-row]")).to_have_count(count)


def file_of(page: Page, link: str, folder: Path) -> str:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    path = folder / "file.csv"
    download.value.save_as(path)
    return path.read_text()


def look_again(page: Page) -> None:
    """Until what was ordered is done."""
    for _ in range(20):
        if page.get_by_role("link", name="Go on").is_visible():
            return page.get_by_role("link", name="Go on").click()
        page.get_by_role("link", name="Look again").click()
        page.wait_for_timeout(300)
    raise AssertionError("It is never done.")


def refused(console: list[str]) -> None:
    """The browser itself notes the form that was answered with 400."""
    assert ["400 (Bad Request)" in line for line in console] == [True]
    console.clear()


def test_texts_are_filtered_searched_and_taken_along(page: Page, shop: Company, tmp_path: Path) -> None:
    page.goto(f"/c/{shop.id}/analytics/activity/text-conversations")
    rows(page, 2)
    page.get_by_label("Inbound", exact=True).check()
    page.get_by_role("searchbox", name="Search customers and messages").fill("crown")
    page.get_by_role("button", name="Apply").last.click()
    rows(page, 1)
    page.get_by_role("link", name="Show figures and graph").click()
    expect(page.locator("#figure-messages_in .value")).to_have_text("1")
    page.locator("summary", has_text="Export").click()
    assert "Is my crown ready?" in file_of(page, "CSV – messages", tmp_path)
    page.locator("summary", has_text="Export").click()
    page.get_by_role("link", name="Timeline").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("(404) 555-0112")


def test_calls_are_filtered_and_taken_along(page: Page, shop: Company, tmp_path: Path) -> None:
    page.goto(f"/c/{shop.id}/analytics/activity/calls")
    rows(page, 2)
    page.locator("summary", has_text="Numbers").click()
    page.get_by_label("Google Ads").check()
    page.locator("details[open]").get_by_role("button", name="Apply").click()
    page.wait_for_url(re.compile(r"numbers=\d+"))
    rows(page, 1)
    page.get_by_label("Sort").select_option("latest")
    page.get_by_role("button", name="Apply").last.click()
    page.wait_for_url(re.compile(r"numbers=\d+.*sort=latest|sort=latest.*numbers=\d+"))
    rows(page, 1)
    page.locator("summary", has_text="Export").click()
    lines = file_of(page, "CSV – calls", tmp_path).splitlines()
    assert len(lines) == 2
    page.goto(f"/c/{shop.id}/analytics/activity/missed-calls")
    rows(page, 1)


def test_a_customer_is_found_named_and_erased(
    page: Page, shop: Company, console: list[str], jobs: None
) -> None:
    page.goto(f"/c/{shop.id}/customers")
    page.get_by_role("searchbox", name="Search customers").fill("0112")
    page.get_by_role("button", name="Apply").click()
    rows(page, 1)
    page.locator("tr[data-row] summary").click()
    page.get_by_label("Name of this customer").fill("Dana Whitfield")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("tr[data-row] .name")).to_have_text("Dana Whitfield")
    page.locator("tr[data-row] summary").click()
    page.get_by_role("link", name="Erase…").click()
    page.get_by_label("To confirm, type the number").fill("nonsense")
    page.get_by_role("button", name="Erase the customer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("To confirm, type the number").fill("404 555 0112")
    page.get_by_role("button", name="Erase the customer").click()
    expect(page.get_by_text("Erasing a customer").or_(page.get_by_role("link", name="Go on"))).to_be_visible()
    look_again(page)
    refused(console)
    page.goto(f"/c/{shop.id}/analytics/activity/text-conversations?q=crown")
    rows(page, 0)


def test_a_number_is_added_renamed_and_handed_over(page: Page, shop: Company, console: list[str]) -> None:
    page.goto(f"/c/{shop.id}/numbers")
    page.get_by_role("link", name="Add a number").click()
    page.get_by_label("Number", exact=True).fill("404 555 01")
    page.get_by_role("button", name="Add", exact=False).first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Number", exact=True).fill("404 555 0101")
    page.get_by_label("Name", exact=True).fill("Radio")
    page.get_by_role("button", name="Add", exact=False).first.click()
    expect(page.get_by_role("status")).to_contain_text("(404) 555-0101 was added as Radio.")
    page.get_by_role("link", name="Change Radio").click()
    page.get_by_label("Name", exact=True).fill("Radio in spring")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Change Radio in spring").click()
    page.get_by_role("link", name="Hand it over…").click()
    page.get_by_label("Name", exact=True).fill("Radio in autumn")
    page.get_by_role("button", name="Hand it over").click()
    expect(page.get_by_role("link", name="Radio in autumn").first).to_be_visible()
    refused(console)


def test_forms_of_the_settings_say_what_is_wrong_and_what_was_done(
    page: Page, shop: Company, console: list[str]
) -> None:
    page.goto(f"/c/{shop.id}/settings")
    page.get_by_label("Name of the company").fill("Oak & Co")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("status").first).to_contain_text("Oak & Co")
    page.get_by_label("Another time zone").fill("Nowhere")
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    refused(console)
    page.goto("/settings/people/new")
    page.get_by_label("Email address").fill("mia@example.com")
    page.get_by_label("Reporting").check()
    page.get_by_label("Oak & Co").check()
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Make a link to copy").click()
    expect(
        page.get_by_text(re.compile("/password/new/")).or_(page.locator("[value*='/password/new/']")).first
    ).to_be_visible()
    page.goto("/you")
    page.get_by_role("textbox", name="Name").fill("Ada Love")
    page.get_by_role("button", name="Save").first.click()
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
