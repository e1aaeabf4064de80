"""Every test run has a data folder of its own, gone at the end."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

import django
import pytest
from hypothesis import HealthCheck, settings

from tests.databases import SERVER, empty_tables

_folder = tempfile.mkdtemp(prefix="textmeter-tests-")
os.environ["TEXTMETER_DATA_DIR"] = _folder
for _name in (
    "PUBLIC_URL",
    "DATABASE_URL",
    "ALLOWED_HOSTS",
    "SECRET_KEY",
    "LOG_FORMAT",
    "RECEIPT_DAYS",
    "METRICS_TOKEN",
    "MAIL_URL",
):
    os.environ[f"TEXTMETER_{_name}"] = ""
os.environ["TEXTMETER_DATABASE_URL"] = SERVER
# Here and not by a line in pyproject.toml (nor by the environment, which pytest-xdist hands down), for
# pytest-django would then read the settings before this file has named the folder.
os.environ["DJANGO_SETTINGS_MODULE"] = "textmeter.settings"
django.setup()
del os.environ["DJANGO_SETTINGS_MODULE"]
_maker = os.getpid()

from textmeter.intake import locked  # noqa: E402

# How fast a machine is says nothing about whether a property holds.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@atexit.register
def _remove() -> None:
    """Not by a child that a test has forked."""
    if os.getpid() == _maker:
        shutil.rmtree(_folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _nothing_stays(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Empties, after a test that commits, the tables that belong to no model: Django leaves them alone."""
    locked.forget()
    yield
    if _commits(request):
        with django_db_blocker.unblock():
            empty_tables()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Playwright can run only once in a process, so all rooms share this one."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import ARGUMENTS, CHROMIUM

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def _commits(request: pytest.FixtureRequest) -> bool:
    mark = request.node.get_closest_marker("django_db")
    by_mark = bool(mark and mark.kwargs.get("transaction"))
    return by_mark or bool({"transactional_db", "live_server"} & set(request.fixturenames))
