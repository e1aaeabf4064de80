"""The simulator's own small HTTP API: what the worker asks for the words of texts known by status alone.

Answers `GET /2010-04-01/Accounts/{account}/Messages/{sid}.json` on 127.0.0.1 as Twilio does: basic auth,
the Message resource, 401 and 404 in Twilio's form.
"""

from __future__ import annotations

import json
import re
import threading
from base64 import b64encode
from email.utils import formatdate
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from textmeter.sample.words import segments

_PATH = re.compile(r"/2010-04-01/Accounts/([^/]+)/Messages/([^/]+?)(/Media)?\.json")

_ORDER = ("queued", "sent", "undelivered", "delivered")


class CarrierApi:
    """Serves from `start` to `stop`. `user` and `password` are what the connection asks with."""

    def __init__(self, account_sid: str, user: str, password: str) -> None:
        self.account_sid = account_sid
        self.authorization = "Basic " + b64encode(f"{user}:{password}".encode()).decode()
        self.texts: dict[str, dict[str, Any]] = {}
        self.fetched: set[str] = set()
        self._server = _Server(("127.0.0.1", 0), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(self, sid: str, *, sender: str, receiver: str, body: str, at: int) -> None:
        """A text that the business sent at `at` (ms), its status not yet more than queued."""
        date = formatdate(at / 1000)
        folder = f"/2010-04-01/Accounts/{self.account_sid}/Messages/{sid}"
        self.texts[sid] = {
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "body": body,
            "date_created": date,
            "date_sent": date,
            "date_updated": date,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": str(segments(body)),
            "price": None,
            "price_unit": "USD",
            "sid": sid,
            "status": "queued",
            "subresource_uris": {"media": f"{folder}/Media.json"},
            "to": receiver,
            "uri": f"{folder}.json",
        }

    def move_on(self, sid: str, status: str, error: str | None) -> None:
        """Moves a text's status forward, never back."""
        text = self.texts[sid]
        if _ORDER.index(status) > _ORDER.index(text["status"]):
            text |= {"status": status, "error_code": int(error) if error else None}

    def unfetched(self) -> dict[str, dict[str, Any]]:
        """The texts that nobody has asked for yet, by their id."""
        return {sid: text for sid, text in list(self.texts.items()) if sid not in self.fetched}

    def answer(self, path: str, authorization: str) -> tuple[int, dict[str, Any]]:
        """HTTP status and JSON content for one request."""
        if not compare_digest(authorization.encode(), self.authorization.encode()):
            return 401, _error(401, 20003, "Authenticate")
        found = _PATH.fullmatch(path)
        text = self.texts.get(found[2]) if found and found[1] == self.account_sid else None
        if found is None or text is None:
            return 404, _error(404, 20404, f"The requested resource {path} was not found")
        if found[3]:
            return 200, {"media_list": [], "next_page_uri": None}
        self.fetched.add(found[2])
        return 200, text


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], api: CarrierApi) -> None:
        super().__init__(address, _Handler)
        self.api = api


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        code, content = self.server.api.answer(
            self.path.partition("?")[0], self.headers.get("Authorization", "")
        )
        body = json.dumps(content).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the terminal belongs to the simulator's own line."""


def _error(status: int, code: int, message: str) -> dict[str, Any]:
    info = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": message, "more_info": info, "status": status}
