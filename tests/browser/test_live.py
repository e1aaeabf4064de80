"""News and keys in a real browser."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests import scene
from tests.browser.conftest import OpenPage, axe_violations
from textmeter.accounts.models import Company, Role, User
from textmeter.ledger.trackers import Tracker
from textmeter.lib.days import zone

# Lets a page's clock run fifty times as fast.
HURRY = "const wait = setTimeout; setTimeout = (f, ms, ...more) => wait(f, ms / 50, ...more);"
CUSTOMERS = [f"+140455501{place:02d}" for place in range(12, 16)]


@pytest.fixture
def yesterday() -> date:
    return datetime.now(zone("America/New_York")).date() - timedelta(days=1)


@pytest.fixture
def company() -> Company:
    return scene.company()


@pytest.fixture
def line(company: Company, yesterday: date) -> Tracker:
    line = scene.tracker(company)
    for place, customer in enumerate(CUSTOMERS):
        scene.says(company, line, customer, f"Text {place}", f"{yesterday} 09:0{place}")
    return line


@pytest.fixture
def reader(company: Company) -> User:
    return scene.user("maria@example.com", Role.MANAGER, company)


@pytest.fixture
def page(open_page: OpenPage, company: Company, line: Tracker, reader: User) -> Page:
    return open_page(reader, f"/c/{company.id}/analytics/activity/text-conversations")


def rows(page: Page) -> list[str]:
    return page.locator("tr[data-row] .customer .name").all_inner_texts()


def focused(page: Page) -> int:
    """The row whose link has the focus, from 0; -1: none."""
    return int(
        page.evaluate(
            "[...document.querySelectorAll('tr[data-row] a[data-opens]')].indexOf(document.activeElement)"
        )
    )


def test_news_are_offered_without_moving_anything(
    page: Page, company: Company, line: Tracker, yesterday: date
) -> None:
    offer = page.locator(".news a")
    expect(offer).to_be_hidden()
    page.mouse.wheel(0, 300)
    page.wait_for_function("scrollY > 0")
    before = page.evaluate("[scrollY, document.querySelector('tr[data-row]').getBoundingClientRect().top]")
    for minute in range(3):
        scene.says(company, line, "+14045559999", "I am new", f"{yesterday} 23:0{minute}")
    expect(offer).to_have_text("3 new texts – show", timeout=8_000)
    after = page.evaluate("[scrollY, document.querySelector('tr[data-row]').getBoundingClientRect().top]")
    assert after == before
    assert page.title().startswith("(3) Text Conversations")
    assert axe_violations(page) == []
    offer.click()
    expect(page.locator("tr[data-row]").first).to_contain_text("I am new")
    expect(offer).to_be_hidden()


def test_a_server_that_was_away_is_asked_again_soon(
    page: Page, company: Company, line: Tracker, yesterday: date, console: list[str]
) -> None:
    answers = iter(["away", 503])

    def fail_twice(route: Route) -> None:
        match next(answers, None):
            case "away":
                route.abort()
            case int(status):
                route.fulfill(status=status)
            case _:
                route.continue_()

    page.route("**/changes*", fail_twice)
    page.reload()
    scene.says(company, line, "+14045559999", "I am new", f"{yesterday} 23:00")
    expect(page.locator(".news a")).to_have_text("1 new text – show", timeout=20_000)
    assert list(answers) == []
    assert len(console) == 2
    console.clear()


def test_a_server_that_stays_away_is_said_until_it_is_back(
    page: Page, company: Company, line: Tracker, yesterday: date, console: list[str]
) -> None:
    is_away = True
    page.route("**/changes*", lambda route: route.abort() if is_away else route.continue_())
    page.add_init_script(HURRY)
    page.reload()
    words = page.get_by_role("status").get_by_text("The server doesn’t answer")
    expect(words).to_be_visible()
    assert axe_violations(page) == []
    is_away = False
    expect(words).to_be_hidden()
    scene.says(company, line, "+14045559999", "I am new", f"{yesterday} 23:00")
    expect(page.locator(".news a")).to_have_text("1 new text – show")
    console.clear()


@pytest.mark.parametrize("signed_out", [True, False], ids=["signed out", "right taken away"])
def test_a_page_that_hears_nothing_any_more_says_so(
    page: Page, company: Company, reader: User, console: list[str], *, signed_out: bool
) -> None:
    over = page.get_by_role("button", name="This page hears of nothing new any more – load it again")
    expect(over).to_be_hidden()
    if signed_out:
        page.context.clear_cookies()
    else:
        reader.companies.clear()
    expect(over).to_be_visible(timeout=8_000)
    assert axe_violations(page) == []
    over.click()
    if signed_out:
        expect(page.get_by_label("Email address")).to_be_visible()
    else:
        expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    console.clear()


def test_the_timeline_says_what_its_customer_writes(
    page: Page, company: Company, line: Tracker, yesterday: date
) -> None:
    page.get_by_role("link", name="Timeline").first.click()
    scene.says(company, line, CUSTOMERS[0], "Not here", f"{yesterday} 23:00")
    scene.says(company, line, CUSTOMERS[-1], "Here", f"{yesterday} 23:01")
    offer = page.locator(".news a")
    expect(offer).to_have_text("1 new – show", timeout=8_000)
    offer.click()
    expect(page.locator(".stream")).to_contain_text("Here")


def test_keys_go_through_the_log_and_its_customers(page: Page) -> None:
    names = rows(page)
    for key, row in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        assert focused(page) == row
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(names[1])
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(heading).to_contain_text(names[2])
    page.wait_for_load_state()
    page.keyboard.press("k")
    expect(heading).to_contain_text(names[1])


def test_a_key_searches_and_letters_are_letters_there(page: Page) -> None:
    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name="Search customers and messages")
    expect(field).to_be_focused()
    page.keyboard.type("jk/?")
    expect(field).to_have_value("jk/?")
    assert focused(page) == -1
    expect(page.locator("#keys")).to_be_hidden()


def test_the_list_of_keys_turns_them_off(page: Page) -> None:
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    assert axe_violations(page) == []
    keys.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("j")
    page.reload()
    page.keyboard.press("j")
    assert focused(page) == -1
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Keys").click()
    keys.get_by_role("checkbox").check()
    keys.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    assert focused(page) == 0


def test_keys_with_ctrl_belong_to_the_browser(page: Page) -> None:
    page.keyboard.press("Control+j")
    assert focused(page) == -1
