"""From the sign-in to the file in one's hands, with the keyboard alone; where it stands one always sees."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from tests import scene
from tests.browser.conftest import OpenPage
from textmeter.accounts.models import Role
from textmeter.lib.days import now_ms

DANA, MARCUS = "+14045550112", "+14045550149"
PASSWORD = "correct horse battery"
# The place of the focus: its words, and how it looks with and without it.
FOCUS = """() => {
  const at = document.activeElement;
  if (at === document.body) return ["", "", true];
  const look = () => {
    const those = [at, at.nextElementSibling, at.querySelector(".hit")].filter(Boolean);
    return JSON.stringify(those.map((each) => {
      const style = getComputedStyle(each);
      return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.stroke];
    }));
  };
  const names = [at.ariaLabel, at.labels?.[0]?.textContent, at.textContent];
  const name = (names.find((each) => each?.trim()) ?? "").replace(/\\s+/g, " ").trim();
  const focused = look();
  at.blur();
  const without = look();
  at.focus({ preventScroll: true });
  return [name, at.closest("nav")?.ariaLabel ?? "", focused !== without];
}"""
MOST_STOPS = 60


@pytest.fixture(autouse=True)
def unthrottled(transactional_db: None) -> None:
    cache.clear()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    shop = scene.company()
    ads = scene.tracker(shop, "+14045550180", "Google Ads")
    site = scene.tracker(shop, "+14045550182", "Website")
    now = now_ms()
    scene.says(shop, ads, DANA, "Is my crown ready?", now - 7_200_000)
    scene.says(shop, ads, MARCUS, "Are you open?", now - 7_200_000)
    scene.says(shop, site, DANA, "The crown hurts", now - 90_000_000)
    scene.answers(shop, ads, DANA, "Your crown is here", now - 3_600_000)
    scene.user("mia@example.com", Role.REPORTING, shop, password=PASSWORD)
    return open_page(
        None, f"/c/{shop.id}/analytics/activity/text-conversations", viewport={"width": 1440, "height": 900}
    )


def test_from_sign_in_to_the_file(page: Page, tmp_path: Path) -> None:
    # The browser puts the focus there by itself, a moment after the page is there.
    expect(page.get_by_label("Email address")).to_be_focused()
    go_to(page, "Email address")
    page.keyboard.type("mia@example.com")
    go_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Text Conversations")
    only_google_ads(page)
    only_inbound(page)
    search(page, "crown")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    open_its_timeline_and_come_back(page)
    assert "Is my crown ready?" in exported(page, tmp_path)


def only_google_ads(page: Page) -> None:
    go_to(page, "NumbersAll 2")
    page.keyboard.press("Enter")
    go_to(page, "Google Ads")
    page.keyboard.press("Space")
    go_to(page, "Apply")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?numbers=\d+$"))


def only_inbound(page: Page) -> None:
    go_to(page, "All")
    page.keyboard.press("ArrowRight")
    assert focus(page) == ("Inbound", "")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("direction=inbound"))


def search(page: Page, words: str) -> None:
    go_to(page, "Search customers and messages")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"q={words}"))


def open_its_timeline_and_come_back(page: Page) -> None:
    go_to(page, "Timeline")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("(404) 555-0112")
    go_to(page, "Text Conversations", within="Breadcrumb")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"text-conversations\?.*q=crown"))


def exported(page: Page, folder: Path) -> str:
    go_to(page, "Export")
    page.keyboard.press("Enter")
    go_to(page, "CSV – messages")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    path = folder / "messages.csv"
    download.value.save_as(path)
    return path.read_text()


def go_to(page: Page, name: str, within: str = "") -> None:
    """By the tab key to what begins so, in the navigation that is named."""
    passed = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        at, place = focus(page)
        passed.append(at)
        if at.startswith(name) and within in place and (within or not place):
            return
    raise AssertionError(f"{name} is not reached: {passed}")


def focus(page: Page) -> tuple[str, str]:
    name, place, is_seen = page.evaluate(FOCUS)
    assert is_seen, f"the focus on {name} is not seen"
    return name, place
