"""A reader whose browser is set to letters of twice the size reads every page: nothing is cut, nothing lies
over anything else, and nothing needs a scroll sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import session_of, sideways
from tests.databases import only_sqlite
from tests.every_page import SIGNED_OUT, furnished

pytestmark = only_sqlite  # the pages are the same ones on every database
# A field may hold more than it shows; a row of the log shows the beginning of a text, the timeline all of it.
CUT = """() => {
  const hides = (way) => way === "hidden" || way === "clip";
  const isCut = (each) => {
    const style = getComputedStyle(each);
    const isField = ["SELECT", "BUTTON", "SUMMARY"].includes(each.tagName);
    if (style.visibility === "hidden" || !each.getClientRects().length || each.clientWidth <= 1) return false;
    if (each.closest(".vh, svg, [aria-hidden=true]") || each.matches("input, .snippet")) return false;
    if (style.textOverflow === "ellipsis" && each.title) return false;
    return (hides(style.overflowX) && each.scrollWidth > each.clientWidth + 1)
      || ((hides(style.overflowY) || isField) && each.scrollHeight > each.clientHeight + 2);
  };
  return [...document.body.querySelectorAll("*")].filter(isCut)
    .map((each) => `cut: ${each.tagName} ${each.className} ${each.textContent.trim().slice(0, 40)}`);
}"""
# What is fixed or sticks lies over what is scrolled below it.
OVERLAPS = """() => {
  const aside = ".vh, script, svg, option, [role=tooltip], .skip, .skip-chart, dialog, .news";
  const isLoose = (each) => {
    const style = getComputedStyle(each);
    return style.clipPath !== "none" || ["fixed", "sticky"].includes(style.position);
  };
  const isAside = (each) => {
    if (each.closest(aside) || !each.checkVisibility({ visibilityProperty: true })) return true;
    for (let one = each; one; one = one.parentElement) if (isLoose(one)) return true;
    return false;
  };
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (!text.data.trim() || isAside(text.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) if (box.width > 2) boxes.push([box, text]);
  }
  const found = [];
  boxes.forEach(([one, text], place) => {
    for (const [other, below] of boxes.slice(place + 1)) {
      const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (text !== below && width > 2 && height > Math.min(one.height, other.height) / 3)
        found.push(`over: ${text.data.trim().slice(0, 30)} / ${below.data.trim().slice(0, 30)}`);
    }
  });
  return found;
}"""


def letters(page: Page, size: int) -> None:
    """As the reader sets them in the browser."""
    sizes = {"standard": size, "fixed": size * 13 // 16}
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": sizes})


def troubles(page: Page) -> list[str]:
    by = sideways(page)
    return [f"hangs over by {by}"] * bool(by) + page.evaluate(CUT) + page.evaluate(OVERLAPS)


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_with_letters_of_twice_the_size(browser, live_server, width: int) -> None:  # type: ignore[no-untyped-def]
    house = furnished()
    context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": 900})
    cookie = {"name": "sessionid", "value": session_of(house.ada), "url": live_server.url}
    page = context.new_page()
    letters(page, 32)
    trouble = []
    for name, path in sorted(house.paths.items(), key=lambda one: one[0] not in SIGNED_OUT):
        if name not in SIGNED_OUT:
            context.add_cookies([cookie])
        page.goto(path)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        trouble += [f"{name}: {each}" for each in troubles(page)]
    context.close()
    assert trouble == []


@pytest.mark.parametrize(
    ("spoilt", "found"),
    [
        ("document.querySelector('main').style.width = '3000px'", "hangs over"),
        ("document.querySelector('main h1').style.cssText = 'height: 9px; overflow: hidden'", "cut"),
        ("document.querySelector('main .head p').style.marginTop = '-40px'", "over"),
    ],
)
def test_what_is_wrong_is_found(browser, live_server, spoilt: str, found: str) -> None:  # type: ignore[no-untyped-def]
    """A control of the test above."""
    house = furnished()
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": session_of(house.ada), "url": live_server.url}])
    page = context.new_page()
    letters(page, 32)
    page.goto(house.paths["number"])
    assert troubles(page) == []
    page.evaluate(spoilt)
    assert any(each.startswith(found) for each in troubles(page))
    context.close()
