"""The self-test of a connection: what it finds behind proxies right and wrong, and that it leaves nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests import scene
from tests.intake.twilio import connect, post
from tests.settings.conftest import read
from textmeter.accounts.models import Company
from textmeter.intake import self_test
from textmeter.intake.models import Connection
from textmeter.intake.self_test import Outcome, Seen, send
from textmeter.intake.self_test_words import findings
from textmeter.ledger.statements import fetch

pytestmark = pytest.mark.django_db(transaction=True)


CUT_OFF = "Server disconnected without sending a response."  # httpx's words
ANSWERS: dict[str, tuple[int, dict[str, str]]] = {
    "redirects": (301, {"Location": "https://elsewhere.example/hooks"}),
    "is down": (502, {}),
    "asks for a password": (401, {}),
    "is somebody else": (200, {}),
}


class Proxy(BaseHTTPRequestHandler):
    """What stands between Twilio and the server, in as many ways as one can set it up."""

    behind = ""
    way = ""
    asked: list[str]

    def do_POST(self) -> None:
        self.asked.append(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.way in ANSWERS:
            status, headers = ANSWERS[self.way]
            self.answer(status, b"<html>not us</html>", headers)
            return
        headers = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
        path = self.path
        match self.way:
            case "own host":
                headers["Host"] = urlsplit(self.behind).netloc
            case "no signature":
                del headers["x-twilio-signature"]
            case "another body":
                body = body.replace(b"Self-test", b"Changed")
            case "another path":
                path = "/app" + path
        there = urlsplit(self.behind)
        server = HTTPConnection(there.hostname or "", there.port or 80, timeout=5)
        server.request("POST", path.removeprefix("/texts"), body, headers)
        answered = server.getresponse()
        self.answer(answered.status, answered.read(), {"Content-Type": answered.headers["Content-Type"]})

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def proxy(behind: str, way: str) -> Iterator[tuple[str, list[str]]]:
    """Its address, and the paths that it was asked for."""
    asked: list[str] = []
    handler = type("Its", (Proxy,), {"behind": behind, "way": way, "asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def made(shop: Company) -> Connection:
    scene.tracker(shop)
    return connect(shop)


def said(outcome: Outcome) -> str:
    return " ".join(f"{one.kind}: {one.sentence}" for one in findings(outcome))


def nothing_stays() -> bool:
    tables = ("intake_receipt", "intake_heard", "ledger_message", "ledger_customer")
    return all(fetch(f"SELECT count(*) FROM {table}", []) == [(0,)] for table in tables)


def test_a_way_without_fault(live_server: Any, made: Connection, settings: Any) -> None:
    with proxy(live_server.url, "") as (url, asked):
        settings.PUBLIC_URL = url
        outcome = send(made)
    assert asked == [f"/hooks/{made.key}/self-test"]
    assert outcome.seen is not None
    assert outcome.seen.is_signed
    text = said(outcome)
    assert "bad" not in text
    assert f"good: A signed message to {url}/hooks/…/self-test came here whole" in text
    assert made.key not in text
    assert nothing_stays()


def test_an_address_below_another_one(live_server: Any, made: Connection, settings: Any) -> None:
    with proxy(live_server.url, "") as (url, _):
        settings.PUBLIC_URL = f"{url}/texts"
        outcome = send(made)
    assert outcome.seen is not None
    assert outcome.seen.is_signed


@pytest.mark.parametrize(
    ("way", "kind", "words"),
    [
        ("own host", "warn", "It was sent to the host 127.0.0.1 and came as localhost"),
        ("no signature", "bad", "The header X-Twilio-Signature didn’t arrive"),
        ("another body", "bad", "something on the way changes the body"),
        ("another path", "bad", "Something else than this installation answers there"),
        ("redirects", "bad", "answers 301 and sends on to https://elsewhere.example/hooks. A redirected"),
        ("is down", "bad", "answers 502: it can’t reach Textmeter"),
        ("asks for a password", "bad", "answers 401: a password, a firewall"),
        ("is somebody else", "bad", "Something else than this installation answers there"),
    ],
)
def test_a_wrong_way_is_told(
    live_server: Any, made: Connection, settings: Any, *, way: str, kind: str, words: str
) -> None:
    with proxy(live_server.url, way) as (url, asked):
        settings.PUBLIC_URL = url
        found = findings(send(made))
    assert len(asked) == 1, "no redirect is followed"
    assert (found[0].kind, words in found[0].sentence) == (kind, True), found
    assert nothing_stays()


def test_where_nobody_answers(made: Connection, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy("", "") as (url, _):
        pass
    settings.PUBLIC_URL = url
    assert "Nothing listens at 127.0.0.1, port" in said(send(made))
    settings.PUBLIC_URL = "https://nowhere.invalid"
    assert "The name nowhere.invalid leads nowhere." in said(send(made))


def test_it_gives_up_soon(made: Connection, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that sends its answer a sign at a time holds nobody up."""
    monkeypatch.setattr(self_test, "WHOLE", 0.3)

    class Slow(Proxy):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b"x" * 4096)
                self.wfile.flush()
                if stop.wait(0.1):
                    return

    stop = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        settings.PUBLIC_URL = f"http://127.0.0.1:{server.server_port}"
        assert "Something else than this installation" in said(send(made))
    finally:
        stop.set()
        server.shutdown()
        server.server_close()


