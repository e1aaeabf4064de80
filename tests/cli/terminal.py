"""A terminal for tests: runs `textmeter …` in this process, or a server in one of its own."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.databases import database_url
from textmeter.cli.errors import run_plainly
from textmeter.cli.main import textmeter


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Terminal:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: object, stdin: str = "") -> Ran:
        self._monkeypatch.setattr(sys, "argv", ["textmeter", *map(str, arguments)])
        self._monkeypatch.setattr(
            sys,
            "stdin",
            io.TextIOWrapper(
                io.BytesIO(stdin.encode("utf-8", "surrogateescape")), "utf-8", "surrogateescape"
            ),
        )
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run_plainly(textmeter)
        said = self._capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def environment(data: Path, **more: str) -> dict[str, str]:
    """What a process of the installation in this folder is to find around it."""
    own = {"TEXTMETER_DATA_DIR": str(data), "TEXTMETER_DATABASE_URL": database_url(data)}
    return os.environ | own | {"PYTHONUNBUFFERED": "1"} | more


@contextmanager
def served(
    data: Path, *arguments: str, log: Path | None = None, program: str = "textmeter", **more: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server of its own on this data folder, and its address; whatever is left of it dies at the end. What
    it says goes into `log`, where it may say more than a pipe holds. `program`: the module that is run."""
    port = free_port()
    said = log.open("a") if log else subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-m", program, "serve", "--port", str(port), *arguments],
        env=environment(data, **more),
        stdout=said,
        stderr=said,
        text=True,
        start_new_session=True,
    )
    try:
        wait_for((data / "serve.json").exists, "the server to write down its address")
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)


def wait_for(condition: Any, what: str, within: float = 30.0) -> Any:
    until = time.monotonic() + within
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {within} s for {what}")


def children_of(pid: int) -> list[int]:
    """Process ids below this one, all generations."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in listed.splitlines())}
    found = [child for child, parent in parents.items() if parent == pid]
    return found + [grand for child in found for grand in children_of(child)]


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits for its parent to notice doesn't."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
