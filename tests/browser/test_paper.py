"""On paper, A4 and Letter, nothing is cut at the edge of a sheet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import session_of, sideways
from tests.databases import only_sqlite
from tests.every_page import furnished

pytestmark = only_sqlite  # the pages are the same ones on every database
# What is left of a sheet between margins of 13 mm, at 96 dots an inch.
SHEETS = {"A4": (695, 1024), "Letter": (718, 957)}
PRINTED = (
    "print_conversations",
    "print_calls",
    "print_missed_calls",
    "print_customers",
    "text_conversations",
    "a search",
    "timeline",
    "all_calls",
    "customers",
    "numbers",
)
# What reaches past the sheet, and texts that are cut within.
CUT = """() => {
  const width = document.documentElement.clientWidth;
  const isCut = (each) => {
    if (!each.getClientRects().length || each.closest(".vh, svg") || each.clientWidth <= 1) return false;
    const style = getComputedStyle(each);
    const hides = ["hidden", "clip", "auto", "scroll"].includes(style.overflowX);
    return each.getBoundingClientRect().right > width + 1
      || (hides && each.scrollWidth > each.clientWidth + 1);
  };
  return [...document.body.querySelectorAll("*")].filter(isCut)
    .map((each) => `${each.tagName} ${each.className} ${each.textContent.trim().slice(0, 40)}`);
}"""


def cut(page: Page) -> list[str]:
    by = sideways(page)
    return [f"hangs over by {by}"] * bool(by) + page.evaluate(CUT)


# Frames that a break would tear open, marks for sorting that nobody can press.
ON_PAPER = """() => ({
  frames: [...document.querySelectorAll(".card:has(> .log, > .stream)")]
    .map((each) => getComputedStyle(each).borderTopWidth),
  marks: [...document.querySelectorAll("th .icon")].filter((each) => each.getClientRects().length).length,
})"""


def test_lists_run_over_the_sheets_without_a_frame(browser, live_server) -> None:  # type: ignore[no-untyped-def]
    house = furnished()
    context = browser.new_context(base_url=live_server.url, viewport={"width": 695, "height": 1024})
    context.add_cookies([{"name": "sessionid", "value": session_of(house.ada), "url": live_server.url}])
    page = context.new_page()
    for name in ("text_conversations", "timeline", "all_calls", "customers"):
        page.goto(house.paths[name])
        assert page.evaluate(ON_PAPER)["frames"] == ["1px"], name
        page.emulate_media(media="print")
        assert page.evaluate(ON_PAPER) == {"frames": ["0px"], "marks": 0}, name
        page.emulate_media(media="screen")
    context.close()


@pytest.mark.parametrize("sheet", SHEETS)
def test_nothing_is_cut(browser, live_server, sheet: str) -> None:  # type: ignore[no-untyped-def]
    house = furnished()
    width, height = SHEETS[sheet]
    context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": height})
    context.add_cookies([{"name": "sessionid", "value": session_of(house.ada), "url": live_server.url}])
    page = context.new_page()
    page.add_init_script("window.print = () => {}")
    trouble = []
    for name in PRINTED:
        page.goto(house.paths[name])
        page.emulate_media(media="print")
        trouble += [f"{name}: {each}" for each in cut(page)]
        assert page.pdf(format=sheet).startswith(b"%PDF"), name
        page.emulate_media(media="screen")
    page.goto(house.paths["timeline"])
    page.emulate_media(media="print")
    page.evaluate("document.querySelector('.stream').style.width = '900px'")
    assert cut(page) != [], "a control"
    context.close()
    assert trouble == []
