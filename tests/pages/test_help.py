"""Help: what everybody reads, and what it tells admins of this installation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pages.reading import links, words
from tests.people import person, signed_in
from textmeter.accounts.models import Company, Role, User

pytestmark = pytest.mark.django_db


def page(user: User) -> str:
    answer = signed_in(user).get("/help/connecting")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_admin_reads_whether_the_public_address_is_set_and_where(company: Company, settings: Any) -> None:
    ada = person("ada@example.com", Role.ADMIN)
    assert "None is set yet." in words(page(ada))
    assert f"This one reads {Path.cwd()}/.env" in words(page(ada))
    assert links(page(ada), "Open Quarantine") == [f"/c/{company.id}/quarantine"]
    settings.PUBLIC_URL = "https://texts.oak.example"
    assert "It is set to https://texts.oak.example" in words(page(ada))


def test_an_admin_reads_the_port_that_the_server_listens_on(company: Company, settings: Any) -> None:
    settings.DATA_DIR = Path.cwd() / "data"
    ada = signed_in(person("ada@example.com", Role.ADMIN))
    here = ada.get("/help/connecting", SERVER_PORT="9000", headers={"host": "localhost:4000"})
    assert "reverse_proxy 127.0.0.1:9000" in words(here.content.decode())
    assert "Ctrl-C in its terminal, then PORT=9000 make run" in words(here.content.decode())
    usual = words(ada.get("/help/connecting", SERVER_PORT="8000").content.decode())
    assert "reverse_proxy 127.0.0.1:8000" in usual
    assert "Ctrl-C in its terminal, then make run" in usual
    rob = signed_in(person("rob@example.com", Role.REPORTING, company))
    assert "127.0.0.1:9000" not in rob.get("/help/connecting", SERVER_PORT="9000").content.decode()


def test_others_read_the_same_without_what_is_the_installations(company: Company, settings: Any) -> None:
    settings.PUBLIC_URL = "https://texts.oak.example"
    html = page(person("rob@example.com", Role.REPORTING, company))
    assert "An admin sets them up." in words(html)
    assert "A wrong signature" in words(html)
    assert "texts.oak.example" not in html
    assert str(Path.cwd()) not in html
    assert links(html, "Open Quarantine") == []


def test_help_begins_with_texting(company: Company) -> None:
    client = signed_in(person("rob@example.com", Role.REPORTING, company))
    assert client.get("/help")["Location"] == "/help/texting"


def test_help_is_for_who_has_no_company_too() -> None:
    assert "/help/texting" in links(page(person("lea@example.com", Role.REPORTING)), "Texting")
    assert links(page(person("ada@example.com", Role.ADMIN)), "Open Quarantine") == []
