"""A forgotten password, the whole way: an admin mails a link, its reader opens it and chooses a new one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import scene
from tests.browser.conftest import OpenPage, axe_violations, go_on
from tests.cli.terminal import wait_for
from tests.mailbox import Mailbox, mailbox
from tests.people import person
from textmeter.accounts.models import Company, Role, User

OLD, NEW = "the password of before", "a password of one's own"


@pytest.fixture
def shop(transactional_db: None) -> Company:
    return scene.company()


@pytest.fixture
def ada(transactional_db: None) -> User:
    return person("ada@example.com", Role.ADMIN)


@pytest.fixture
def mia(shop: Company) -> User:
    return scene.user("mia@example.com", Role.MANAGER, shop, password=OLD)


@pytest.fixture
def box(live_server: Any, settings: Any) -> Iterator[Mailbox]:
    with mailbox() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.DEFAULT_FROM_EMAIL = "texts@example.com"
        settings.PUBLIC_URL = live_server.url
        yield box


def arrived(box: Mailbox) -> EmailMessage:
    wait_for(lambda: box.mails, "the mail")
    (mail,) = box.mails
    return mail


def sign_in(page: Page, address: str, password: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def test_a_forgotten_password_is_replaced_by_a_mailed_link(
    open_page: OpenPage, live_server: Any, ada: User, mia: User, *, box: Mailbox, jobs: None
) -> None:
    before = open_page(mia, "/you")
    admin = open_page(ada, f"/settings/people/{mia.pk}")
    admin.get_by_role("button", name="Mail a link").click()
    expect(admin.get_by_text("To mia@example.com, with a link that works once.")).to_be_visible()
    go_on(admin, True, "People")

    mail = arrived(box)
    assert (mail["Subject"], mail["To"]) == ("A new password for Textmeter", "mia@example.com")
    assert (mail["From"], mail["Reply-To"]) == ("Textmeter <texts@example.com>", "ada@example.com")
    words = mail.get_content()
    link = re.search(rf"{live_server.url}/password/new/\S+/", words)
    assert link
    assert words.replace(link[0], "LINK").splitlines() == [
        "ada@example.com sends you a link by which you choose a new password for",
        f"Textmeter at {live_server.url}.",
        "",
        "Choose your password here:",
        "LINK",
        "",
        "You sign in with mia@example.com. The link works once, within 3 days.",
        "Whoever opens it can choose the password: pass it on to nobody.",
        "",
        "If you didn’t expect this mail, leave it alone. Your password stays as it is.",
    ]

    reader = open_page(None, link[0])
    assert axe_violations(reader) == []
    reader.get_by_label("New password", exact=True).fill(NEW)
    reader.get_by_label("New password again").fill(NEW)
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", name="Text Conversations", level=1)).to_be_visible()

    before.goto("/you")
    expect(before.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(before, "mia@example.com", OLD)
    expect(before.get_by_text("don’t belong together")).to_be_visible()
    sign_in(before, "mia@example.com", NEW)
    expect(before.get_by_role("heading", name="Text Conversations", level=1)).to_be_visible()


def test_a_link_is_void_once_the_address_has_changed(
    open_page: OpenPage, console: list[str], ada: User, mia: User, *, box: Mailbox, jobs: None
) -> None:
    """The mailbox may be somebody else's by then; it is told that it no longer signs in."""
    admin = open_page(ada, f"/settings/people/{mia.pk}")
    admin.get_by_role("button", name="Mail a link").click()
    expect(admin.get_by_text("with a link that works once.")).to_be_visible()
    found = re.search(r"http\S+/password/new/\S+/", arrived(box).get_content())
    assert found
    admin.goto(f"/settings/people/{mia.pk}")
    admin.get_by_role("link", name="Change the address").click()
    expect(admin.get_by_label("New email address")).to_be_focused()
    assert axe_violations(admin) == []
    admin.keyboard.type("moe@example.com")
    admin.keyboard.press("Enter")
    expect(admin.get_by_text("From now on they sign in with moe@example.com.")).to_be_visible()
    wait_for(lambda: len(box.mails) == 2, "the second mail")
    assert box.mails[1]["To"] == "mia@example.com"
    assert box.mails[1].get_content().startswith("mia@example.com no longer signs in to Textmeter at ")

    late = open_page(None, found[0])
    expect(late.get_by_role("heading", name="This link doesn’t work any more")).to_be_visible()
    assert ["404" in line for line in console] == [True]
    console.clear()
    sign_in(late, "moe@example.com", OLD)
    expect(late.get_by_role("heading", name="Text Conversations", level=1)).to_be_visible()
