"""What test_every_page leaves aside: what others see, forms with mistakes, what opens, what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import axe_violations, session_of, sideways
from tests.databases import only_sqlite
from tests.every_page import House, furnished
from tests.people import person
from textmeter.accounts.first_admin import first_admin_link
from textmeter.accounts.models import Company, Role, User

pytestmark = only_sqlite  # the pages are the same ones on every database
# Both schemes of each page are looked at in test_every_page; one of each state is enough.
SCHEMES: dict[int, Literal["light", "dark"]] = {1440: "light", 390: "dark"}
# Also half of the first: the page at 200 %.
WIDTHS = {1440: (1440, 720), 390: (320, 390)}
READ = ("text_conversations", "timeline", "all_calls", "customers", "numbers", "own_page")
# Sends the form empty, past what the browser itself would hold back.
SEND_EMPTY = """(form) => {
  form.noValidate = true;
  for (const field of form.querySelectorAll("input:not([type=hidden]), textarea"))
    if (["checkbox", "radio"].includes(field.type)) field.checked = false;
    else field.value = "";
  form.submit();
}"""
WITH_FIELDS = "main form[method=post]:has(input.field, textarea.field)"


@pytest.fixture(autouse=True)
def data(transactional_db: None, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    cache.clear()


@pytest.mark.parametrize("width", WIDTHS)
def test_every_other_state(  # type: ignore[no-untyped-def]
    browser, live_server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, width: int
) -> None:
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": 900},
        color_scheme=SCHEMES[width],
    )
    page = context.new_page()
    trouble, seen = [], []
    for name in _states(page, lambda user: _sign_in(context, user, live_server.url), monkeypatch, tmp_path):
        seen.append(name)
        trouble += [f"{name}: {each}" for each in axe_violations(page)]
        for other in WIDTHS[width]:
            page.set_viewport_size({"width": other, "height": 900})
            trouble += [f"{name}: hangs over at {other}"] * bool(sideways(page))
        page.set_viewport_size({"width": width, "height": 900})
    context.close()
    assert trouble == []
    assert len([name for name in seen if name.startswith("mistakes")]) >= 10, seen


def _sign_in(context: BrowserContext, user: User, url: str) -> None:
    context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": url}])


def _states(
    page: Page, sign_in: Callable[[User], None], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> Iterator[str]:
    """Brings the page into each state and says which."""
    link = first_admin_link("")
    assert link
    page.goto(link)
    yield "first admin"
    house = furnished()
    for role in (Role.MANAGER, Role.REPORTING):
        sign_in(person(f"{role}@example.com", role, Company.objects.get(is_sample=False), name=role.label))
        for name in READ:
            page.goto(house.paths[name])
            yield f"{name} of a {role}"
    page.goto(house.paths["number"])
    assert page.locator(".status-code", has_text="403").count() == 1
    yield "403"
    sign_in(house.ada)
    yield from _opened(page, house)
    yield from _with_mistakes(page, house)
    yield from _imported(page, house, folder)
    Company.objects.filter(is_sample=True).update(removed_at=1)
    page.goto(house.paths["sample"])
    yield "no sample"
    with monkeypatch.context() as broken:
        broken.setattr("textmeter.pages.numbers.shell_for", lambda *_, **__: 1 / 0)
        page.goto(house.paths["numbers"])
        assert page.locator(".status-code", has_text="500").count() == 1
        yield "500"


def _opened(page: Page, house: House) -> Iterator[str]:
    for name in ("text_conversations", "timeline", "customers", "one reason", "health"):
        page.goto(house.paths[name])
        for place in range(page.locator("main summary").count()):
            summary = page.locator("main summary").nth(place)
            if summary.is_visible():
                summary.press("Enter")
                yield f"{name}, open: {place}"
    page.goto(house.paths["numbers"])
    page.locator(".account summary").press("Enter")
    yield "account"
    page.get_by_role("button", name="Keys").press("Enter")
    yield "keys"


def _with_mistakes(page: Page, house: House) -> Iterator[str]:
    for name, path in house.paths.items():
        page.goto(path)
        for place in range(page.locator(WITH_FIELDS).count()):
            page.goto(path)
            with page.expect_navigation():
                page.locator(WITH_FIELDS).nth(place).evaluate(SEND_EMPTY)
            if page.get_by_role("alert").count():
                yield f"mistakes: {name} {place}"


def _imported(page: Page, house: House, folder: Path) -> Iterator[str]:
    file = folder / "texts.csv"
    file.write_text("Sent,Type,From,To,Words\n3/4/2026 9:33 AM,Received,404-555-0112,404-555-0180,Open?\n")
    page.goto(house.paths["imports"])
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Upload and look at it").click()
    page.get_by_label("Words holds").select_option("body")
    yield "a file"
    page.get_by_role("button", name="See what would happen").click()
    page.get_by_role("progressbar").wait_for()
    yield "an import in progress"