SEEN = Seen("https://texts.example.com/hooks/k/self-test", True, True, {})
FINE = Outcome("https://texts.example.com/hooks/k/self-test", 200, seen=SEEN)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (FINE, "good: A signed message to https://texts.example.com/hooks/…/self-test came here whole"),
        (
            replace(FINE, seen=replace(SEEN, url="http://texts.example.com/hooks/k/self-test")),
            "warn: It was sent by https and came as http",
        ),
        (
            replace(FINE, seen=replace(SEEN, url="https://10.0.0.7/hooks/k/self-test")),
            "warn: It was sent to the host texts.example.com and came as 10.0.0.7",
        ),
        (
            replace(FINE, seen=replace(SEEN, url="https://texts.example.com:8443/hooks/k/self-test")),
            "warn: It was sent to port 443 and came as port 8443",
        ),
        (
            replace(
                FINE, seen=replace(SEEN, is_signed=False, url="https://texts.example.com/a/hooks/k/self-test")
            ),
            "bad: It was sent to the path /hooks/…/self-test and came to /a/hooks/…/self-test",
        ),
        (
            Outcome("https://a.example/hooks/k/x", error="certificate"),
            "The certificate of a.example isn’t valid",
        ),
        (
            Outcome("https://a.example:8000/hooks/k/x", error="no tls"),
            "Port 8000 of a.example doesn’t speak TLS",
        ),
        (Outcome("https://a.example/hooks/k/x", error="timeout"), "does a firewall let port 443 in"),
        (Outcome("https://a.example/hooks/k/x", error="odd"), "can’t be called: odd."),
        (Outcome("https://a.example/hooks/k/x", error="It is odd."), "can’t be called: It is odd."),
        (
            Outcome("http://a.example:443/hooks/k/x", error=CUT_OFF),
            "ended the connection at port 443 without an answer. If it speaks TLS there, let "
            "TEXTMETER_PUBLIC_URL begin with https://.",
        ),
        (Outcome("https://a.example/hooks/k/x", error=CUT_OFF), "sending a response."),
        (replace(FINE, url="http://texts.example.com/hooks/k/self-test"), "warn: Texts travel unencrypted"),
    ],
)
def test_what_is_said(outcome: Outcome, words: str) -> None:
    assert words in said(outcome)
    assert ".." not in said(outcome)


def test_strangers_can_ask_nothing_of_it(made: Connection) -> None:
    """Without a token of this installation and this connection the door says that there is none."""
    other = connect(scene.company("Other"))
    for fields in (
        {"Body": "x"},
        {self_test.TOKEN: "made up"},
        {self_test.TOKEN: self_test._token(other.key)},
    ):
        assert post(made, "self-test", fields).status_code == 404
    assert nothing_stays()


def test_a_token_lasts_a_minute(made: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {self_test.TOKEN: self_test._token(made.key)}
    assert post(made, "self-test", fields).json()["is_signed"] is False, (
        "the address of another server is signed"
    )
    monkeypatch.setattr(self_test, "LASTS", -1)
    assert post(made, "self-test", fields).status_code == 404


def test_the_page_tests_and_says_what_came_of_it_once(
    live_server: Any, ada: Client, made: Connection, settings: Any
) -> None:
    path = f"/c/{made.company_id}/settings/connections/{made.id}"
    assert "It needs the public address" in read(ada.get(path))
    assert "Set the public address first" in read(ada.post(f"{path}/test", follow=True))
    settings.PUBLIC_URL = live_server.url
    answer = ada.post(f"{path}/test", follow=True)
    assert answer.redirect_chain == [(f"{path}#self-test", 302)]
    assert "Right: A signed message to" in read(answer)
    assert "can be reached from this machine or network alone" in read(answer)
    assert "Right:" not in read(ada.get(path))
    assert nothing_stays()


def test_a_secret_that_the_key_does_not_open_is_told(ada: Client, made: Connection, settings: Any) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    Connection.objects.update(secret="closed with another key")
    path = f"/c/{made.company_id}/settings/connections/{made.id}"
    assert "Wrong: A connection’s secret can’t be opened" in read(ada.post(f"{path}/test", follow=True))
