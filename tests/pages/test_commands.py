"""Commands on pages work as they stand there."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from textmeter.pages.commands import make_run, textmeter, typed


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("here/.venv/bin", "else where/bin"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "textmeter").touch()
    return tmp_path


def test_in_the_folder_the_program_and_the_data_are_short(place: Path) -> None:
    here = place / "here"
    python = here / ".venv/bin/python"
    assert typed(python, here, here / "data") == ".venv/bin/textmeter"
    assert typed(python, here, here / "data/demo") == "TEXTMETER_DATA_DIR=data/demo .venv/bin/textmeter"


def test_elsewhere_they_are_named_from_the_root_on_and_quoted(place: Path) -> None:
    command = typed(place / "else where/bin/python", place / "here", place / "the data")
    assert command == f"TEXTMETER_DATA_DIR='{place}/the data' '{place}/else where/bin/textmeter'"
    assert typed(place / "bin/python", place, place / "data") == "bin/python -m textmeter"


def test_a_restart_names_the_data_folder_where_only_the_environment_has_it(
    place: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    here = place / "here"
    monkeypatch.chdir(here)
    settings.DATA_DIR = here / "data"
    assert make_run("8000") == "make run"
    settings.DATA_DIR = here / "my data"
    assert make_run("8000") == "TEXTMETER_DATA_DIR='my data' make run"
    (here / ".env").write_text("TEXTMETER_DATA_DIR='my data'\n")
    assert make_run("9000") == "PORT=9000 make run"
    settings.DATA_DIR = place / "other"
    assert make_run("9000") == f"TEXTMETER_DATA_DIR={place}/other PORT=9000 make run"
    settings.DATA_DIR = here / "data"
    assert make_run("8000") == "TEXTMETER_DATA_DIR=data make run"


def test_it_runs() -> None:
    done = subprocess.run(f"{textmeter()} --version", shell=True, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()[0]) == (0, "textmeter,"), done
