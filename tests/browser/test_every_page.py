"""Every page fits from 320 to 2,560 pixels, and axe finds nothing on it,
light and dark, wide and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage, axe_violations, sideways
from tests.databases import only_sqlite
from tests.every_page import SIGNED_OUT, furnished

pytestmark = only_sqlite  # the pages are the same ones on every database
# 720 is 1440 at 200 %.
WIDTHS = {1440: (2560, 1440, 768, 720), 390: (320, 390)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page(open_page: OpenPage, console: list[str], width: int, scheme: str) -> None:
    house = furnished()
    look: dict[str, Any] = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    signed_out, signed_in = open_page(None, **look), open_page(house.ada, **look)
    trouble = []
    for name, path in house.paths.items():
        page = signed_out if name in SIGNED_OUT else signed_in
        page.goto(path)
        found = axe_violations(page)
        found += _overhangs(page, width) if scheme == "light" else []  # only colours differ
        trouble += [f"{name}: {each}" for each in found]
    assert trouble == []
    missing = house.paths["no such page"]
    console[:] = [line for line in console if not (missing in line and "404" in line)]


def _overhangs(page: Page, width: int) -> list[str]:
    wrong = []
    for other in WIDTHS[width]:
        page.set_viewport_size({"width": other, "height": 900})
        if by := sideways(page):
            wrong.append(f"hangs over by {by} at {other}")
    page.set_viewport_size({"width": width, "height": 900})
    return wrong


@pytest.mark.parametrize(
    ("spoilt", "rule"),
    [
        ("document.querySelector('main h1').style.color = '#bbb'", "color-contrast"),
        ("document.querySelector('main a').innerHTML = ''", "link-name"),
        ("document.documentElement.removeAttribute('lang')", "html-has-lang"),
        ("document.querySelector('main').style.width = '3000px'", "hangs over"),
    ],
)
def test_what_is_wrong_is_found(open_page: OpenPage, spoilt: str, rule: str) -> None:
    """A control of the test above."""
    house = furnished()
    page = open_page(house.ada, house.paths["number"], viewport={"width": 1440, "height": 900})
    assert axe_violations(page) == []
    page.evaluate(spoilt)
    found = [*axe_violations(page), *_overhangs(page, 1440)]
    assert any(each.startswith(rule) for each in found), found
