"""What one does now and then: numbers, what could not be applied, people, health."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.cli.terminal import wait_for
from tests.end_to_end.installation import ACCOUNT, PASSWORD
from tests.walk.walker import Walker

RADIO, UNKNOWN = "+14045550171", "+14045550172"


def look_at_the_sample_numbers(walker: Walker) -> None:
    walker.rail("Numbers")
    walker.arrives("Numbers")
    walker.picture("numbers", on_both=True)
    walker.rail("Settings")
    walker.menu("Connections")
    walker.arrives("Connections")
    walker.picture("connections")


def go_home(walker: Walker, company: str) -> None:
    walker.page.locator("summary", has_text="Company:").click()
    walker.page.locator("#companies").get_by_role("link", name=company).click()
    walker.arrives("Text Conversations")


def add_numbers(walker: Walker) -> None:
    page = walker.page
    walker.rail("Numbers")
    page.get_by_role("link", name="Add many").click()
    walker.arrives("Add many numbers")
    page.get_by_label("One number on each line").fill("404 555 0171, Radio, WABE\nnonsense\n404 555 0180")
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.get_by_role("heading", name="1 number to add, 1 known already, 1 can’t")).to_be_visible()
    walker.arrives("Add many numbers")
    page.get_by_role("button", name="Add 1 number").click()
    walker.arrives("Numbers")
    page.get_by_role("link", name="Change Radio").click()
    page.get_by_label("Name", exact=True).fill("Radio spots")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Radio spots")


def see_a_text_come(walker: Walker) -> None:
    """While one reads: offered, and it moves nothing."""
    page = walker.page
    walker.rail("Analytics")
    walker.arrives("Text Conversations")
    walker.carriers[ACCOUNT].text("+17705550113", RADIO, "I heard you on the radio")
    news = page.get_by_role("status").get_by_role("link", name="new text")
    expect(news).to_be_visible()
    news.click()
    expect(walker.row("I heard you on the radio")).to_contain_text("Radio spots")


def mend_the_quarantine(walker: Walker) -> None:
    page = walker.page
    walker.carriers[ACCOUNT].text("+17705550114", UNKNOWN, "Is this still your number?")
    wait_for(lambda: walker.house.rows("SELECT 1 FROM intake_receipt WHERE state = 2"), "the worker")
    page.reload()
    expect(page.get_by_role("navigation", name="Primary")).to_contain_text("1")
    walker.rail("Settings")
    walker.menu(re.compile("^Quarantine"))
    walker.arrives("Quarantine")
    walker.picture("quarantine")
    walker.fill(**{"Name for (404) 555-0172": "Old flyers"})
    expect(page.get_by_text("was added as Old flyers.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing is in quarantine")).to_be_visible(timeout=20_000)
    walker.rail("Analytics")
    expect(walker.row("Is this still your number?")).to_contain_text("Old flyers")


def invite_somebody(walker: Walker) -> None:
    """They choose their own password, and see their company alone."""
    page = walker.page
    walker.rail("Settings")
    walker.menu("People")
    walker.arrives("People")
    page.get_by_role("link", name="Add somebody").click()
    page.get_by_label("Email address").fill("leo@example.com")
    page.get_by_label("Name (optional)").fill("Leo")
    page.get_by_label("Reporting").check()
    page.get_by_label("Oak & Co").check()
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Make a link to copy").click()
    link = page.get_by_label("The link").inner_text()
    walker.arrives("Leo")
    browser = page.context.browser
    assert browser
    theirs = browser.new_context(viewport=page.viewport_size)
    other = Walker(theirs.new_page(), walker.house, walker.is_on_a_phone, walker.downloads)
    other.page.goto(link)
    other.fill(New_password=PASSWORD, New_password_again=PASSWORD)
    other.arrives("Text Conversations")
    expect(other.row("Are you open on Sunday?").or_(other.row("We do, until four."))).to_be_visible()
    expect(other.page.locator("summary", has_text="Company:")).to_have_count(0)
    theirs.close()


def look_after_it(walker: Walker) -> None:
    walker.rail("Settings")
    walker.menu("Health")
    walker.arrives("Health")
    walker.picture("health")
    walker.menu("Changes")
    walker.arrives("Changes")
    expect(walker.page.get_by_role("main")).to_contain_text("Old flyers")


def sign_out(walker: Walker) -> None:
    walker.page.locator("summary", has_text="Account of").click()
    walker.page.get_by_role("button", name="Sign out").click()
    expect(walker.page.get_by_label("Email address")).to_be_visible()
    walker.page.go_back()
    expect(walker.page.get_by_label("Email address")).to_be_visible()
