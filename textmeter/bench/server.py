"""A real server on this installation, for the time of a measurement, and a reader who is signed in."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from secrets import token_hex

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from textmeter.accounts.models import Role, User

HOST = "127.0.0.1"
STARTS_WITHIN = 60.0
STOPS_WITHIN = 20.0
PATIENCE = 300.0
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class NoServer(RuntimeError):
    """It didn't start, or didn't answer as it should; the text says what it said."""


@dataclass(frozen=True, slots=True)
class Server:
    """`pid`: of its main process."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


@contextmanager
def serving(*, with_worker: bool = False) -> Iterator[Server]:
    """`textmeter serve` on a free port; ended at the end. Raises NoServer."""
    port = _free_port()
    options = [] if with_worker else ["--no-worker"]
    command = [sys.executable, "-m", "textmeter", "serve", "--host", HOST, "--port", str(port), *options]
    with tempfile.TemporaryFile("w+") as said, _ended_properly():
        process = subprocess.Popen(  # noqa: S603 (this very program)
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=os.environ | {"TEXTMETER_PUBLIC_URL": ""},
        )
        try:
            if not _answers(process, port):
                said.seek(0)
                raise NoServer(f"The server didn't start: {' '.join(said.read().split())[-500:]}")
            yield Server(port, process.pid)
        finally:
            _end(process)


@contextmanager
def _ended_properly() -> Iterator[None]:
    """SIGTERM ends the bench as Ctrl-C does, so that its server goes with it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < until:
        with suppress(NoServer):
            status, _ = Reader(port).get("/healthz")
            if status == http.client.OK:
                return True
        time.sleep(0.05)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with closing(socket.socket()) as trial:
        trial.bind((HOST, 0))
        return int(trial.getsockname()[1])


@contextmanager
def _or_no_server(address: str) -> Iterator[None]:
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        raise NoServer(f"{address} was not answered: {type(error).__name__}: {error}.") from None


class Reader:
    """One connection that is kept, as a browser keeps it."""

    def __init__(self, port: int, session: str = "") -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
        self._headers = {"Cookie": f"sessionid={session}"} if session else {}

    def get(self, address: str) -> tuple[int, bytes]:
        """(status, the whole body). Raises NoServer where nobody answers."""
        with _or_no_server(address):
            self._connection.request("GET", address, headers=self._headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()

    def page(self, address: str) -> bytes:
        """The body of a page that must be there. Raises NoServer."""
        status, body = self.get(address)
        if status != http.client.OK:
            raise NoServer(f"{address} answered {status}: {body[:200].decode(errors='replace')!r}")
        return body

    def stream(self, address: str) -> Iterator[bytes]:
        """The body in parts, as they come. Raises NoServer."""
        with _or_no_server(address):
            self._connection.request("GET", address, headers=self._headers)
            answer = self._connection.getresponse()
        if answer.status != http.client.OK:
            raise NoServer(f"{address} answered {answer.status}: {answer.read()[:200]!r}")
        while part := answer.read(1 << 16):
            yield part

    def close(self) -> None:
        self._connection.close()


@contextmanager
def signed_in() -> Iterator[str]:
    """The session of an admin made for the measurement; both are gone at the end."""
    admin = User.objects.create_user(f"bench-{token_hex(6)}@example.com", token_hex(16), Role.ADMIN)
    session = SessionStore()
    session[SESSION_KEY] = str(admin.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = admin.get_session_auth_hash()
    session.create()
    try:
        yield str(session.session_key)
    finally:
        session.delete()
        admin.delete()
