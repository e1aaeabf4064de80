"""From nothing to the first text, and a sample to look around in."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import go_on
from tests.cli.terminal import wait_for
from tests.end_to_end.installation import ACCOUNT, PASSWORD, Carrier
from tests.walk.walker import Walker

TOKEN = "fedcba9876543210" * 2
DANA, MAIN_LINE = "+14045550112", "+14045550180"


def make_the_first_admin(walker: Walker) -> None:
    """By the link that the server printed."""
    said = walker.house.log
    assert said
    link = wait_for(lambda: re.search(r"\(once\): (\S+)", said.read_text()), "the link of the first admin")
    walker.page.goto(link[1])
    walker.arrives(re.compile("admin"))
    walker.picture("first-admin")
    walker.fill(
        Email_address="ann@example.com", Your_name="Ann Lee", Password=PASSWORD, Password_again=PASSWORD
    )


def add_the_company(walker: Walker) -> None:
    walker.arrives("Add the first company")
    walker.fill(Time_zone="America/New_York", Name_of_the_company="Oak & Co")


def connect_twilio(walker: Walker) -> None:
    walker.arrives("Connect Twilio")
    walker.fill(Account_SID=ACCOUNT, Auth_token=TOKEN)
    walker.arrives("Add the first number")
    walker.fill(Tracking_number="404 555 0180", Name="Main line")


def wait_for_the_first_text(walker: Walker) -> None:
    """The way to a public address stands on the page, and the address that the carrier would be given."""
    walker.arrives("First text")
    expect(walker.page.get_by_role("heading", name="Give this server a public address")).to_be_visible()
    walker.picture("first-text")
    status = walker.page.get_by_role("status").filter(has_text="first text")
    expect(status).to_contain_text("Waiting for the first text")
    walker.page.get_by_text("The addresses as they are now").click()
    address = walker.page.get_by_text(re.compile(r"/hooks/\w+/message")).first.inner_text()
    found = re.search(r"(http.*)/hooks/(\w+)/message", address)
    assert found
    walker.carriers[ACCOUNT] = Carrier(walker.house.url, found[2], TOKEN)
    walker.carriers[ACCOUNT].text(DANA, MAIN_LINE, "Are you open on Sunday?")
    expect(status).to_contain_text("The first text is here.")
    walker.page.get_by_role("link", name="Go to Text Conversations").click()
    walker.arrives("Text Conversations")
    expect(walker.row("Are you open on Sunday?")).to_contain_text("Waiting since")


def add_the_sample(walker: Walker) -> None:
    walker.rail("Settings")
    walker.menu("Sample data")
    walker.arrives("Sample data")
    walker.page.get_by_role("button", name="Add the sample data").click()
    go_on = walker.page.get_by_role("link", name="Go on")
    expect(go_on).to_be_visible(timeout=60_000)
    go_on.click()
    walker.arrives("Text Conversations")


def remove_the_sample(walker: Walker) -> None:
    walker.rail("Settings")
    walker.menu("Sample data")
    walker.page.get_by_role("link", name="Remove the sample data…").click()
    walker.arrives("Remove the sample data")
    walker.page.get_by_role("button", name="Remove").click()
    expect(walker.page.get_by_role("link", name="Go on")).to_be_visible(timeout=60_000)
    walker.page.get_by_role("link", name="Go on").click()
    expect(walker.page.locator("summary", has_text="Company:"), "one company is left").to_have_count(0)


def import_old_texts(walker: Walker, folder: Path) -> None:
    file = folder / "old-texts.csv"
    file.write_text(
        "Sent;Type;From;To;Agent;Words\r\n"
        "3/4/2026 9:33 AM;Received;404-555-0112;404-555-0180;;Do you take walk-ins?\r\n"
        "3/4/2026 9:40 AM;Sent;404-555-0180;404-555-0112;Leo;We do, until four.\r\n"
        "3/4/2026 later;Received;404-555-0112;404-555-0180;;Thanks\r\n",
        newline="",
    )
    walker.rail("Settings")
    walker.menu("Import")
    walker.arrives("Import")
    walker.page.get_by_label("CSV file").set_input_files(file)
    walker.page.get_by_role("button", name="Upload and look at it").click()
    walker.arrives("old-texts.csv")
    walker.page.get_by_label("Words holds").select_option("body")
    walker.picture("import")
    walker.page.get_by_role("button", name="See what would happen").click()
    _past_the_progress(walker, "What would happen")
    walker.page.get_by_role("button", name="Import 2 lines").click()
    _past_the_progress(walker, "What came of it")
    walker.page.get_by_role("link", name="See the texts").click()
    walker.arrives("Text Conversations")
    expect(walker.row("We do, until four.")).to_be_visible()


def _past_the_progress(walker: Walker, heading: str) -> None:
    go_on(walker.page, scripts=True, to=heading, within=20_000)
    walker.arrives("old-texts.csv")
