"""Twilio as tests play it: signed webhooks by HTTP, and the API that the worker asks."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from twilio.request_validator import RequestValidator

from textmeter.accounts.models import Company
from textmeter.intake.connections import add_connection
from textmeter.intake.models import Connection
from textmeter.wsgi import application

TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC0123456789abcdef0123456789abcdef"
HOST = "testserver"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
LINE = "+14045550180"
CUSTOMER = "+14045550112"
_refs = count(1)


def connect(company: Company, secret: str = TOKEN, **more: Any) -> Connection:
    return add_connection(company, account_sid=ACCOUNT, secret=secret, **more)


def ref(kind: str = "SM") -> str:
    return f"{kind}{next(_refs):032x}"


def signature(url: str, body: str, secret: str = TOKEN, algorithm: str | None = None) -> str:
    from django.http import QueryDict

    return str(RequestValidator(secret).compute_signature(url, QueryDict(body.encode()), algorithm))


def post(
    connection: Connection, what: str, fields: Any, secret: str = TOKEN, url: str = "", **headers: str
) -> Any:
    """Posts a signed webhook. `fields`: a mapping, pairs, or the body itself; `url`: the signed one."""
    body = fields if isinstance(fields, str) else urlencode(fields)
    path = f"/hooks/{connection.key}/{what}"
    given = signature(url or f"http://{HOST}{path}", body, secret)
    return Client().generic(
        "POST", path, body, headers={"X-Twilio-Signature": given, "Content-Type": FORM} | headers
    )


def post_raw(path: str, body: bytes, headers: dict[str, str], length: int | None) -> int:
    """Posts through the WSGI door itself, with any Content-Length or none; the status."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "HTTP_HOST": HOST,
        "CONTENT_TYPE": FORM,
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
    }
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    environ |= {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
    answered: list[str] = []
    application(environ, lambda line, _headers: answered.append(line)).close()
    return int(answered[0].split()[0])


def inbound(body: str = "Hi", *, to: str = LINE, sender: str = CUSTOMER, **more: str) -> dict[str, str]:
    """The fields of an inbound text."""
    sid = more.get("MessageSid") or ref()
    return {
        "ToCountry": "US",
        "ToState": "GA",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "ATLANTA",
        "FromZip": "30303",
        "SmsSid": sid,
        "FromState": "GA",
        "SmsStatus": "received",
        "FromCity": "ATLANTA",
        "Body": body,
        "FromCountry": "US",
        "To": to,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": sender,
        "ApiVersion": "2010-04-01",
    } | more


def status(sid: str, word: str, *, sender: str = LINE, to: str = CUSTOMER, **more: str) -> dict[str, str]:
    """The fields of a status callback."""
    return {
        "SmsSid": sid,
        "SmsStatus": word,
        "MessageStatus": word,
        "To": to,
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": sender,
        "ApiVersion": "2010-04-01",
    } | more


def resource(sid: str, body: str | None = "On our way", **more: Any) -> dict[str, Any]:
    """A Message resource as Twilio's published specification has it."""
    return {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": body,
        "date_created": "Wed, 04 Mar 2026 14:33:00 +0000",
        "date_sent": "Wed, 04 Mar 2026 14:33:01 +0000",
        "date_updated": "Wed, 04 Mar 2026 14:33:02 +0000",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": LINE,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": "delivered",
        "subresource_uris": {"media": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media.json"},
        "to": CUSTOMER,
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json",
    } | more


class Api:
    """Answers by path: (status, headers, content); 404 for the rest. `asked`: (path, authorization)."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], Any]] = {}
        self.asked: list[tuple[str, str]] = []
        self.before = threading.Event()
        self.before.set()
        self.url = ""

    def knows(self, sid: str, *, code: int = 200, headers: dict[str, str] | None = None, **more: Any) -> None:
        content = resource(sid, **more) if code == 200 else {"code": 20000 + code, "status": code}
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json"
        self.answers[path] = (code, headers or {}, content)


@contextmanager
def twilio_api() -> Iterator[Api]:
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            api.asked.append((self.path, self.headers.get("Authorization", "")))
            api.before.wait(20)
            code, headers, content = api.answers.get(self.path, (404, {}, {"status": 404}))
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield api
    finally:
        api.before.set()
        server.shutdown()
        server.server_close()
