"""A company, who manages it, and its Text Conversations before a reader, at noon."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from tests import scene
from tests.intake.twilio import connect
from tests.people import person, signed_in
from textmeter.accounts.models import Company, Role, User
from textmeter.intake.models import Connection
from textmeter.ledger.trackers import Tracker
from textmeter.lib.days import to_ms, zone
from textmeter.pages import printing, text_conversations

MARCH_4_NOON = "2026-03-04 12:00"


@pytest.fixture
def company() -> Company:
    return scene.company()


@pytest.fixture
def shop(db: None) -> Company:
    return scene.company("Piedmont Dental", "America/New_York")


@pytest.fixture
def leo(shop: Company) -> Client:
    """Signed in, a manager of the shop."""
    return signed_in(person("leo@example.com", Role.MANAGER, shop))


@pytest.fixture
def ada(shop: Company) -> Client:
    """Signed in, an admin."""
    return signed_in(person("ada@example.com", Role.ADMIN))


@pytest.fixture
def twilio(shop: Company) -> Connection:
    """The shop's."""
    return connect(shop)


@pytest.fixture
def reader(company: Company) -> User:
    return scene.user("maria@example.com", Role.REPORTING, company)


@pytest.fixture
def main_line(company: Company) -> Tracker:
    return scene.tracker(company)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    now = to_ms(datetime.fromisoformat(MARCH_4_NOON).replace(tzinfo=zone("America/New_York")))
    for module in (text_conversations, printing):
        monkeypatch.setattr(module, "now_ms", lambda: now)


@pytest.fixture
def get(client: Client, company: Company, reader: User) -> Callable[..., str]:
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")

    def page(query: str = "", below: str = "", owner: Company = company, status: int = 200) -> str:
        answer = client.get(f"/c/{owner.id}/analytics/activity/text-conversations{below}{query}")
        assert answer.status_code == status
        return answer.content.decode()

    return page
