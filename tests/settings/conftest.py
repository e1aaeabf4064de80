"""Three people before the same page: an admin, a manager of the company, and a stranger of another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tests import scene
from tests.intake.conftest import _fresh_intake  # noqa: F401  # a fixture for all tests of the room
from tests.pages.reading import words
from tests.people import person, signed_in
from textmeter.accounts.models import AuditLine, Company, Role
from textmeter.cli.jobs import job_handlers
from textmeter.intake.jobs import do_jobs


@pytest.fixture
def shop(db: None) -> Company:
    return scene.company()


@dataclass
class People:
    ada: Client
    manager: Client
    reporter: Client
    stranger: Client


@pytest.fixture
def people(shop: Company) -> People:
    other = scene.company("Stranger & Sons")
    return People(
        ada=signed_in(person("ada@example.com", Role.ADMIN)),
        manager=signed_in(person("mia@example.com", Role.MANAGER, shop)),
        reporter=signed_in(person("rob@example.com", Role.REPORTING, shop)),
        stranger=signed_in(person("eve@example.com", Role.MANAGER, other)),
    )


@pytest.fixture
def ada(people: People) -> Client:
    return people.ada


def read(answer: Any, status: int = 200) -> str:
    """What one reads on the page."""
    assert answer.status_code == status, answer.status_code
    return words(answer.content.decode())


def refused(people: People, path: str, *, form: dict[str, str] | None = None) -> None:
    """Admins only: 404 for who may not even read the company, 403 for who may. `form`: posted; else read."""
    for client, status in ((people.stranger, 404), (people.manager, 403), (people.reporter, 403)):
        answer = client.get(path) if form is None else client.post(path, form)
        assert answer.status_code == status, path
    nobody = Client().get(path) if form is None else Client().post(path, form)
    assert nobody["Location"].startswith("/sign-in/")


def hidden(people: People, path: str, *, form: dict[str, str] | None = None) -> None:
    """Of the whole installation: nobody but admins learns that it is there."""
    for client in (people.stranger, people.manager, people.reporter):
        answer = client.get(path) if form is None else client.post(path, form)
        assert answer.status_code == 404, path


def audit() -> list[tuple[str, str]]:
    """(who, what), oldest first."""
    return [(line.by, line.what) for line in AuditLine.objects.order_by("id")]


def work() -> None:
    """What a worker does."""
    do_jobs(job_handlers())
