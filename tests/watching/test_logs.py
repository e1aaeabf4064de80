"""The log of a real server: a line a request with its id, and nowhere a word of a text, a number that was
searched for, or a secret."""

from __future__ import annotations

import io
import json
import logging
import signal
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from django.db import IntegrityError
from django.test import Client

from tests import scene
from tests.cli.terminal import served, wait_for
from tests.end_to_end.installation import PASSWORD, TOKEN, Carrier, Installation
from tests.intake import twilio
from tests.people import person, signed_in
from textmeter.accounts.models import Role, User
from textmeter.intake import receipts, settle
from textmeter.intake.worker import work_once
from textmeter.lib.loglines import JsonLines, TextLines
from textmeter.pages import home

OURS, ANA = "+14045550180", "+14045550112"
BODY, FORGED, SOUGHT, NOWHERE, LINK = "zebrawords", "forgedwords", "soughtwords", "nowherewords", "linkwords"
SECRETS = (BODY, FORGED, SOUGHT, NOWHERE, LINK, OURS[2:], ANA[2:], TOKEN, PASSWORD)


@dataclass
class Logged:
    lines: list[dict[str, Any]]
    text: str
    secrets: tuple[str, ...]
    given_id: str


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Logged:
    folder = tmp_path_factory.mktemp("data")
    house = Installation(folder)
    with served(folder, TEXTMETER_LOG_FORMAT="json") as (process, house.url):
        company = house.company("Piedmont Dental")
        house.tracker(company, OURS, "Main line")
        key = house.connection(company)
        _do_everything(house, company, Carrier(house.url, key))
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=20)
    return Logged([json.loads(line) for line in err.splitlines()], err, (*SECRETS, key), "given-by-a-proxy")


def _do_everything(house: Installation, company: str, twilio: Carrier) -> None:
    twilio.text(ANA, OURS, BODY)
    twilio.text(ANA, "+14045550199", BODY)  # nobody's number: quarantine
    twilio.text(ANA, OURS, BODY, NumMedia="many", NumSegments=BODY)
    Carrier(house.url, twilio.key, "another token").post("message", {"Body": FORGED, "From": ANA})
    httpx.post(f"{house.url}/hooks/{NOWHERE}/message", content=FORGED)
    ada = house.person("ada@example.com", "admin")
    wait_for(lambda: BODY in ada.conversations(company, q=ANA), "the text to be applied")
    for q in (SOUGHT, ANA, OURS):
        ada.conversations(company, q=q)
    ada.http.get(f"/c/{company}/numbers", headers={"X-Request-ID": "given-by-a-proxy"})
    for lost in (
        f"/{NOWHERE}",
        f"/c/1/customers/{ANA}/timeline",
        f"/first-admin/{LINK}/",
        f"/static/{NOWHERE}",
    ):
        ada.http.get(lost, params={"q": SOUGHT})
    ada.http.request("X" + NOWHERE.upper(), "/")
    httpx.get(f"{house.url}/", headers={"Host": f"{NOWHERE}_/", "Referer": SOUGHT, "User-Agent": SOUGHT})


def test_no_line_has_a_word_of_a_text_a_search_or_a_secret(logged: Logged) -> None:
    assert [secret for secret in logged.secrets if secret.lower() in logged.text.lower()] == []


def test_each_request_for_a_page_has_a_line_and_a_webhook_has_none(logged: Logged) -> None:
    requests = [line for line in logged.lines if line["logger"] == "textmeter.requests"]
    (numbers,) = [line for line in requests if line["path"].endswith("/numbers")]
    assert numbers["request_id"] == logged.given_id
    assert {**numbers, "at": "", "ms": 0, "path": numbers["path"][:3]} == {
        "at": "",
        "level": "info",
        "logger": "textmeter.requests",
        "message": f"GET {numbers['path']} 200",
        "request_id": logged.given_id,
        "method": "GET",
        "path": "/c/",
        "status": 200,
        "ms": 0,
    }
    assert 0 < numbers["ms"] < 60_000
    said = [(line["path"], line["status"]) for line in requests]
    assert ("/first-admin/…/", 404) in said
    assert said.count(("(no page)", 404)) >= 3
    assert not [path for path, _ in said if path.startswith(("/hooks", "/static"))]
    ids = [line["request_id"] for line in requests]
    assert len(set(ids)) == len(ids)


def test_a_wrong_signature_is_said_by_the_connection_s_id(logged: Logged) -> None:
    (line,) = [line for line in logged.lines if line["logger"] == "textmeter.intake.bad_signatures"]
    assert "1 wrongly signed deliveries refused" in line["message"]
    assert len(line["request_id"]) == 16


@pytest.mark.django_db
def test_the_id_is_in_the_answer_and_on_the_page_of_what_broke(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(user: User) -> None:
        raise RuntimeError("broke")

    monkeypatch.setattr(home, "companies_for_reading", breaks)
    client = signed_in(person("ada@example.com", Role.ADMIN))
    client.raise_request_exception = False
    answer = client.get("/", headers={"X-Request-ID": "quote-me-please"})
    assert answer.status_code == 500
    assert answer["X-Request-ID"] == "quote-me-please"
    assert "<code>quote-me-please</code>" in answer.content.decode()


@pytest.mark.django_db
def test_what_is_not_there_bears_no_id_on_its_page() -> None:
    """DOMAIN "Who may what": 404 tells nothing, and looks alike to the byte."""
    first, second = Client().get("/nope"), Client().get("/nope")
    assert first.content == second.content
    assert first["X-Request-ID"] != second["X-Request-ID"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_fault_that_quotes_a_text_is_logged_without_it(
    log_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug names the value that it met; so does a database, in the row that it refused."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    formatters = {"text": TextLines, "json": JsonLines}
    handler.setFormatter(formatters[log_format]())
    shop = scene.company()
    made = twilio.connect(shop)

    def fails(company: object, seen: object) -> None:
        raise IntegrityError(f"refused {BODY!r}") from ValueError(
            f"violated\nDETAIL:  Failing row ({BODY}, {ANA})"
        )

    monkeypatch.setattr(settle, "record", fails)
    logging.getLogger("textmeter").addHandler(handler)
    try:
        fields = {"MessageSid": twilio.ref(), "From": ANA, "To": OURS, "Body": BODY, "NumMedia": "0"}
        assert twilio.post(made, "message", fields).status_code == 200
        work_once()
    finally:
        logging.getLogger("textmeter").removeHandler(handler)
        receipts.stop()
    text = said.getvalue()
    assert "can't be applied" in text
    assert "IntegrityError: refused …" in text
    assert "ValueError: violated" in text
    assert "settle.py" in text
    assert [word for word in (BODY, ANA, ANA[2:], made.key) if word in text] == []
