"""Timeline, numbers, settings and help in a real browser: shapes, colours, keyboard, no scripts, paper."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from tests import scene
from tests.browser.conftest import OpenPage, axe_violations, sideways
from textmeter.accounts.models import Company, Role, User
from textmeter.carriers.seen import Media, Recording, Status
from textmeter.intake.models import Connection

DANA, MARCUS = "+14045550112", "+14045550149"
SHAPES = [
    (1440, 1000, "light"),
    (1440, 1000, "dark"),
    (390, 844, "light"),
    (390, 844, "dark"),
    (320, 640, "dark"),
]


@pytest.fixture
def company() -> Company:
    shop = scene.company()
    ads = scene.tracker(shop, "+14045550180", "Google Ads – Implants", source="Google Ads")
    site = scene.tracker(shop, "+14045550182", "Website pool")
    photo = Media("https://api.example/1", "image/jpeg")
    recording = Recording("RE1", seconds=27)
    scene.put(
        shop,
        scene.text(shop, ads, DANA, "Saw your ad. Is it really free?", "2026-02-09 17:41"),
        scene.text(shop, ads, DANA, "Yes!", "2026-02-09 17:58", direction="outbound", agent="Leo Grant"),
        scene.text(shop, site, DANA, "Like this " + "long" * 60, "2026-02-27 16:47", media=(photo,)),
        scene.text(shop, ads, DANA, None, "2026-03-04 09:30", direction="outbound"),
        scene.text(
            shop,
            ads,
            DANA,
            "x",
            "2026-03-04 09:31",
            direction="outbound",
            status=Status.FAILED,
            error_code="30006",
        ),
        scene.text(shop, ads, DANA, "مرحبا <b>hi</b>\nline two", "2026-03-04 09:36"),
        scene.text(shop, ads, DANA, "STOP", "2026-03-04 09:40"),
        scene.text(shop, ads, DANA, "Still there?", "2026-03-04 09:45", direction="outbound"),
        scene.text(shop, ads, MARCUS, "Hello", "2026-03-04 12:00"),
    )
    scene.calls(shop, ads, DANA, "2026-02-27 16:51", seconds=252, recording=recording)
    scene.calls(shop, ads, DANA, "2026-02-27 17:10")
    Connection.objects.create(
        company=shop, carrier="twilio", account_sid="AC" + "0" * 32, secret="x", added_at=0
    )
    return shop


@pytest.fixture
def maria(company: Company) -> User:
    return scene.user("maria@example.com", Role.ADMIN)


@pytest.fixture
def here(company: Company) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_customer WHERE number = %s", [DANA])
        return f"/c/{company.id}/customers/{cursor.fetchone()[0]}/timeline"


@pytest.fixture
def page(open_page: OpenPage, maria: User, here: str) -> Page:
    return open_page(maria, f"{here}?range=all_time", viewport={"width": 1440, "height": 1000})


def test_from_the_log_to_the_day_and_back(open_page: OpenPage, maria: User, company: Company) -> None:
    log = f"/c/{company.id}/analytics/activity/text-conversations?range=all_time&q=really+free"
    page = open_page(maria, log, viewport={"width": 1440, "height": 1000})
    page.get_by_role("link", name=re.compile("Timeline")).first.click()
    page.wait_for_url(re.compile(r"/timeline\?.*day=2026-02-09.*#2026-02-09$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("(404) 555-0112")
    expect(page.locator("[id='2026-02-09']")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Text Message Frequency")).to_contain_text("Feb 9, 2026")
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Text Conversations").click()
    page.wait_for_url(re.compile(r"text-conversations\?range=all_time&q=really\+free$"))


def test_naming_by_keyboard(page: Page, here: str) -> None:
    page.get_by_text("Give a name").locator("..").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Dana Whitfield")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dana Whitfield")
    expect(page.get_by_role("status").first).to_contain_text("The name is now Dana Whitfield.")
    assert page.url.endswith(f"{here}?range=all_time"), "the log's query is kept"


@pytest.mark.parametrize("scripts", [True, False])
def test_entries_and_graph_are_chosen_by_links(
    open_page: OpenPage, maria: User, here: str, scripts: bool
) -> None:
    page = open_page(maria, here, java_script_enabled=scripts, viewport={"width": 1440, "height": 1000})
    show = page.get_by_role("navigation", name="Show")
    show.get_by_role("link", name="Calls").click()
    expect(page.locator("li.call")).to_have_count(2)
    expect(page.locator(".bubble")).to_have_count(0)
    show.get_by_role("link", name="Texts").click()
    expect(page.locator("li.call")).to_have_count(0)
    expect(page.locator(".bubble")).to_have_count(8)
    scopes = page.get_by_role("navigation", name="Days counted in the graph")
    scopes.get_by_role("link", name="This day").click()
    expect(page.get_by_role("heading", name="Text Message Frequency")).to_contain_text("Mar 4, 2026")
    expect(scopes.get_by_role("link", name="This day")).to_have_attribute("aria-current", "true")
    expect(page.locator("li.call")).to_have_count(0)


def test_the_table_says_what_the_graph_draws(page: Page) -> None:
    page.get_by_text("View as table").click()
    row = page.get_by_role("row", name=re.compile("^9–10 AM"))
    assert row.inner_text().split() == ["9–10", "AM", "2", "3", "5"]
    expect(page.locator("svg .column")).to_have_count(24)


def test_the_opt_out_leads_to_its_proof(page: Page) -> None:
    page.get_by_role("link", name="Said so on").click()
    page.wait_for_url(re.compile(r"day=2026-03-04.*#m\d+$"))
    proof = page.locator("li:target")
    expect(proof).to_contain_text("STOP")
    expect(proof).to_be_in_viewport()


def test_the_outline_and_the_next_customer(page: Page, here: str) -> None:
    page.get_by_role("navigation", name="Conversations").get_by_role(
        "link", name=re.compile("Feb 27")
    ).click()
    page.wait_for_url(re.compile(r"day=2026-02-27"))
    expect(page.locator("[id='2026-02-27']")).to_be_in_viewport()
    page.goto(f"{here}?day=2026-03-04&range=all_time")
    page.get_by_role("link", name="Previous customer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("(404) 555-0149")


@pytest.mark.parametrize("shape", SHAPES)
def test_the_timeline_fits_every_shape_and_is_accessible(
    open_page: OpenPage, maria: User, here: str, shape: tuple[int, int, str]
) -> None:
    width, height, scheme = shape
    view = {"width": width, "height": height}
    page = open_page(maria, f"{here}?day=2026-02-27", viewport=view, color_scheme=scheme)
    assert sideways(page) == 0
    assert axe_violations(page) == []


@pytest.mark.parametrize("shape", [SHAPES[0], SHAPES[-1]])
def test_the_other_pages_fit_and_are_accessible(
    open_page: OpenPage, maria: User, company: Company, shape: tuple[int, int, str]
) -> None:
    width, height, scheme = shape
    page = open_page(maria, viewport={"width": width, "height": height}, color_scheme=scheme)
    for path in (f"/c/{company.id}/numbers", f"/c/{company.id}/settings", "/help/texting", "/password/"):
        page.goto(path)
        assert sideways(page) == 0, path
        assert axe_violations(page) == [], path


def test_the_name_form_is_accessible_and_fits_a_phone(open_page: OpenPage, maria: User, here: str) -> None:
    page = open_page(maria, here, viewport={"width": 320, "height": 640})
    page.locator(".rename summary").click()
    expect(page.get_by_label("Name of this customer")).to_be_visible()
    assert sideways(page) == 0
    assert axe_violations(page) == []


def test_on_paper_the_stream_stands_alone(page: Page) -> None:
    page.emulate_media(media="print")
    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator(".crumbs")).to_be_hidden()
    expect(page.locator(".section-bar .segments")).to_be_hidden()
    heading = "Piedmont Dental · Timeline of (404) 555-0112 · all times Eastern"
    expect(page.get_by_text(heading)).to_be_visible()
    expect(page.get_by_text("Still there?")).to_be_visible()
    expect(page.locator("#frequency")).to_be_visible()
    assert page.pdf(format="Letter").startswith(b"%PDF")


def test_the_day_on_top_leaves_the_heading_in_sight_and_another_is_jumped_to(
    open_page: OpenPage, maria: User, here: str
) -> None:
    view = {"width": 390, "height": 844}
    page = open_page(maria, f"{here}?day=2026-03-04#2026-03-04", viewport=view)
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    page = open_page(maria, f"{here}?day=2026-02-09#2026-02-09", viewport=view)
    expect(page.get_by_role("heading", name="February 9, 2026")).to_be_in_viewport()
