"""Errors are one plain line; what nobody foresaw is written down; processes that start at once get along."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError

from tests.cli.terminal import Terminal, environment


def test_an_unforeseen_error_is_one_line_and_its_details_are_kept(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TEXTMETER_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("textmeter.ledger.check.check", _raises(KeyError("surprise")))
    ran = terminal("check")
    log = tmp_path / "errors.log"
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"textmeter: Unexpected KeyError: 'surprise'. Details: {log}\n"
    assert "Traceback" in log.read_text()
    told = terminal("--debug", "check")
    assert "Traceback" in told.err


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        ("attempt to write a readonly database", "The database can't be written"),
        ("database or disk is full", "Make room on the disk."),
        ("disk I/O error", "Make room on it;"),
        ("database is locked", "The database was busy for too long."),
        ("file is not a database", "The database file is damaged"),
    ],
)
def test_the_databases_troubles_are_said_with_what_to_do(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, trouble: str, sentence: str
) -> None:
    monkeypatch.setattr("textmeter.ledger.check.check", _raises(OperationalError(trouble)))
    ran = terminal("check")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert sentence in ran.err


def test_ctrl_c_is_one_line(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textmeter.ledger.check.check", _raises(KeyboardInterrupt()))
    ran = terminal("check")
    assert (ran.code, ran.err.strip()) == (130, "textmeter: Stopped.")


def _raises(error: BaseException) -> object:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_several_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    started = [_start(tmp_path, "migrate", "--json") for _ in range(3)]
    told = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0, 0, 0]
    assert [error for _, error in told] == ["", "", ""]
    applied = [json.loads(out)["applied"] for out, _ in told]
    assert sum(bool(names) for names in applied) == 1


def test_a_reader_who_goes_away_is_no_error(tmp_path: Path) -> None:
    _start(tmp_path, "migrate").communicate(timeout=120)
    lister = _start(tmp_path, "company", "list", "--json")
    assert lister.stdout is not None
    lister.stdout.close()
    assert lister.stderr is not None
    assert lister.stderr.read() == ""
    lister.wait(timeout=60)
    lister.stderr.close()


def _start(data: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "textmeter", *arguments],
        env=environment(data),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
