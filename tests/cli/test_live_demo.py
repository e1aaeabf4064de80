"""The whole of `textmeter demo --live`: real processes, real traffic, and a clean end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.terminal import children_of, environment, free_port, is_alive, wait_for


def test_a_live_demo_gets_texts_and_ends_whole(tmp_path: Path) -> None:
    port, settings = free_port(), environment(tmp_path)
    live = subprocess.Popen(
        [sys.executable, "-m", "textmeter", "demo", "--live", "--messages", "60", "--port", str(port)],
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_for((tmp_path / "serve.json").exists, "the server", within=60)
    demo = json.loads((tmp_path / "demo.json").read_text())
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/") as answer:
        assert answer.status == 200
    below = wait_for(lambda: len(children_of(live.pid)) == 3 and children_of(live.pid), "the children")
    sent = _textmeter(
        settings, "simulate", "--connection", demo["connection"], "--rate", "50", "--count", "40"
    )
    assert (sent["answered"].keys() <= {"200", "204"}, sum(sent["answered"].values())) == (True, 40)
    wait_for(lambda: _textmeter(settings, "check") == {"differences": []}, "the ledger to be right")
    os.killpg(live.pid, signal.SIGINT)
    out, err = live.communicate(timeout=15)
    assert (live.returncode, err) == (0, "")
    assert out.splitlines() == [
        f"Textmeter is on http://127.0.0.1:{port}",
        f"Sign in as demo@example.com with the password {demo['password']}",
        "Ctrl-C ends it.",
    ]
    assert not any(is_alive(pid) for pid in below)


class _Leaving(BaseHTTPRequestHandler):
    """Of a server that is just ending: it takes deliveries, and answers none."""

    left = threading.Event()

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def do_POST(self) -> None:
        self.left.set()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(("ends", "said"), [(True, False), (False, True)])
def test_what_the_servers_end_leaves_without_an_answer_is_not_told(
    tmp_path: Path, ends: bool, said: bool
) -> None:
    """The simulator beside the server hears a moment later that it is to end, too."""
    _Leaving.left.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Leaving)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = environment(tmp_path, TEXTMETER_PUBLIC_URL=f"http://127.0.0.1:{server.server_port}")
    demo = _textmeter(settings, "demo", "--messages", "60")
    beside = subprocess.Popen(
        [
            *(sys.executable, "-m", "textmeter", "simulate", "--connection", str(demo["connection"])),
            *("--rate", "20", "--with-parent"),
        ],
        env=settings,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert _Leaving.left.wait(60)
    time.sleep(0.3 if ends else 2)
    beside.terminate()
    _, err = beside.communicate(timeout=15)
    server.shutdown()
    server.server_close()
    assert ("was answered with nothing" in err) == said
    assert beside.returncode == 0


def _textmeter(settings: dict[str, str], *arguments: str) -> dict[str, dict[str, int]]:
    ran = subprocess.run(
        [sys.executable, "-m", "textmeter", *arguments, "--json"],
        env=settings,
        stdout=subprocess.PIPE,
        check=True,
    )
    told: dict[str, dict[str, int]] = json.loads(ran.stdout)
    return told
