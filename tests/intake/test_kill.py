"""A real server, killed under load: every answered webhook is there exactly once after a restart."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.cli.terminal import environment
from tests.databases import rows_of
from tests.intake.twilio import FORM, TOKEN, inbound, signature

ROOT = Path(__file__).resolve().parents[2]
SET_UP = f"""
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from textmeter.accounts.models import Company
from textmeter.intake.connections import add_connection
from textmeter.ledger.trackers import add_tracker
shop = Company.objects.create(name="Shop", time_zone="America/New_York")
add_tracker(shop.id, number="+14045550180", name="Main line")
print(add_connection(shop, account_sid="AC" + "1" * 32, secret={TOKEN!r}).key)
"""
WORK = """
import django; django.setup()
from textmeter.intake.worker import work_once
print(work_once())
"""


class Installation:
    """A data folder, and the processes that run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = environment(folder) | {
            "DJANGO_SETTINGS_MODULE": "textmeter.settings",
            "PYTHONPATH": str(ROOT),
        }
        self.key = self.python(SET_UP)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def python(self, code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.env, cwd=ROOT, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    @contextmanager
    def server(self) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(self.port)]
        command += ["--blocking-threads", "16", "--no-access-log", "textmeter.wsgi:application"]
        process = subprocess.Popen(
            command,
            env=self.env,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._wait(process)
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if httpx.get(f"{self.url}/hooks/x/y", trust_env=False).status_code == 405:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("The server did not start.")

    def send(self, client: httpx.Client, fields: dict[str, str], what: str = "message") -> int:
        url, body = f"{self.url}/hooks/{self.key}/{what}", urlencode(fields)
        headers = {"X-Twilio-Signature": signature(url, body), "Content-Type": FORM}
        return client.post(url, content=body, headers=headers).status_code

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return rows_of(self.folder, sql)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation(tmp_path_factory.mktemp("installation"))


def test_every_answered_text_survives_kill_9(installation: Installation) -> None:
    answered: list[str] = []
    with installation.server() as process:
        stop = threading.Event()

        def customers(name: int) -> None:
            with httpx.Client(trust_env=False, timeout=5) as client:
                for n in range(10_000):
                    sid = f"SM{name:02d}{n:030d}"
                    try:
                        code = installation.send(client, inbound(sid, MessageSid=sid))
                    except httpx.TransportError:
                        return
                    if code == 200:
                        answered.append(sid)
                    if stop.is_set():
                        return

        crowd = [threading.Thread(target=customers, args=[name]) for name in range(6)]
        for one in crowd:
            one.start()
        deadline = time.monotonic() + 20
        while len(answered) < 150 and time.monotonic() < deadline:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        stop.set()
        for one in crowd:
            one.join()
    assert len(answered) >= 150
    with installation.server(), httpx.Client(trust_env=False) as client:
        for sid in answered[-5:]:
            assert installation.send(client, inbound(sid, MessageSid=sid)) == 200
    installation.python(WORK)
    bodies = [row[0] for row in installation.rows("SELECT body FROM ledger_message")]
    assert len(bodies) == len(set(bodies))
    assert set(answered) <= set(bodies)
    assert len(bodies) <= len(answered) + 6  # kept, and killed before they could be answered
    assert installation.rows("SELECT count(*) FROM intake_receipt WHERE state <> 1") == [(0,)]


def test_the_real_server_reads_what_real_clients_send(installation: Installation) -> None:
    # A connection each: after an answer to a body that it didn't read, the server ends the connection.
    def request(method: str, url: str, **more: Any) -> int:
        return httpx.request(method, url, trust_env=False, **more).status_code

    with installation.server():
        url = f"{installation.url}/hooks/{installation.key}/message"
        assert request("GET", url) == 405
        assert request("HEAD", url) == 405
        assert request("POST", f"{installation.url}/hooks/{'0' * 24}/message") == 404
        assert request("POST", url, content=b"a" * ((1 << 20) + 1)) == 413
        body = urlencode(inbound("in chunks, ü 😀", MessageSid="SMchunks"))
        headers = {"X-Twilio-Signature": signature(url, body), "Content-Type": FORM}
        chunks = (body[n : n + 7].encode() for n in range(0, len(body), 7))
        assert request("POST", url, content=chunks, headers=headers) == 200
        too_long = (b"a" * 65_536 for _ in range(32))
        assert request("POST", url, content=too_long, headers=headers) == 413
        query = f"{url}?a=1&b=%20%C3%BC&a="
        signed = headers | {"X-Twilio-Signature": signature(query, body)}
        assert request("POST", query, content=body, headers=signed) == 200
        assert request("POST", url, content=body, headers=signed) == 403
        assert request("POST", url) == 403
    installation.python(WORK)
    assert installation.rows("SELECT body FROM ledger_message WHERE carrier_ref = 'SMchunks'") == [
        ("in chunks, ü 😀",)
    ]
