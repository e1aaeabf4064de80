"""The whole of `textmeter demo --live`: real processes, real traffic, and a clean end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

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


def _textmeter(settings: dict[str, str], *arguments: str) -> dict[str, dict[str, int]]:
    ran = subprocess.run(
        [sys.executable, "-m", "textmeter", *arguments, "--json"],
        env=settings,
        stdout=subprocess.PIPE,
        check=True,
    )
    told: dict[str, dict[str, int]] = json.loads(ran.stdout)
    return told
