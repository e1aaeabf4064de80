"""A small bench installation in a folder of its own, filled once for all tests of this room."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import environment


def run(data: Path, *arguments: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "textmeter", *map(str, arguments)],
        env=environment(data),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def run_json(data: Path, *arguments: object) -> Any:
    ran = run(data, *arguments, "--json")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The data folder, and what `bench data` said."""
    data = tmp_path_factory.mktemp("bench")
    return data, run_json(data, "bench", "data", "--messages", 20_000)
