"""The set-up tells what it is at, for who waits before a terminal or a log."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parent.parent / "scripts"))
    import set_up

    return set_up


SAYS = """
import time
print("Collecting wheel==0.45.1 (from -r requirements/build.txt (line 3))", flush=True)
print("Requirement already satisfied: idna>=2 in ./.venv (from httpx)", flush=True)
time.sleep(0.3)
print("Installing collected packages: wheel, idna", flush=True)
time.sleep(0.3)
"""


def test_it_says_which_package_it_is_at_and_how_long_it_has_taken(
    set_up: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(set_up, "STATUS_EVERY", 0.1)
    counts = ("Collecting ", "Requirement already satisfied")
    set_up.run("Installing packages", [sys.executable, "-c", SAYS], counts=counts, total=2)
    # How many seconds it takes is the machine's.
    lines = [re.sub(r"\b\d+ s\b", "N s", line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "Installing packages …"
    assert "Installing packages: 2 of 2, N s (idna)" in lines
    assert "Installing packages: N s (writing 2 packages into .venv)" in lines
    assert lines[-1].startswith("Installing packages: done")
