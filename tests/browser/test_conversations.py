"""Text Conversations in a real browser: by mouse, by keyboard, without scripts, on a phone, on paper."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import scene
from tests.browser.conftest import OpenPage, axe_violations, sideways
from textmeter.accounts.models import Company, Role, User
from textmeter.lib.days import zone
from textmeter.pages import dates

DANA, MARCUS = "+14045550112", "+14045550149"
SHAPES = [(1440, 1000), (390, 844), (320, 640), (800, 1000)]


@pytest.fixture
def yesterday() -> date:
    return datetime.now(zone("America/New_York")).date() - timedelta(days=1)


@pytest.fixture
def company(yesterday: date) -> Company:
    owner = scene.company()
    main_line = scene.tracker(owner)
    ads = scene.tracker(owner, "+14045550181", "Google Ads – Implants")
    before = yesterday - timedelta(days=3)
    scene.put(
        owner,
        scene.text(owner, main_line, DANA, "Is my crown ready?", f"{yesterday} 09:00"),
        scene.text(owner, main_line, DANA, "Thursday at 2", f"{yesterday} 09:42", direction="outbound"),
        scene.text(owner, ads, MARCUS, "Still open tomorrow? " + "long" * 40, f"{yesterday} 10:00"),
        scene.text(owner, ads, "+14045550156", "STOP", f"{before} 07:00"),
        *(
            scene.text(owner, main_line, f"+1404555{2000 + n}", "مرحبا <b>hi</b>", f"{before} 08:{n:02d}")
            for n in range(58)
        ),
    )
    return owner


@pytest.fixture
def reader(company: Company) -> User:
    return scene.user("maria@example.com", Role.MANAGER, company)


@pytest.fixture
def here(company: Company) -> str:
    return f"/c/{company.id}/analytics/activity/text-conversations"


@pytest.fixture
def page(open_page: OpenPage, reader: User, here: str) -> Page:
    return open_page(reader, here, viewport={"width": 1440, "height": 1000})


def log(page: Page) -> Any:
    return page.locator("table.log tbody tr")


def test_filters_by_mouse(page: Page, here: str) -> None:
    expect(log(page)).to_have_count(50)
    page.get_by_text("Inbound", exact=True).first.click()
    page.wait_for_url("**?direction=inbound")
    page.get_by_role("searchbox", name="Search customers and messages").fill("crown")
    page.keyboard.press("Enter")
    page.wait_for_url("**?direction=inbound&q=crown")
    expect(log(page)).to_have_count(1)
    page.locator("summary", has_text="Numbers").click()
    page.get_by_label("Main line").check()
    page.locator("details[open]").get_by_role("button", name="Apply").click()
    page.wait_for_url(re.compile(r"numbers=\d+"))
    chips = page.get_by_role("group", name="Filters that are on").get_by_role("link")
    said = [" ".join(chip.split()) for chip in chips.all_inner_texts()]
    assert said == ["Main line , clear", "Inbound only , clear", "“crown” , clear", "Clear all"]
    chips.nth(1).click()
    page.wait_for_url(re.compile(r"\?numbers=\d+&q=crown$"))
    page.get_by_role("link", name="Clear all").click()
    page.wait_for_url(f"**{here}")
    expect(log(page)).to_have_count(50)


def test_ranges_and_dates(page: Page, here: str, yesterday: date) -> None:
    summary = page.locator("summary", has_text="Last 30 days")
    summary.click()
    page.get_by_role("link", name="Yesterday").click()
    page.wait_for_url("**?range=yesterday")
    expect(log(page)).to_have_count(2)
    page.locator("summary", has_text="Yesterday").click()
    page.get_by_label("From", exact=True).fill(str(yesterday - timedelta(days=3)))
    page.get_by_label("To", exact=True).fill(str(yesterday - timedelta(days=3)))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{here}?start={yesterday - timedelta(days=3)}&end={yesterday - timedelta(days=3)}")
    expect(page.locator(".foot")).to_contain_text("1–50 of 59")
    page.locator("summary", has_text="Custom dates").click()
    page.get_by_label("Hour of the day").select_option("7")
    page.locator("details[open]").get_by_role("button", name="Apply").click()
    page.wait_for_url(re.compile("hour=7"))
    expect(log(page)).to_have_count(1)
    page.get_by_label("Interval of the graph").select_option("day")
    page.wait_for_url(re.compile("interval=day"))


def test_everything_works_without_scripts(
    open_page: OpenPage, reader: User, here: str, yesterday: date
) -> None:
    page = open_page(reader, here, java_script_enabled=False)
    page.get_by_role("searchbox").fill("crown")
    page.get_by_role("button", name="Apply").last.click()
    page.wait_for_url(re.compile("q=crown"))
    expect(log(page)).to_have_count(1)
    page.locator("summary", has_text="Last 30 days").click()
    page.get_by_role("link", name="All time").click()
    page.wait_for_url(re.compile(r"range=all_time&q=crown"))
    page.goto(here)
    page.locator("a.column", has=page.get_by_text(dates.full_day(yesterday))).click()
    page.wait_for_url(re.compile(f"start={yesterday}&end={yesterday}"))
    expect(log(page)).to_have_count(2)
    page.get_by_role("link", name="Timeline").first.click()
    page.wait_for_url(re.compile(rf"/timeline\?.*day={yesterday}#{yesterday}$"))


def test_bars_by_mouse_narrow_to_the_day_and_then_to_the_hour(page: Page, here: str, yesterday: date) -> None:
    bar = page.locator(f'a.column[aria-label^="{dates.full_day(yesterday)}:"]')
    bar.hover()
    tip = page.locator(".tip")
    expect(tip).to_be_visible()
    said = " ".join(tip.inner_text().split())
    assert said == f"{dates.full_day(yesterday)} Inbound 2 Outbound 1 Total 3 Previous period 0"
    bar.click()
    page.wait_for_url(f"**{here}?start={yesterday}&end={yesterday}")
    expect(page.locator(".figure .value").first).to_have_text("2")
    page.locator('a.column[aria-label*="10–11 AM:"]').click()
    page.wait_for_url(f"**{here}?start={yesterday}&end={yesterday}&hour=10")
    expect(log(page)).to_have_count(1)


def test_bars_by_keyboard(page: Page, yesterday: date) -> None:
    """One stop for Tab, arrows from bar to bar, Enter narrows the page."""
    columns = page.locator("a.column")
    columns.first.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    focused = page.locator("a.column:focus")
    expect(focused).to_have_attribute("aria-label", re.compile(re.escape(dates.full_day(yesterday))))
    expect(focused).to_have_attribute("aria-label", re.compile("2 inbound, 1 outbound, 3 in total"))
    expect(page.locator(".tip")).to_contain_text("Total 3")
    assert page.locator('a.column[tabindex="0"]').count() == 1
    page.keyboard.press("Escape")
    expect(page.locator(".tip")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"start={yesterday}&end={yesterday}$"))


def test_the_table_view_has_the_same_figures(page: Page, yesterday: date) -> None:
    page.get_by_text("View as table").click()
    rows = page.locator(".as-table tbody tr")
    expect(rows).to_have_count(30)
    said = rows.filter(has_text=dates.full_day(yesterday)).inner_text().split("\t")
    assert said == [dates.full_day(yesterday), "2", "1", "3", "0"]


def test_rows_open_the_timeline(page: Page, yesterday: date) -> None:
    link = log(page).first.get_by_role("link", name="Timeline", exact=True)
    assert (link.get_attribute("href") or "").endswith(f"day={yesterday}#{yesterday}")
    log(page).first.locator(".snippet").click()
    page.wait_for_url(re.compile(r"/customers/\d+/timeline"))


def test_sorting_and_paging(page: Page) -> None:
    page.get_by_role("link", name="Total messages").click()
    page.wait_for_url("**?sort=-total")
    expect(log(page).first).to_contain_text("(404) 555-0112")
    expect(page.get_by_role("columnheader", name="Total messages")).to_have_attribute(
        "aria-sort", "descending"
    )
    page.get_by_label("Sort").select_option("latest")
    page.wait_for_url("**?sort=latest")
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".foot")).to_contain_text("51–61 of 61")
    expect(log(page)).to_have_count(11)
    page.get_by_role("link", name="First page").click()
    page.wait_for_url("**?sort=latest")
    expect(page.locator(".foot")).to_contain_text("1–50 of 61")


@pytest.mark.parametrize("shape", [(375, 800), (390, 844), (320, 568)])
@pytest.mark.parametrize("menu", ["Last 30 days", "Numbers"])
def test_a_menus_button_is_above_the_bar(
    open_page: OpenPage, reader: User, here: str, shape: tuple[int, int], menu: str
) -> None:
    page = open_page(reader, here, viewport={"width": shape[0], "height": shape[1]})
    page.locator(".filters summary", has_text=menu).click()
    assert axe_violations(page) == []
    button = page.locator("details[open]").get_by_role("button", name="Apply").bounding_box()
    panel = page.locator("details[open] .panel").bounding_box()
    bar = page.locator(".rail").bounding_box()
    assert button
    assert panel
    assert bar
    assert button["y"] + button["height"] <= panel["y"] + panel["height"] <= bar["y"]
    assert panel["y"] >= 0
    page.locator("details[open]").get_by_role("button", name="Apply").click(trial=True)


def test_the_export_menu(page: Page, here: str) -> None:
    page.get_by_role("button", name="Export").click()
    menu = page.locator(".export .panel")
    for name, end in (
        ("CSV – conversations", "/export.csv"),
        ("CSV – messages", "/messages.csv"),
        ("Print", "/print"),
    ):
        expect(menu.get_by_role("link", name=name)).to_have_attribute("href", here + end)
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_rules_by_keyboard(page: Page) -> None:
    button = page.get_by_role("button", name="What “Median first response” means")
    rule = page.locator("#rule-median_first_response")
    expect(rule).to_be_hidden()
    button.focus()
    expect(rule).to_be_visible()
    page.keyboard.press("Escape")
    expect(rule).to_be_hidden()


def test_the_print_page_opens_the_dialogue(open_page: OpenPage, reader: User, here: str) -> None:
    page = open_page(reader, here)
    page.add_init_script("window.print = () => { window.printed = true; }")
    page.goto(f"{here}/print?direction=inbound")
    page.wait_for_function("window.printed === true")
    assert page.locator(".paper-log tbody tr").count() == 61
    pages = {size: page.pdf(format=size).count(b"/Type /Page\n") for size in ("A4", "Letter")}
    assert all(3 <= count <= 8 for count in pages.values()), pages


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_nothing_scrolls_sideways_and_axe_is_content(
    open_page: OpenPage, reader: User, here: str, scheme: str, shape: tuple[int, int]
) -> None:
    width, height = shape
    # axe brings a script of its own, which the policy would rightly refuse.
    page = open_page(
        reader,
        f"{here}?q=hi&direction=inbound&range=nonsense",
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        bypass_csp=True,
    )
    assert sideways(page) == 0
    assert axe_violations(page) == []
    page.goto(here)
    for summary in page.locator("main summary:visible").all():
        summary.click()
        assert sideways(page) == 0
        page.keyboard.press("Escape")
    assert axe_violations(page) == []
    for below in ("/print", "?q=nothingatall"):
        page.goto(here + below)
        assert sideways(page) == 0
        assert axe_violations(page) == []
