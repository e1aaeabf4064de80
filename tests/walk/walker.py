"""Somebody with a browser, and what they do on every page: look at it, use the menus, take a picture."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import sideways
from tests.end_to_end.installation import Carrier, Installation

# Where the pictures of the docs go; without it none is taken. `make screenshots` sets it.
PICTURES = os.environ.get("TEXTMETER_PICTURES", "")
MOST_BYTES = 300_000
PAPER = {"width": 880, "height": 1120}
ROOT = str(Path(__file__).parents[2])
# Pictures show no folder of the machine that takes them, and how the server is usually started.
_ANYWHERE = """root => {
  for (const code of document.querySelectorAll("code")) {
    code.textContent = code.textContent.replace(root, "/opt/textmeter").replace(/.*(make run)$/, "$1");
  }
}"""


@dataclass
class Walker:
    """`carriers`: by account SID, those that were connected on the way."""

    page: Page
    house: Installation
    is_on_a_phone: bool
    downloads: Path
    carriers: dict[str, Carrier] = field(default_factory=dict)

    def arrives(self, heading: str | re.Pattern[str]) -> None:
        """At the page with this heading, which is as wide as the screen."""
        expect(self.page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        assert not sideways(self.page), heading

    def fill(self, **fields: str) -> None:
        """By label, underscores for spaces; the last one is sent off by Enter."""
        for label, value in fields.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).fill(value)
        self.page.keyboard.press("Enter")

    def menu(self, link: str | re.Pattern[str]) -> None:
        """Goes where the left menu leads; on a phone it lies folded over the page."""
        if self.is_on_a_phone:
            self.page.locator(".compact-menu > summary").click()
        self.within("navigation", re.compile("compact$" if self.is_on_a_phone else "(?<!compact)$"), link)

    def rail(self, link: str) -> None:
        self.within("navigation", "Primary", re.compile(f"^{link}"))

    def within(self, role: str, name: str | re.Pattern[str], link: str | re.Pattern[str]) -> None:
        places = self.page.get_by_role(role, name=name)  # type: ignore[arg-type]  # one of ARIA's words
        places.get_by_role("link", name=link, exact=isinstance(link, str)).filter(visible=True).click()

    def row(self, words: str) -> Locator:
        return self.page.get_by_role("row").filter(has_text=words)

    def picture(self, name: str, *, on_both: bool = False, dark: bool = False, paper: bool = False) -> None:
        """Of the top of the page. Those of the phone are named so, and taken of what is wanted `on_both`."""
        if not PICTURES or (self.is_on_a_phone and not on_both):
            return
        shape = self.page.viewport_size
        assert shape
        if paper:
            self.page.set_viewport_size(PAPER)
        self.page.emulate_media(
            media="print" if paper else "screen",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",  # nothing halfway from one scheme to the other
        )
        self.page.mouse.move(0, 0)
        self.page.evaluate("scrollTo(0, 0)")
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate(_ANYWHERE, ROOT)
        whole = f"{name}{'-phone' if self.is_on_a_phone else ''}{'-dark' if dark else ''}.png"
        path = Path(PICTURES) / whole
        self.page.screenshot(path=path)
        assert path.stat().st_size <= MOST_BYTES, path
        self.page.emulate_media(media="screen", color_scheme="light")
        self.page.set_viewport_size(shape)

    def download(self, link: str) -> list[dict[str, str]]:
        """The rows of the file that a link leads to."""
        with self.page.expect_download() as coming:
            self.page.get_by_role("link", name=link).click()
        path = self.downloads / coming.value.suggested_filename
        coming.value.save_as(path)
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
