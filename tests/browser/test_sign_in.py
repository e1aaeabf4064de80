"""The way in, in a real browser: the one-time link, the sign-in, the errors."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from tests import scene
from tests.browser.conftest import OpenPage, axe_violations, sideways
from textmeter.accounts.first_admin import first_admin_link
from textmeter.accounts.models import Role, User

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def unthrottled(transactional_db: None) -> None:
    cache.clear()


def test_the_first_admin_comes_in_by_the_link(open_page: OpenPage, live_server: Any) -> None:
    link = first_admin_link(live_server.url)
    assert link is not None
    page = open_page(None, link)
    assert axe_violations(page) == []
    page.get_by_label("Email address").fill("ann@example.com")
    page.get_by_label("Your name").fill("Ann Lee")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/settings/companies/new")
    expect(page.locator("main")).to_be_visible()
    assert User.objects.get().role == Role.ADMIN


def test_signing_in_leads_to_the_page_that_was_asked_for(open_page: OpenPage) -> None:
    shop = scene.company()
    line = scene.tracker(shop)
    scene.says(shop, line, "+14045550112", "Hello", "2026-03-04 09:00")
    User.objects.create_user("maria@example.com", PASSWORD, Role.ADMIN)
    page = open_page(None, f"/c/{shop.id}/numbers")
    page.wait_for_url(re.compile(r"/sign-in/\?next=/c/\d+/numbers$"))
    page.get_by_label("Email address").fill("maria@example.com")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("don’t belong together")
    assert axe_violations(page) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/c/{shop.id}/numbers$"))
    expect(page.get_by_role("heading", name="Numbers")).to_be_visible()
    page.get_by_role("link", name="Main line").first.click()
    page.wait_for_url(re.compile(rf"text-conversations\?numbers={line.id}&range=all_time$"))


def test_signing_out(open_page: OpenPage) -> None:
    page = open_page(User.objects.create_user("maria@example.com", PASSWORD, Role.ADMIN), "/help/texting")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile(r"/sign-in/$"))
    page.goto("/help/texting")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1440, 1000), (320, 640)])
def test_every_shape_fits_and_is_accessible(
    open_page: OpenPage, console: list[str], width: int, height: int, scheme: str
) -> None:
    page = open_page(None, "/sign-in/", viewport={"width": width, "height": height}, color_scheme=scheme)
    for path in ("/sign-in/", "/nowhere", "/first-admin/used/", "/sign-in/deactivated/"):
        page.goto(path)
        assert sideways(page) == 0, path
        assert axe_violations(page) == [], path
    # The browser itself notes each page that is answered with an error.
    assert len(console) == 2
    assert all("404 (Not Found)" in line for line in console)
    console.clear()
