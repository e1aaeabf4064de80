"""A search in a real browser: its log first, graph and figures by a second request."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests import scene
from tests.browser.conftest import OpenPage, axe_violations, sideways
from textmeter.accounts.models import Company, Role, User
from textmeter.lib.days import zone

DANA = "+14045550112"
SHAPES = [(1440, 1000), (800, 1000), (390, 844), (320, 640)]


@pytest.fixture
def company() -> Company:
    owner = scene.company()
    line = scene.tracker(owner)
    day = datetime.now(zone("America/New_York")).date() - timedelta(days=1)
    scene.put(
        owner,
        *(
            scene.text(owner, line, f"+1404555{2000 + n}", "Is my crown ready?", f"{day} 08:{n:02d}")
            for n in range(58)
        ),
    )
    return owner


@pytest.fixture
def reader(company: Company) -> User:
    return scene.user("maria@example.com", Role.MANAGER, company)


@pytest.fixture
def here(company: Company) -> str:
    return f"/c/{company.id}/analytics/activity/text-conversations?q=crown"


def hold(page: Page) -> list[Route]:
    """Keeps the second request waiting."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route("**/text-conversations/figures*", keep)
    return held


def test_the_log_is_there_before_graph_and_figures(open_page: OpenPage, reader: User, here: str) -> None:
    page = open_page(reader, "/help/texting", viewport={"width": 1440, "height": 1000})
    held = hold(page)
    page.goto(here)
    expect(page.locator("tr[data-row]")).to_have_count(50)
    expect(page.get_by_text("Counting what was found…")).to_be_visible()
    expect(page.get_by_text("Show figures and graph")).to_be_hidden()
    assert page.locator("#counted").get_attribute("aria-busy") == "true"
    assert axe_violations(page) == []
    held[0].continue_()
    expect(page.locator("#figure-messages_in .value")).to_have_text("58")
    expect(page.locator("#conversations")).to_have_text("58")
    expect(page.get_by_text("1–50 of 58")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="58 messages in 58 conversations")).to_be_attached()
    assert page.locator("#counted").get_attribute("aria-busy") is None
    assert axe_violations(page) == []


def test_what_came_later_works_like_the_rest(open_page: OpenPage, reader: User, here: str) -> None:
    page = open_page(reader, here, viewport={"width": 1440, "height": 1000})
    column = page.locator(".chart .column").nth(-2)
    column.focus()
    expect(page.locator(".tip")).to_contain_text("58")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".chart .column").last).to_be_focused()
    page.get_by_label("Interval of the graph").select_option("week")
    page.wait_for_url("**interval=week*")
    expect(page.get_by_label("Interval of the graph")).to_have_value("week")
    page.get_by_text("View as table").click()
    expect(page.locator(".as-table tbody tr").first).to_be_visible()


@pytest.mark.parametrize(("width", "height"), SHAPES)
def test_nothing_moves_when_they_come(
    open_page: OpenPage, reader: User, here: str, width: int, height: int
) -> None:
    page = open_page(reader, "/help/texting", viewport={"width": width, "height": height})
    held = hold(page)
    page.goto(here)
    expect(page.get_by_text("Counting what was found…")).to_be_visible()
    places = ("#figure-messages_in", "#figure-waiting_now", ".plot", "#log-title", "tr[data-row]")

    def tops() -> list[float]:
        return [page.locator(place).first.evaluate("e => e.getBoundingClientRect().top") for place in places]

    before = tops()
    held[0].continue_()
    expect(page.locator("#figure-messages_in .value")).to_have_text("58")
    assert tops() == before
    assert sideways(page) == 0


def test_a_choice_that_is_held_stays_held(open_page: OpenPage, reader: User, here: str) -> None:
    page = open_page(reader, "/help/texting", viewport={"width": 1440, "height": 1000})
    held = hold(page)
    page.goto(here)
    page.get_by_label("Interval of the graph").focus()
    held[0].continue_()
    expect(page.locator("#figure-messages_in .value")).to_have_text("58")
    expect(page.get_by_label("Interval of the graph")).to_be_focused()


def test_an_answer_that_does_not_come_is_said(
    open_page: OpenPage, reader: User, here: str, console: list[str]
) -> None:
    page = open_page(reader, "/help/texting", viewport={"width": 1440, "height": 1000})
    page.route("**/text-conversations/figures*", lambda route: route.fulfill(status=503))
    page.goto(here)
    expect(page.get_by_text("Figures and graph didn’t come.")).to_be_visible()
    page.get_by_role("link", name="Try again").click()
    expect(page.locator("#figure-messages_in .value")).to_have_text("58")
    console.clear()  # the browser says that it got a 503


def test_without_scripts_a_link_shows_all_in_one_answer(open_page: OpenPage, reader: User, here: str) -> None:
    page = open_page(reader, here, java_script_enabled=False, viewport={"width": 390, "height": 844})
    expect(page.locator("tr[data-row]")).to_have_count(50)
    expect(page.get_by_text("Counting what was found…")).to_be_hidden()
    page.get_by_role("link", name="Show figures and graph").click()
    expect(page.locator("#figure-messages_in .value")).to_have_text("58")
    expect(page.get_by_text("1–50 of 58")).to_be_visible()
