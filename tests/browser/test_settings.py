"""Settings in a real browser: the first start, a change of zone with its progress, every page's shape."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import scene
from tests.browser.conftest import OpenPage, axe_violations, sideways
from tests.intake.conftest import _fresh_intake  # noqa: F401  # webhooks are written by a thread
from tests.intake.twilio import ACCOUNT, connect, inbound, post
from tests.people import person
from textmeter.accounts.audit import note
from textmeter.accounts.first_admin import first_admin_link
from textmeter.accounts.models import Company, Role, User
from textmeter.accounts.password_links import password_token
from textmeter.cli.jobs import job_handlers
from textmeter.intake.jobs import order
from textmeter.intake.models import Connection, JobKind
from textmeter.intake.worker import work_once
from textmeter.ledger import rebuild
from textmeter.ledger.check import check

PASSWORD = "correct horse battery"
TOKEN = "fedcba9876543210fedcba9876543210"


@pytest.fixture
def shop(transactional_db: None) -> Company:
    return scene.company()


@pytest.fixture
def ada(transactional_db: None) -> User:
    return person("ada@example.com", Role.ADMIN)


def text_comes(body: str, url: str, **more: str) -> None:
    made = Connection.objects.get()
    signed = f"http://testserver/hooks/{made.key}/message"
    assert post(made, "message", inbound(body, **more), TOKEN, signed).status_code == 200
    work_once()


def test_the_first_start_leads_from_the_link_to_the_first_text(
    open_page: OpenPage, live_server: Any, console: list[str]
) -> None:
    link = first_admin_link(live_server.url)
    assert link is not None
    page = open_page(None, link, timezone_id="America/Denver")
    page.get_by_label("Email address").fill("ann@example.com")
    page.get_by_label("Your name").fill("Ann Lee")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Add the first company")).to_be_visible()
    expect(page.get_by_label("Name of the company")).to_be_focused()
    expect(page.get_by_label("Time zone")).to_have_value("America/Denver")
    page.get_by_label("Name of the company").fill("Oak & Co")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Connect Twilio")).to_be_visible()
    page.get_by_label("Account SID").fill("AC12")
    page.get_by_label("Auth token").fill(TOKEN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("this has 4. Copy it again")
    expect(page.get_by_label("Account SID")).to_be_focused()
    assert axe_violations(page) == []
    page.get_by_label("Account SID").fill(ACCOUNT)
    page.get_by_label("Auth token").fill(TOKEN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Add the first number")).to_be_visible()
    page.get_by_label("Tracking number").fill("404 555 0180")
    page.get_by_label("Name", exact=True).fill("Main line")
    page.keyboard.press("Enter")
    status = page.get_by_role("status").filter(has_text="first text")
    expect(status).to_contain_text("Waiting for the first text")
    assert axe_violations(page) == []
    page.get_by_role("link", name="Finish later").focus()
    text_comes("Wrong number?", live_server.url, to="+14045550199")
    expect(page.get_by_role("link", name="Settings , 1 in quarantine")).to_be_visible()
    text_comes("Are you open on Sunday?", live_server.url)
    expect(status).to_contain_text("The first text is here.")
    expect(page.get_by_role("link", name="Finish later"), "somebody is at it").to_be_focused()
    page.evaluate("document.activeElement.blur()")
    expect(page.get_by_role("link", name="Done: First text")).to_be_visible()
    expect(page.get_by_text("It shows here as soon as it comes")).to_have_count(0)
    expect(page.get_by_role("link", name="Set one")).to_be_visible()
    expect(page.locator(".first-text")).to_contain_text("Are you open on Sunday?")
    expect(page.get_by_role("link", name="Finish later")).to_be_hidden()
    assert axe_violations(page) == []
    # The browser itself notes the form that was answered with 400.
    assert ["400 (Bad Request)" in line for line in console] == [True]
    console.clear()


def test_without_scripts_the_wait_and_the_progress_end_too(
    open_page: OpenPage, live_server: Any, ada: User, shop: Company
) -> None:
    connect(shop, TOKEN)
    scene.tracker(shop)
    page = open_page(ada, f"/c/{shop.id}/start/first-text", java_script_enabled=False)
    expect(page.get_by_role("link", name="Look again")).to_be_visible()
    text_comes("Hello", live_server.url)
    # The page asks again by itself, every five seconds.
    expect(page.get_by_text("The first text is here.")).to_be_visible(timeout=9_000)
    page.goto(f"/c/{shop.id}/settings")
    page.get_by_label("Another time zone").fill("Asia/Kolkata")
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("button", name="Move to Asia/Kolkata").click()
    expect(page.get_by_text("Moving to Asia/Kolkata")).to_be_visible()
    from textmeter.intake.jobs import do_jobs

    do_jobs(job_handlers())
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("Moved to Asia/Kolkata")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_text("hour in Kolkata (Asia/Kolkata)")).to_be_visible()


def test_a_zone_that_was_meant_is_taken_by_a_press(
    open_page: OpenPage, ada: User, shop: Company, console: list[str]
) -> None:
    page = open_page(ada, f"/c/{shop.id}/settings")
    field = page.get_by_label("Another time zone")
    field.fill("India")
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_role("alert")).to_contain_text("Did you mean Asia/Kolkata?")
    console.clear()  # the answer was 400
    page.get_by_role("button", name="Asia/Kolkata").click()
    expect(field).to_have_value("Asia/Kolkata")
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move to Asia/Kolkata")).to_be_visible()


def test_no_zone_is_guessed_in_place_of_the_one_that_was_chosen(open_page: OpenPage, ada: User) -> None:
    page = open_page(ada, "/settings/companies/new", timezone_id="America/Denver")
    zone = page.get_by_label("Time zone")
    expect(zone).to_have_value("America/Denver")
    page.get_by_label("Name of the company").fill("Oak & Co")
    zone.fill("America/Chicago")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Connect Twilio")).to_be_visible()
    page.go_back()
    expect(zone).not_to_have_value("America/Denver")


def test_a_change_of_zone_shows_how_far_it_is_while_texts_come_in(
    open_page: OpenPage, ada: User, shop: Company, monkeypatch: pytest.MonkeyPatch, request: Any
) -> None:
    line = scene.tracker(shop)
    for place in range(12):
        scene.says(shop, line, f"+177055501{place:02d}", "Hi", "2026-03-05 00:30")
    half, go_on = threading.Event(), threading.Event()
    step = rebuild._step

    def slow(company_id: int, zone: str, done_to: int) -> int:
        done = step(company_id, zone, done_to)
        if done and not half.is_set():
            half.set()
        return done

    monkeypatch.setattr(rebuild, "STEP_CUSTOMERS", 3)
    monkeypatch.setattr(rebuild, "_step", slow)
    work_through = rebuild._work_through

    def in_two_halves(company_id: int, progress: Any) -> int:
        def told(done: int, total: int) -> None:
            progress(done, total)
            if done == 6:
                go_on.wait(20)

        return work_through(company_id, told)

    monkeypatch.setattr(rebuild, "_work_through", in_two_halves)
    monkeypatch.setattr("textmeter.intake.jobs.TELL_EVERY", 0)
    page = open_page(ada, f"/c/{shop.id}/settings")
    page.get_by_label("Another time zone").fill("America/Chicago")
    page.keyboard.press("Enter")
    expect(page.get_by_text("12 conversations have texts that stand on another day")).to_be_visible()
    page.get_by_role("button", name="Move to America/Chicago").click()
    status = page.get_by_role("status").filter(has_text="America/Chicago")
    expect(status).to_contain_text("Moving to America/Chicago")
    request.getfixturevalue("jobs")
    expect(page.locator(".progress-title")).to_contain_text("6 of 12 customers")
    expect(status).to_have_text("Moving to America/Chicago")
    assert page.get_by_role("progressbar").get_attribute("value") == "50"
    assert axe_violations(page) == []
    scene.says(shop, line, "+17705550100", "Meanwhile", "2026-03-05 00:10")
    go_on.set()
    expect(status).to_contain_text("12 conversations moved to another day.")
    expect(page.get_by_role("link", name="Go on"), "one is there already").to_have_count(0)
    assert check() == []


def test_the_menu_leads_everywhere_by_keyboard(open_page: OpenPage, ada: User, shop: Company) -> None:
    page = open_page(ada, f"/c/{shop.id}/settings")
    menu = page.get_by_role("navigation", name="Settings", exact=True)
    for name in ("Connections", "Companies", "People", "Sample data", "Changes", "Health", "Your account"):
        menu.get_by_role("link", name=name).press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        expect(menu.locator("[aria-current=page]")).to_have_text(name)


def test_an_address_is_copied(open_page: OpenPage, ada: User, shop: Company, settings: Any) -> None:
    settings.PUBLIC_URL = "https://texts.example.com"
    made = connect(shop, TOKEN)
    page = open_page(
        ada,
        f"/c/{shop.id}/settings/connections/{made.id}",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page.get_by_role("button", name="Copy the address: Texts that come in").click()
    expect(page.get_by_role("button", name="Copy the address: Texts that come in")).to_contain_text("Copied")
    assert str(page.evaluate("navigator.clipboard.readText()")).endswith(
        f"/hooks/{made.key}/message#rc=3&rp=ct,rt,5xx"
    )


def pages(shop: Company, ada: User) -> list[str]:
    """Every page of the settings, with something on it."""
    made = connect(shop, TOKEN)
    scene.tracker(shop)
    mia = person("mia.with.a.very.long.address@subdomain.example.com", Role.MANAGER, shop, name="Mia Moe")
    job = order(JobKind.CHANGE_ZONE, by=ada.email, company_id=shop.id, about="America/New_York")
    base = f"/c/{shop.id}"
    return [
        f"{base}/settings",
        f"{base}/settings/time-zone?time_zone=Asia/Kolkata",
        f"{base}/settings/time-zone?time_zone=PST",
        f"{base}/settings/delete",
        f"{base}/settings/connections",
        f"{base}/settings/connections/new",
        f"{base}/settings/connections/{made.id}",
        f"{base}/settings/connections/{made.id}/delete",
        f"{base}/start/connection",
        f"{base}/start/number",
        f"{base}/start/first-text",
        "/settings/companies",
        "/settings/companies/new",
        "/settings/people",
        "/settings/people/new",
        f"/settings/people/{mia.pk}",
        f"/settings/people/{mia.pk}/email",
        f"/settings/people/{mia.pk}/remove",
        "/settings/sample",
        "/settings/changes",
        f"/settings/jobs/{job.id}",
        "/you",
        "/you/email",
        f"/password/new/{password_token(mia, by=ada.email)}/",
    ]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
def test_every_page_fits_and_axe_finds_nothing(
    open_page: OpenPage, ada: User, shop: Company, console: list[str], *, width: int, scheme: str
) -> None:
    page: Page = open_page(ada, "/you", viewport={"width": width, "height": 900}, color_scheme=scheme)
    for path in pages(shop, ada):
        page.goto(path)
        assert sideways(page) == 0, path
        assert axe_violations(page) == [], path
    assert ["400 (Bad Request)" in line for line in console] == [True]
    console.clear()


def test_on_a_phone_a_change_is_short(open_page: OpenPage, ada: User, shop: Company) -> None:
    """What was done, and below it when and by whom in one line."""
    note("ada@example.com", "Renamed the company from A to B.", shop)
    page = open_page(ada, "/settings/changes", viewport={"width": 390, "height": 900})
    row = page.get_by_role("row").filter(has_text="Renamed the company from A to B.")
    tops = [each["y"] for each in map(box_of, row.locator("td").all())]
    assert tops[2] < tops[0] == tops[1]
    assert box_of(row)["height"] < 100


def box_of(where: Locator) -> dict[str, float]:
    box = where.bounding_box()
    assert box
    return dict(box)
