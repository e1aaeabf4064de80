"""The whole way in a browser: from a carrier's signed webhook to the timeline and the file on disk."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import axe_violations
from tests.cli.terminal import wait_for
from tests.end_to_end.conftest import ADS, WEB, Town
from tests.end_to_end.installation import PASSWORD, new_ref

pytestmark = pytest.mark.browser


@pytest.fixture
def page(town: Town, browser: Browser) -> Iterator[Page]:
    """Nobody signed in yet. Whatever the browser complains about on its console fails the test."""
    said: list[str] = []
    one = browser.new_page(base_url=town.house.url, viewport={"width": 1280, "height": 900})
    one.set_default_timeout(10_000)
    one.on("console", lambda message: said.append(message.text))
    one.on("pageerror", lambda error: said.append(str(error)))
    yield one
    one.close()
    assert said == []


def test_from_a_signed_webhook_to_the_timeline(town: Town, page: Page, tmp_path: Path) -> None:
    page.goto("/")
    page.get_by_label("Email address").fill("ana@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Text Conversations", level=1)).to_be_visible()

    # A customer writes, by one number and then by another, while the page is open.
    town.twilio.text("+14045550112", ADS, "Is my crown ready?")
    town.twilio.text("+14045550112", WEB, "It’s Dana, by the way")
    town.twilio.status(new_ref("SM"), WEB, "+14045550112", "delivered")
    wait_for(lambda: len(town.ana.messages(town.shop)) == 3, "the worker")
    page.goto(page.url)
    row = page.get_by_role("row").filter(has_text="(404) 555-0112")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Website")
    assert axe_violations(page) == []

    town.twilio.text("+14045550113", ADS, "Another customer")
    news = page.get_by_role("status").get_by_role("link", name="new text")
    expect(news).to_be_visible()
    news.click()
    expect(page.get_by_role("row").filter(has_text="Another customer")).to_be_visible()

    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV – messages").click()
    download.value.save_as(tmp_path / "messages.csv")
    with (tmp_path / "messages.csv").open(encoding="utf-8", newline="") as file:
        bodies = [one["body"] for one in csv.DictReader(file)]
    assert bodies == ["Is my crown ready?", "It’s Dana, by the way", "", "Another customer"]
    page.keyboard.press("Escape")

    row = page.get_by_role("row").filter(has_text="(404) 555-0112")
    row.get_by_role("link", name="Timeline").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("(404) 555-0112")
    expect(page.get_by_role("heading", name="Text Message Frequency")).to_be_visible()
    stream = page.get_by_role("main")
    for words in ("Is my crown ready?", "It’s Dana, by the way", "Text not received yet"):
        expect(stream.get_by_text(words).first).to_be_visible()
    assert axe_violations(page) == []
