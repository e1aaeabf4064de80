"""The systemd units in deploy/, as systemd itself reads them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from textmeter.cli.children import STOP_WITHIN as CHILDREN_STOP_WITHIN
from textmeter.cli.web import STOP_WITHIN

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer"))
SERVICES = [name for name in UNITS if name.endswith(".service")]
LONG_RUNNING = [name for name in SERVICES if "backup" not in name]

with_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing: apt-get install systemd"
)


def options(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", (DEPLOY / name).read_text(), re.M):
        found.setdefault(key, []).append(value)
    return found


def analyzed(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", "--no-pager", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units, beside a program where they look for it."""
    program = tmp_path / "textmeter" / ".venv" / "bin" / "textmeter"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for name in UNITS:
        text = (DEPLOY / name).read_text().replace("/opt/textmeter", str(tmp_path / "textmeter"))
        (tmp_path / name).write_text(text)
    return tmp_path


def test_there_are_the_units_that_the_docs_name() -> None:
    text = (DEPLOY.parent / "docs" / "install.md").read_text()
    assert UNITS == [
        "textmeter-backup.service",
        "textmeter-backup.timer",
        "textmeter-web.service",
        "textmeter-worker@.service",
        "textmeter.service",
    ]
    assert [name for name in UNITS if name not in text] == []


@with_systemd
@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_nothing_wrong(installed: Path, name: str) -> None:
    done = analyzed(installed, "verify", "--man=no", f"./{name}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@with_systemd
def test_systemd_would_say_what_is_wrong(installed: Path) -> None:
    unit = installed / "textmeter.service"
    unit.write_text(unit.read_text().replace("Restart=always", "Restart=allways"))
    assert "allways" in analyzed(installed, "verify", "--man=no", "./textmeter.service").stderr


@with_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_little_exposed(installed: Path, name: str) -> None:
    if "--offline" not in analyzed(installed, "--help").stdout:
        pytest.skip("this systemd-analyze can't judge a unit that isn't installed")
    done = analyzed(installed, "security", "--offline=true", "--threshold=20", f"./{name}")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_runs_as_its_own_user_with_the_same_rights(name: str) -> None:
    def rights(unit: str) -> list[str]:
        """What stands between its comment and the next part."""
        text = (DEPLOY / unit).read_text()
        return text[text.index("# Nothing of the machine") :].partition("\n\n")[0].split()

    assert rights(name) == rights("textmeter.service")
    found = options(name)
    assert (found["User"], found["StateDirectory"], found["StateDirectoryMode"]) == (
        ["textmeter"],
        ["textmeter"],
        ["0700"],
    )


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_a_service_has_the_time_to_end_by_itself_and_starts_again(name: str) -> None:
    found = options(name)
    assert (found["Restart"], found["KillMode"], found["StartLimitIntervalSec"]) == (
        ["always"],
        ["mixed"],
        ["0"],
    )
    assert int(found["TimeoutStopSec"][0]) > STOP_WITHIN + CHILDREN_STOP_WITHIN
