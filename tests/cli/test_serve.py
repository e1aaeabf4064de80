"""`textmeter serve`: one address, one line where it can't, and nothing left behind when it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.cli.terminal import children_of, environment, free_port, is_alive, served, wait_for


def test_it_serves_prints_the_way_in_and_ends_cleanly(tmp_path: Path) -> None:
    with served(tmp_path, "--no-worker") as (process, url):
        with urllib.request.urlopen(f"{url}/sign-in/") as answer:
            assert answer.status == 200
        below = children_of(process.pid)
        assert len(below) == 1
        # As Ctrl-C does it: to the whole group.
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"Textmeter is on {url}"
    assert f"{url}/first-admin/" in lines[1]
    assert not any(is_alive(pid) for pid in below)
    assert not (tmp_path / "serve.json").exists()


def test_kill_9_leaves_no_process_behind(tmp_path: Path) -> None:
    with served(tmp_path) as (process, _):
        below = wait_for(
            lambda: len(children_of(process.pid)) == 2 and children_of(process.pid), "the worker"
        )
        process.kill()
        process.communicate(timeout=10)
        wait_for(lambda: not any(is_alive(pid) for pid in below), "the children to end", within=10)


def test_the_worker_is_started_again_when_it_dies(tmp_path: Path) -> None:
    with served(tmp_path) as (process, _):
        worker = wait_for(lambda: _worker_of(process.pid), "the worker")
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: _worker_of(process.pid) not in (None, worker), "another worker")
        process.terminate()
        _, err = process.communicate(timeout=10)
    assert process.returncode == 0
    assert err == "textmeter: the worker ended (signal 9); starting it again in 1 s.\n"


def _worker_of(pid: int) -> int | None:
    for child in children_of(pid):
        with suppress(OSError):  # it may end just now
            if b"\0work\0" in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
    return None


def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ran = _serve(tmp_path, "--port", str(port))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        f"textmeter: Port {port} is taken."
        " Stop the program that uses it, or choose another:"
        f" --port {port + 1}, or PORT={port + 1} make run.\n"
    )
    assert not (tmp_path / "textmeter.sqlite3").exists()


def test_a_wrong_address_is_said_in_one_line(tmp_path: Path) -> None:
    for host in ("nonsense.invalid", "203.0.113.7"):
        ran = _serve(tmp_path, "--host", host, "--port", str(free_port()))
        assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    for port in ("70000", "0", "abc", "٨٠"):
        ran = _serve(tmp_path, "--port", port)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert ran.stderr == (
            f"textmeter: --port is “{port}”; allowed: 1 to 65535,"
            " such as --port 8000, or PORT=8000 make run.\n"
        )


def _serve(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "textmeter", "serve", *arguments],
        env=environment(data),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
