"""Numbers in a real browser: wide, on a phone, dark, by keyboard, without scripts, and the filter of many."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests import scene
from tests.browser.conftest import OpenPage, axe_violations, sideways
from tests.people import person
from textmeter.accounts.models import Company, Role, User
from textmeter.ledger.trackers import trackers_of
from textmeter.lib.days import now_ms


@pytest.fixture
def shop() -> Company:
    owner = scene.company("Piedmont Dental & Orthodontics of Greater Atlanta")
    for place in range(14):
        line = scene.tracker(owner, f"+14045550{180 + place}", f"Spring campaign of the year {place}")
        scene.says(owner, line, "+17705550112", "Hi", now_ms() - place * 86_400_000 - 60_000)
    scene.tracker(owner, "+18005550199", "Toll-free", destination="+14045550100")
    return owner


@pytest.fixture
def leo(shop: Company) -> User:
    return person("leo@example.com", Role.MANAGER, shop)


def pages(shop: Company) -> list[str]:
    line = trackers_of(shop.id)[0].id
    return [f"/c/{shop.id}/numbers{each}" for each in ("", "/new", "/many", f"/{line}", f"/{line}/hand-over")]


@pytest.mark.parametrize(
    ("width", "scheme"), [(2560, "light"), (1440, "dark"), (960, "light"), (390, "light"), (320, "dark")]
)
def test_all_fit_and_axe_finds_nothing(
    open_page: OpenPage, shop: Company, leo: User, width: int, scheme: str
) -> None:
    first, *others = pages(shop)
    page = open_page(leo, first, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for path in (first, *others):
        page.goto(path)
        assert sideways(page) == 0, path
        assert axe_violations(page) == [], path
    page.goto(others[1])
    page.get_by_label("One number on each line").fill("4045550170, Ads\nnonsense\n4045550180")
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.get_by_role("button", name="Add 1 number")).to_be_visible()
    assert sideways(page) == 0
    assert axe_violations(page) == []


def test_a_number_is_added_by_keyboard_and_a_mistake_leads_to_its_field(
    open_page: OpenPage, shop: Company, leo: User, console: list[str]
) -> None:
    page = open_page(leo, f"/c/{shop.id}/numbers")
    page.get_by_role("link", name="Add a number").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Number", exact=True)).to_be_focused()
    page.keyboard.type("404 555 01")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Number", exact=True)).to_be_focused()
    assert page.get_by_label("Number", exact=True).get_attribute("aria-invalid") == "true"
    assert [each.partition("the server ")[2] for each in console] == [
        "responded with a status of 400 (Bad Request)"
    ]
    console.clear()
    page.get_by_role("alert").get_by_role("link", name="Type a name.").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Radio")
    page.get_by_label("Number", exact=True).fill("404 555 0101")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("(404) 555-0101 was added as Radio.")
    page.get_by_role("link", name="Change Radio").click()
    page.get_by_role("button", name="Disable it").click()
    expect(page.get_by_role("status")).to_contain_text("Radio is disabled.")


def test_who_types_a_day_hands_over_from_that_day_on(open_page: OpenPage, shop: Company, leo: User) -> None:
    line = trackers_of(shop.id)[0]
    page = open_page(leo, f"/c/{shop.id}/numbers/{line.id}/hand-over")
    expect(page.get_by_label("From now on")).to_be_checked()
    page.get_by_label("Day").fill("2090-03-04")
    expect(page.get_by_label("From another time on")).to_be_checked()
    page.get_by_label("From now on").check()
    page.get_by_label("Day").fill("")
    expect(page.get_by_label("From now on"), "an empty one chooses nothing").to_be_checked()
    page.get_by_label("Time", exact=True).fill("09:30")
    expect(page.get_by_label("From another time on")).to_be_checked()
    page.get_by_label("Day").fill("2090-03-04")
    page.get_by_label("Name", exact=True).fill("Later")
    page.get_by_role("button", name="Hand it over").click()
    expect(page.get_by_role("status")).to_contain_text("will be handed over to Later on Sat, Mar 4, 2090")


def test_an_admin_s_choice_of_company_stands_apart_from_the_words_above_it(
    open_page: OpenPage, shop: Company
) -> None:
    scene.company("Other")
    line = trackers_of(shop.id)[0]
    page = open_page(person("ada@example.com", Role.ADMIN), f"/c/{shop.id}/numbers/{line.id}/hand-over")
    above, label = (
        page.locator("#moment-says").bounding_box(),
        page.locator("label[for=company]").bounding_box(),
    )
    assert above
    assert label
    assert label["y"] - above["y"] - above["height"] >= 16


@pytest.mark.parametrize(("has_scripts", "scheme"), [(True, "dark"), (False, "light")])
def test_a_hand_over_that_moves_texts_asks_first(
    open_page: OpenPage, shop: Company, leo: User, has_scripts: bool, scheme: str
) -> None:
    line = trackers_of(shop.id)[0]
    page = open_page(
        leo,
        f"/c/{shop.id}/numbers/{line.id}/hand-over",
        viewport={"width": 390, "height": 900},
        java_script_enabled=has_scripts,
        color_scheme=scheme,
    )
    page.get_by_label("From another time on").check()
    page.get_by_label("Day").fill("2026-01-02")
    page.get_by_label("Name", exact=True).fill("Newer")
    page.get_by_role("button", name="Hand it over").click()
    expect(page.get_by_role("heading", name="This moves what is there already")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Move them and hand over")).to_be_in_viewport()
    assert sideways(page) == 0
    if has_scripts:
        assert axe_violations(page) == []
    page.get_by_label("Day").fill("2026-01-01")
    page.get_by_role("button", name="Hand it over", exact=True).click()
    expect(page.get_by_text("Thu, Jan 1, 2026, 12:00 AM Eastern")).to_be_visible()
    page.get_by_role("button", name="Move them and hand over").click()
    expect(page.get_by_role("status")).to_contain_text("was handed over to Newer.")


@pytest.mark.parametrize(("has_scripts", "scheme"), [(True, "dark"), (False, "light")])
def test_a_hand_over_of_a_wrong_year_is_corrected_then_taken_back(
    open_page: OpenPage, shop: Company, leo: User, has_scripts: bool, scheme: str
) -> None:
    line = trackers_of(shop.id)[0]
    scene.tracker(shop, line.number, "Newer", owns_from=scene.at_ms(shop, "2020-01-02"))
    page = open_page(
        leo,
        f"/c/{shop.id}/numbers/{line.id}",
        viewport={"width": 390, "height": 900},
        java_script_enabled=has_scripts,
        color_scheme=scheme,
    )
    page.get_by_role("link", name="Change or take back…").click()
    if has_scripts:  # who fills in a day chooses it
        page.get_by_label("It never was: take it back").check()
    page.get_by_label("Day").fill("2021-01-02")
    expect(page.get_by_label("It is at another moment")).to_be_checked()
    assert sideways(page) == 0
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text(" is at Sat, Jan 2, 2021, 12:00 AM Eastern now.")).to_be_visible()
    page.get_by_role("link", name="Change or take back…").click()
    page.get_by_label("It never was: take it back").check()
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("button", name="Move them")).to_be_in_viewport()
    if has_scripts:
        assert axe_violations(page) == []
    page.get_by_role("button", name="Move them").click()
    expect(page.get_by_text("The hand-over was taken back:")).to_be_visible()
    assert "Newer" not in [each.name for each in trackers_of(shop.id)]


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_planned_hand_over_is_taken_back_by_keyboard(
    open_page: OpenPage, shop: Company, leo: User, has_scripts: bool
) -> None:
    line = trackers_of(shop.id)[0]
    later = scene.tracker(shop, line.number, "Later", owns_from=now_ms() + 86_400_000)
    page = open_page(
        leo,
        f"/c/{shop.id}/numbers/{later.id}",
        viewport={"width": 390, "height": 900},
        java_script_enabled=has_scripts,
    )
    page.get_by_role("link", name="Take the hand-over back").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Take the hand-over back")).to_be_in_viewport()
    page.get_by_role("button", name="Take it back").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"The hand-over was taken back: {line.name} keeps")
    expect(page.get_by_role("link", name="Hand it over…")).to_be_visible()


def test_the_small_graph_has_words_and_colours_that_are_forced(
    open_page: OpenPage, shop: Company, leo: User
) -> None:
    page = open_page(leo, f"/c/{shop.id}/numbers", forced_colors="active")
    line = page.get_by_role("img").nth(3)
    assert re.fullmatch(
        r"\w+ \d+ to \w+ \d+: messages on 1 of 30 days, .*", line.get_attribute("aria-label") or ""
    )
    ink = "element => getComputedStyle(element).fill"
    assert line.evaluate(ink) == page.evaluate(
        "() => { const p = document.createElement('p'); p.style.color = 'CanvasText';"
        " document.body.append(p); return getComputedStyle(p).color }"
    )


def shown(page: Page) -> list[str]:
    return page.locator("#number-options label:visible bdi").all_inner_texts()


def test_the_filter_of_many_numbers_narrows_as_one_types(
    open_page: OpenPage, shop: Company, leo: User
) -> None:
    page = open_page(leo, f"/c/{shop.id}/analytics/activity/text-conversations")
    page.locator("summary", has_text="Numbers").click()
    field = page.get_by_role("searchbox", name="Search numbers")
    field.type("year 1")
    assert shown(page) == [f"Spring campaign of the year {each}" for each in (1, 10, 11, 12, 13)]
    page.get_by_label("Spring campaign of the year 13").check()
    page.locator("details[open]").get_by_role("button", name="Apply").click()
    page.wait_for_url(re.compile(r"\?numbers=\d+$"))


def test_without_scripts_the_address_narrows_it_and_keeps_what_is_chosen(
    open_page: OpenPage, shop: Company, leo: User
) -> None:
    page = open_page(leo, f"/c/{shop.id}/analytics/activity/text-conversations", java_script_enabled=False)
    page.locator("summary", has_text="Numbers").click()
    page.get_by_label("Toll-free").check()
    page.get_by_role("searchbox", name="Search numbers").fill("0193")
    page.get_by_role("button", name="Find").click()
    expect(page).to_have_url(re.compile("find=0193"))
    expect(page.locator("#number-options label bdi")).to_have_text(
        ["Spring campaign of the year 13", "Toll-free"]
    )
    expect(page.get_by_label("Toll-free")).to_be_checked()
    expect(page.get_by_label("Toll-free"), "the list is open").to_be_visible()
    page.get_by_label("Toll-free").uncheck()
    page.get_by_label("Spring campaign of the year 13").check()
    page.locator("details[open]").get_by_role("button", name="Apply").click()
    expect(page.get_by_role("group", name="Filters that are on").get_by_role("link")).to_have_count(2)
    page.goto(f"/c/{shop.id}/numbers")
    page.get_by_role("searchbox", name="Search numbers").fill("year 13")
    page.keyboard.press("Enter")
    page.wait_for_url("**?q=year+13")
    expect(page.get_by_role("row")).to_have_count(2)
