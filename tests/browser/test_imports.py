"""A file imported in a real browser, with scripts and without."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import scene
from tests.browser.conftest import OpenPage, axe_violations, sideways
from tests.people import person
from textmeter.accounts.models import Company, Role, User

FILE = (
    "Sent;Type;From;To;Agent;Words\r\n"
    "3/4/2026 9:33 AM;Received;404-555-0112;404-555-0180;;Are you open on Sunday?\r\n"
    "3/4/2026 9:40 AM;Sent;404-555-0180;404-555-0112;Dana;We are, from nine to one. Shall we keep a place "
    "for you?\r\n"
    "3/4/2026 later;Received;404-555-0112;404-555-0180;;Yes please\r\n"
    "3/5/2026 8:10 AM;Received;770-555-0101;404-555-0199;;Wrong number\r\n"
)


@pytest.fixture
def shop(transactional_db: None) -> Company:
    shop = scene.company()
    scene.tracker(shop, name="Google Ads")
    scene.tracker(scene.company("Elsewhere"), "+14045550199")
    return shop


@pytest.fixture
def ada(transactional_db: None) -> User:
    return person("ada@example.com", Role.ADMIN)


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    path = tmp_path / "old-texts.csv"
    path.write_text(FILE, newline="")
    return path


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("TEXTMETER_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def comes_by_itself(page: Page, heading: str) -> None:
    """Nothing is to be pressed between a reading and its report."""
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=12_000)
    expect(page.get_by_role("link", name="Go on")).to_have_count(0)
    expect(page.get_by_text("It goes on when you leave this page")).to_have_count(0)


def hangs_over(page: Page) -> list[str]:
    """Tables that are wider than their card."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".card table")].filter((each) =>
            each.getBoundingClientRect().right > each.closest(".card").getBoundingClientRect().right)
            .map((each) => each.className)"""
    )
    return found


def is_at_hand(page: Page) -> None:
    """What is to be pressed is in sight from the first column to the last, and lies on no choice."""
    button = page.get_by_role("button", name="See what would happen")
    choices = page.locator(".import-columns select")
    choices.first.focus()
    expect(button).to_be_in_viewport(ratio=1)
    for _ in range(choices.count()):
        focused, bar = page.locator(":focus").bounding_box(), page.locator(".at-hand").bounding_box()
        assert focused is not None
        assert bar is not None
        assert focused["y"] + focused["height"] <= bar["y"] or focused["y"] >= bar["y"]
        page.keyboard.press("Tab")
        expect(button).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [1440, 390])
def test_from_the_file_to_the_texts(
    open_page: OpenPage, ada: User, shop: Company, file: Path, *, jobs: None, width: int, scripts: bool
) -> None:
    page = open_page(
        ada,
        f"/c/{shop.id}/settings/import",
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        color_scheme="dark" if width == 390 else "light",
        reduced_motion="reduce",  # else the page is still on its way to what is focused
    )
    looks = f"{width}-{scripts}"

    def right(name: str) -> None:
        shot(page, f"{name}-{looks}")
        if scripts:
            assert axe_violations(page) == []
            assert not sideways(page)
        assert hangs_over(page) == []

    right("1-upload")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.get_by_role("heading", name="old-texts.csv")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("No column is known for the words.")
    expect(page.get_by_label("Type holds")).to_have_value("direction")
    right("2-look")
    is_at_hand(page)
    page.get_by_label("Words holds").select_option("body")
    page.get_by_role("button", name="See what would happen").click()
    comes_by_itself(page, "What would happen")
    expect(page.get_by_text("2 texts")).to_be_visible()
    expect(page.get_by_label("Words holds")).to_have_value("body")
    right("3-tried")
    page.get_by_role("button", name="Import 2 lines").click()
    comes_by_itself(page, "What came of it")
    right("4-imported")
    page.get_by_role("link", name="See the texts").click()
    expect(page.get_by_text("We are, from nine to one.").first).to_be_visible()
