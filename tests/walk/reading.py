"""What one does with a company's texts and calls on an ordinary day."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.walk.walker import Walker


def read_the_log(walker: Walker) -> None:
    """Filters narrow graph, figures and log, and their chips widen them again."""
    page = walker.page
    walker.picture("text-conversations", on_both=True)
    walker.picture("text-conversations", dark=True)
    everything = page.get_by_role("row").count()
    page.locator("summary", has_text="Numbers").click()
    page.get_by_label(re.compile("^Google Ads")).check()
    page.locator("details[open]").get_by_role("button", name="Apply").click()
    expect(page.get_by_role("group", name="Filters that are on")).to_contain_text("Google Ads")
    for row in page.get_by_role("row").all()[1:4]:
        # A conversation that went on at another number says so, and how much of it was chosen.
        expect(row).to_contain_text(re.compile("Google Ads|matching"))
    page.get_by_role("group", name="Filters that are on").get_by_role("link", name="Google Ads").click()
    expect(page.get_by_role("row")).to_have_count(everything)
    page.get_by_role("searchbox", name=re.compile("Search customers")).fill("crown")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text(re.compile("crown", re.IGNORECASE))
    walker.arrives("Text Conversations")
    walker.picture("search")


def take_it_along(walker: Walker) -> None:
    """As a file, and on paper, of the same filter."""
    page = walker.page
    page.get_by_text("Export", exact=True).click()
    assert walker.download("CSV – conversations")
    assert all("crown" in row["body"].lower() for row in walker.download("CSV – messages"))
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator("mark")).to_have_count(0)
    page.get_by_text("Export", exact=True).click()
    page.get_by_role("link", name="Print").click()
    expect(page.get_by_role("heading", name="Text Conversations")).to_be_visible()
    walker.picture("print", paper=True)
    page.go_back()
    walker.arrives("Text Conversations")


def read_a_timeline(walker: Walker) -> None:
    """The longest conversation has something of everything."""
    page = walker.page
    page.get_by_label("Sort").select_option("-total")
    page.wait_for_url("**sort=-total**")
    page.get_by_role("link", name="Timeline").first.click()
    walker.arrives(re.compile("."))
    expect(page.get_by_role("heading", name="Text Message Frequency")).to_be_visible()
    walker.picture("timeline", on_both=True)
    walker.picture("timeline", dark=True)
    page.get_by_role("navigation", name="Days counted in the graph").get_by_role(
        "link", name="All time"
    ).click()
    first = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Next customer").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(first)
    page.keyboard.press("k")
    expect(page.get_by_role("heading", level=1)).to_have_text(first)
    walker.within("navigation", "Breadcrumb", "Text Conversations")
    walker.arrives("Text Conversations")


def read_the_calls(walker: Walker) -> None:
    walker.menu("Missed calls")
    walker.arrives("Missed calls")
    walker.picture("missed-calls")
    walker.page.get_by_text("Export", exact=True).click()
    assert {row["outcome"] for row in walker.download("CSV – calls")} <= {"missed", "voicemail"}
    walker.page.keyboard.press("Escape")
    walker.menu("All calls")
    walker.arrives("All calls")


def name_a_customer(walker: Walker) -> None:
    page = walker.page
    walker.menu("All customers")
    walker.arrives("Customers")
    walker.picture("customers", on_both=True)
    row = page.locator("tr[data-row]").first
    row.locator("summary").click()
    row.get_by_label("Name of this customer").fill("Wilhelmina Archer")
    page.keyboard.press("Enter")
    expect(walker.row("Wilhelmina Archer")).to_be_visible()
    page.get_by_role("searchbox").filter(visible=True).first.fill("wilhelm")
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.get_by_role("link", name="Timeline").click()
    walker.arrives("Wilhelmina Archer")
    walker.within("navigation", "Breadcrumb", "All customers")
    walker.arrives("Customers")
