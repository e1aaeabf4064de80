"""Every page fits from 320 to 2,560 pixels, and axe finds nothing on it,
light and dark, wide and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import axe_violations, session_of, sideways
from tests.browser.every_page import SIGNED_OUT, furnished
from tests.databases import only_sqlite

pytestmark = only_sqlite  # the pages are the same ones on every database
# 720 is 1440 at 200 %.
WIDTHS = {1440: (2560, 1440, 768, 720), 390: (320, 390)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page(browser, live_server, width: int, scheme: str) -> None:  # type: ignore[no-untyped-def]
    house = furnished()
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    cookie = {"name": "sessionid", "value": session_of(house.ada), "url": live_server.url}
    page = context.new_page()
    trouble = []
    for name, path in sorted(house.paths.items(), key=lambda one: one[0] not in SIGNED_OUT):
        if name not in SIGNED_OUT:
            context.add_cookies([cookie])
        page.goto(path)
        found = axe_violations(page)
        found += _overhangs(page, width) if scheme == "light" else []  # only colours differ
        trouble += [f"{name}: {each}" for each in found]
    context.close()
    assert trouble == []


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
def test_what_is_wrong_is_found(browser, live_server, spoilt: str, rule: str) -> None:  # type: ignore[no-untyped-def]
    """A control of the test above."""
    house = furnished()
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": session_of(house.ada), "url": live_server.url}])
    page = context.new_page()
    page.goto(house.paths["number"])
    assert axe_violations(page) == []
    page.evaluate(spoilt)
    found = [*axe_violations(page), *_overhangs(page, 1440)]
    context.close()
    assert any(each.startswith(rule) for each in found), found
