"""An installation as its owner has it: a data folder, the command line, a server process, a carrier that
posts, and people who sign in."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator

from tests.cli.terminal import children_of, environment, is_alive, served, wait_for
from tests.databases import rows_of

PASSWORD = "a long password for tests"
TOKEN = "the auth token"
ACCOUNT = "AC" + "1" * 32
FORM = "application/x-www-form-urlencoded"
_refs = count(1)


@dataclass
class Installation:
    """`around`: what its processes find in their environment beside the usual; `log`: where its servers say
    what they have to say."""

    folder: Path
    url: str = ""
    process: subprocess.Popen[str] | None = None
    around: dict[str, str] = field(default_factory=dict)
    log: Path | None = None

    @contextmanager
    def running(self, *arguments: str) -> Iterator[Installation]:
        with served(self.folder, *arguments, log=self.log, **self.around) as (self.process, self.url):
            yield self

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.folder, **self.around)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What its database answers, read from outside of it."""
        return rows_of(self.folder, sql, self.around.get("TEXTMETER_DATABASE_URL"))

    def cli(self, *arguments: object, stdin: str = "", expect: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "textmeter", *map(str, arguments)],
            check=False,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
        )
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout

    def json(self, *arguments: object, stdin: str = "", expect: int = 0) -> Any:
        return json.loads(self.cli(*arguments, "--json", stdin=stdin, expect=expect))

    def company(self, name: str, time_zone: str = "America/New_York") -> str:
        return str(self.json("company", "add", name, "--time-zone", time_zone)["id"])

    def tracker(self, company: str, number: str, name: str, *more: object) -> str:
        return str(
            self.json("tracker", "add", "--company", company, "--number", number, "--name", name, *more)["id"]
        )

    def connection(self, company: str, account_sid: str = ACCOUNT, *more: object) -> str:
        options = ("--company", company, "--carrier", "twilio", "--account-sid", account_sid)
        return str(
            self.json("connection", "add", *options, "--secret-stdin", *more, stdin=TOKEN + "\n")["key"]
        )

    def person(self, email: str, role: str, *companies: str) -> Reader:
        """Adds somebody and signs them in, as their browser would."""
        may_see = [part for company in companies for part in ("--company", company)]
        self.cli("user", "add", email, "--role", role, *may_see, "--password-stdin", stdin=PASSWORD + "\n")
        return self.signed_in(email)

    def signed_in(self, email: str) -> Reader:
        reader = Reader(httpx.Client(base_url=self.url, follow_redirects=True, timeout=20.0))
        reader.sign_in(email)
        return reader

    def kill_9(self) -> None:
        """Every process of the server at once, as a power cut would."""
        assert self.process is not None
        everybody = [self.process.pid, *children_of(self.process.pid)]
        for pid in everybody:
            os.kill(pid, signal.SIGKILL)
        self.process.communicate(timeout=20)
        wait_for(lambda: not any(is_alive(pid) for pid in everybody), "everybody to end")
        (self.folder / "serve.json").unlink(missing_ok=True)


@dataclass
class Carrier:
    """Posts webhooks, signed by the carrier's own library."""

    url: str
    key: str
    token: str = TOKEN

    def post(self, what: str, fields: dict[str, str]) -> httpx.Response:
        address = f"{self.url}/hooks/{self.key}/{what}"
        signature = RequestValidator(self.token).compute_signature(address, fields)
        headers = {"Content-Type": FORM, "X-Twilio-Signature": signature}
        return httpx.post(address, content=urlencode(fields), headers=headers, timeout=20.0)

    def text(self, sender: str, receiver: str, body: str, **more: str) -> str:
        """An inbound text; its id."""
        ref = new_ref("SM")
        fields = {
            "MessageSid": ref,
            "SmsSid": ref,
            "AccountSid": ACCOUNT,
            "From": sender,
            "To": receiver,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsStatus": "received",
            "FromCity": "ATLANTA",
            "FromState": "GA",
            "FromCountry": "US",
        }
        answer = self.post("message", fields | more)
        assert (answer.status_code, answer.headers["content-type"][:8]) == (200, "text/xml"), answer.text
        return ref

    def status(self, ref: str, sender: str, receiver: str, status: str, **more: str) -> None:
        fields = {"MessageSid": ref, "AccountSid": ACCOUNT, "From": sender, "To": receiver}
        assert self.post("status", fields | {"MessageStatus": status} | more).is_success


@dataclass
class Reader:
    """A person with a browser that shows nothing: signed in, follows addresses."""

    http: httpx.Client

    def sign_in(self, email: str) -> None:
        page = self.http.get("/sign-in/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        fields = {"csrfmiddlewaretoken": token[1], "login": email, "password": PASSWORD}
        answer = self.http.post(
            "/sign-in/", data=fields, headers={"Referer": f"{self.http.base_url}/sign-in/"}
        )
        assert answer.is_success, answer.text
        assert "sessionid" in self.http.cookies

    def page(self, path: str, **query: str) -> str:
        answer = self.http.get(path, params=query or None)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def conversations(self, company: str, **query: str) -> str:
        return self.page(f"/c/{company}/analytics/activity/text-conversations", **query)

    def file(self, company: str, name: str, **query: str) -> list[dict[str, str]]:
        """The rows of `export.csv` or `messages.csv`."""
        path = f"/c/{company}/analytics/activity/text-conversations/{name}"
        return list(csv.DictReader(io.StringIO(self.page(path, **query), newline="")))

    def messages(self, company: str, **query: str) -> list[dict[str, str]]:
        return self.file(company, "messages.csv", **query)

    def timeline_path(self, company: str, customer_number: str) -> str:
        """The address behind the log's link named "Timeline" in that customer's row."""
        page = self.conversations(company, q=customer_number.removeprefix("+1"))
        found = re.search(
            rf'href="(/c/{company}/customers/\d+/timeline[^"]*)"[^>]*>\s*(?:<[^>]+>\s*)*Timeline', page
        )
        assert found, page
        return found[1].replace("&amp;", "&")


def new_ref(kind: str) -> str:
    return f"{kind}{next(_refs):032x}"
