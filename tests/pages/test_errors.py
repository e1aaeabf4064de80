"""What went wrong is told in the look of every page, with what to do next."""

from __future__ import annotations

import logging

import pytest
from django.http import Http404
from django.test import Client, RequestFactory

from tests import scene
from tests.people import person, signed_in
from textmeter.accounts.adapter import ClosedAdapter
from textmeter.accounts.models import Role
from textmeter.lib.masked import WithoutTokens
from textmeter.pages import errors


def words(answer: object) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nope", "/c/abc/numbers", "/static/nope.css", "/c/1/numbers/%00"])
def test_an_address_without_a_page(path: str) -> None:
    for client in (Client(), signed_in(person(f"{len(path)}@example.com", Role.ADMIN))):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "There is nothing here" in words(answer)
        client.logout()


@pytest.mark.django_db
def test_a_company_that_one_may_not_read_looks_like_one_that_does_not_exist() -> None:
    """DOMAIN "Who may what": a company never learns that another one exists."""
    hidden = scene.company("Hidden")
    client = signed_in(person("leo@example.com", Role.MANAGER, scene.company("Mine")))
    for page in ("numbers", "settings", "customers/1/timeline"):
        there, nowhere = (client.get(f"/c/{company}/{page}") for company in (hidden.id, 99))
        assert there.status_code == nowhere.status_code == 404
        assert there.content == nowhere.content


def test_what_broke_needs_neither_database_nor_session() -> None:
    """No `db` fixture: any query would fail here."""
    answer = errors.broken(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Something broke on our side" in words(answer)


@pytest.mark.parametrize(
    ("answer", "status", "sentence"),
    [
        (
            errors.bad_request(RequestFactory().get("/"), Exception("secret")),
            400,
            "This request can’t be read",
        ),
        (errors.not_found(RequestFactory().get("/"), Http404("secret")), 404, "There is nothing here"),
        (errors.forged(RequestFactory().get("/"), "secret"), 403, "This form is out of date"),
        (errors.too_many(RequestFactory().get("/")), 429, "Too many attempts"),
    ],
)
def test_every_error_has_a_page_and_tells_no_secret(answer: object, status: int, sentence: str) -> None:
    assert answer.status_code == status
    assert sentence in words(answer)
    assert "secret" not in words(answer)
    assert 'href="/"' in words(answer)


def test_an_unknown_name_says_how_it_becomes_known(caplog: pytest.LogCaptureFixture) -> None:
    """No `db` fixture: any query would fail here."""
    answer = Client().get("/sign-in/", headers={"host": "office-pc:8000"})
    assert answer.status_code == 400
    assert "office-pc isn’t allowed yet" in words(answer)
    assert "Set TEXTMETER_ALLOWED_HOSTS=office-pc and start again." in words(answer)
    (line,) = [record for record in caplog.records if record.levelno < logging.CRITICAL]
    assert line.getMessage() == "office-pc isn't an allowed name of this server: see TEXTMETER_ALLOWED_HOSTS."
    assert line.exc_info is None


@pytest.mark.parametrize("host", ["<b>evil</b>", "evil.example/x", "a" * 64, "", "evil example", "é.example"])
def test_what_can_be_no_name_is_refused_without_echoing_it(host: str) -> None:
    answer = Client().get("/sign-in/", HTTP_HOST=host)
    assert answer.status_code == 400
    assert "This request can’t be read" in words(answer)
    assert not host or host not in answer.content.decode()


@pytest.mark.django_db
def test_a_wrong_address_is_no_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    for path in ("/nope", "/first-admin/secret-token/"):
        assert Client().get(path).status_code == 404
    assert caplog.records == []


def test_no_line_of_the_log_has_a_one_time_token() -> None:
    line = logging.LogRecord("django.request", 40, "", 1, "Broken: %s", ("/first-admin/secret/",), None)
    assert WithoutTokens().filter(line)
    assert line.getMessage() == "Broken: /first-admin/…/"


def test_the_pages_throttle_says_the_same_waiting_time_as_the_forms() -> None:
    answer = errors.too_many(RequestFactory().get("/"))
    assert "Wait five minutes" in words(answer)
    assert "Wait five minutes" in ClosedAdapter.error_messages["too_many_login_attempts"]
    assert answer["Retry-After"] == "300"


@pytest.mark.django_db
def test_the_policy_allows_no_inline_script_or_style() -> None:
    for path in ("/sign-in/", "/nope", "/first-admin/x/"):
        answer = Client().get(path)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        page = answer.content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert "<script>" not in page
