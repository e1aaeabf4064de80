"""A real browser on a real server: what every browser test shares.

`open_page(user)` gives a page of a signed-in user; whatever the browser complains about on its console,
the Content-Security-Policy above all, fails the test.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from textmeter.accounts.models import Company, User
from textmeter.cli.jobs import job_handlers
from textmeter.intake.jobs import run_jobs
from textmeter.ledger.remove import remove_ledger

# Playwright's synchronous interface runs a loop in this thread, and Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# The system's; None: the one that playwright brought.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def no_ledger_left(transactional_db: None) -> Iterator[None]:
    """The rows of models go by themselves after a test; the ledger's tables belong to no model."""
    yield
    for company in Company.objects.all():
        remove_ledger(company.id)


def listen(page: Page, said: list[str]) -> None:
    """Notes what the browser complains about, but not that somebody was in a field before the page was."""

    def note(words: str) -> None:
        if "Autofocus processing was blocked" not in words:
            said.append(f"{page.url}: {words}")

    page.on("console", lambda message: note(message.text))
    page.on("pageerror", lambda error: note(str(error)))


@pytest.fixture
def console() -> Iterator[list[str]]:
    """What the browser said on its console, page errors too; anything fails the test at its end."""
    said: list[str] = []
    yield said
    assert said == []


@pytest.fixture
def open_page(browser: Browser, live_server: Any, console: list[str]) -> Iterator[OpenPage]:
    """open_page(user or None, path, **options of the context) -> Page at that path."""
    contexts: list[BrowserContext] = []

    def open_one(user: User | None, path: str = "/", **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        if user is not None:
            context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": live_server.url}])
        page = context.new_page()
        listen(page, console)
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def jobs(transactional_db: None) -> Iterator[None]:
    """A worker that does what pages order."""
    stop = threading.Event()
    thread = threading.Thread(target=run_jobs, args=[stop, job_handlers()])
    thread.start()
    yield
    stop.set()
    thread.join()


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client.cookies["sessionid"].value


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands: `rule: the elements`."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: " + " | ".join(node["html"][:160] for node in each["nodes"][:5]) for each in found
    ]


def sideways(page: Page) -> int:
    """By how many pixels the page can be scrolled sideways: 0 on a page that fits."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def go_on(page: Page, scripts: bool, to: str, within: int = 12_000) -> None:
    """Past a job's progress: a script puts the link there, without one the page comes again by itself.
    `within`: ms."""
    done, on = page.get_by_role("heading", name=to), page.get_by_role("link", name="Go on")
    if scripts:
        expect(on.or_(done)).to_be_visible(timeout=within)
        if on.is_visible():
            on.click()
    expect(done).to_be_visible(timeout=within)
