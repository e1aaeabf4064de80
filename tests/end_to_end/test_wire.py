"""What a page costs on the way to the reader: its bytes over the wire, and whether it waits for a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.end_to_end.installation import Installation, Reader

pytestmark = pytest.mark.browser
MOST_BYTES = 60_000  # the font aside, which comes once
LOG = "/c/{company}/analytics/activity/text-conversations"
PAGES = {
    "the log": LOG,
    "the most bars and badges": LOG + "?range=last_30_days&interval=hour&sort=-total",
    "a search": LOG + "?range=all_time&q=you&figures=at_once",
    "the longest timeline": "",
    "calls": "/c/{company}/analytics/activity/calls?range=last_30_days&interval=hour",
    "missed calls": "/c/{company}/analytics/activity/missed-calls?range=all_time",
    "customers": "/c/{company}/customers",
    "erasing": "",
    "numbers": "/c/{company}/numbers",
    "many numbers": "/c/{company}/numbers/many",
    "quarantine": "/c/{company}/quarantine",
    "connections": "/c/{company}/settings/connections",
    "import": "/c/{company}/settings/import",
    "people": "/settings/people",
    "changes": "/settings/changes",
    "one's own": "/you",
    "settings": "/c/{company}/settings",
    "health": "/health",
    "help": "/help/texting",
}
_BYTES = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter((each) => !each.name.endsWith(".woff2"))
    .map((each) => [each.name, each.transferSize])"""
_PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length > 0"


@dataclass
class House:
    one: Installation
    company: str
    ana: Reader

    def address(self, name: str) -> str:
        if name in ("the longest timeline", "erasing"):
            page = self.ana.page(LOG.format(company=self.company), sort="-total", range="all_time")
            timeline = page.split('data-opens href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
            return timeline if name != "erasing" else timeline.partition("/timeline")[0] + "/erase"
        return PAGES[name].format(company=self.company)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    one = Installation(tmp_path_factory.mktemp("wire"))
    made = one.json("demo", "--messages", "4000", "--seed", "3")
    with one.running():
        yield House(one, made["company"], one.person("ana@example.com", "admin"))


@pytest.fixture
def context(house: House, browser: Browser) -> Iterator[BrowserContext]:
    """A browser that was never here before, with Ana's session."""
    one = browser.new_context(base_url=house.one.url)
    cookies = house.ana.http.cookies.jar
    one.add_cookies(
        [{"name": each.name, "value": each.value or "", "url": house.one.url} for each in cookies]
    )
    yield one
    one.close()


def bytes_of(page: Page) -> dict[str, int]:
    return dict(page.evaluate(_BYTES))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_small_on_the_first_visit(house: House, context: BrowserContext, name: str) -> None:
    page = context.new_page()
    page.goto(house.address(name), wait_until="networkidle" if "log" not in name else "load")
    sizes = bytes_of(page)
    assert any(each.endswith(".css") for each in sizes)
    assert min(sizes.values()) > 0, "nothing came from a cache"
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def test_style_sheets_and_scripts_come_once(house: House, context: BrowserContext) -> None:
    page = context.new_page()
    for name in ("numbers", "settings", "numbers"):
        page.goto(house.address(name))
    anew = [name for name, size in bytes_of(page).items() if size and re.search(r"/static/.*(css|js)$", name)]
    assert anew == []


@pytest.mark.parametrize("name", ["the log", "the longest timeline", "calls"])
def test_the_first_paint_waits_for_no_script(house: House, context: BrowserContext, name: str) -> None:
    waiting: list[Route] = []
    page = context.new_page()
    page.route("**/*.js", lambda route: waiting.append(route))  # noqa: PLW0108  # and is never answered
    page.goto(house.address(name), wait_until="commit")
    page.wait_for_function(_PAINTED, timeout=10_000)
    assert waiting


def test_files_are_not_squeezed(house: House) -> None:
    """They are streamed as fast as they are made."""
    answer = house.ana.http.get(
        f"{LOG.format(company=house.company)}/export.csv", headers={"Accept-Encoding": "gzip"}
    )
    assert (answer.status_code, "content-encoding" in answer.headers) == (200, False)


def test_what_is_compressed_is_what_is_there(house: House) -> None:
    """Also for who can't take it compressed; and it is known again by its time."""
    path = "/static/css/base.css"
    plain = httpx.get(f"{house.one.url}{path}", headers={"Accept-Encoding": "identity"})
    packed = httpx.get(f"{house.one.url}{path}", headers={"Accept-Encoding": "gzip"})
    assert (plain.headers.get("content-encoding"), packed.headers["content-encoding"]) == (None, "gzip")
    assert plain.content == packed.content
    assert "Accept-Encoding" in packed.headers["vary"]
    again = httpx.get(
        f"{house.one.url}{path}",
        headers={"Accept-Encoding": "gzip", "If-Modified-Since": packed.headers["last-modified"]},
    )
    assert again.status_code == 304
