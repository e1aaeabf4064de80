"""Customers' texts are for the person who runs the server alone."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

from tests.cli.terminal import environment
from tests.databases import SERVER


def test_nobody_else_on_the_machine_can_read_the_data_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    subprocess.run(
        [sys.executable, "-m", "textmeter", "company", "list"],
        env=environment(data),
        check=True,
        capture_output=True,
    )
    made = [data, *data.iterdir()]
    assert SERVER or data / "textmeter.sqlite3" in made
    assert {path.name: oct(stat.S_IMODE(path.stat().st_mode) & 0o077) for path in made} == {
        path.name: "0o0" for path in made
    }
