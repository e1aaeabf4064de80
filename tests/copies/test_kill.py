"""`kill -9` at every step: a backup or none, a whole installation or a fresh one.

A child dies at its first step that shows (a file opened for writing, locked, renamed, removed, a database
opened, progress told), another one at its second, and so on, until one comes through.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.copies.original import Original, all_rows, names_in, python, told
from tests.databases import SERVER

STEPS = """
import os, shutil, signal, sys
from pathlib import Path
import django; django.setup()
from django.conf import settings
from django.db import connections
from tests.cli.terminal import wait_for
from tests.databases import SERVER, rows_of
from textmeter.copies.backup import back_up
from textmeter.copies.restore import restore

SEEN = {{"os.rename", "os.remove", "fcntl.flock", "sqlite3.connect"}}

left = 0

def step_on(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

def saw(event, arguments):
    writes = event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR)
    if event in SEEN or writes:
        step_on()

def is_gone():
    sessions = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    return not SERVER or rows_of(settings.DATA_DIR, sessions) == [(1,)]  # the one that asks

rest = []
for step in range(0, 200, {stride}):
    {prepare}
    connections.close_all()
    child = os.fork()
    if not child:
        left = step
        sys.addaudithook(saw)
        {act}
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), "it failed"
    wait_for(is_gone, "the database to notice")
    {look}
    if not status:
        break
print(json.dumps(rest))
"""


def killed_at_every_step(folder: Path, prepare: str, act: str, look: str, stride: int = 1) -> list[str]:
    """What `look` appended to `rest` after each."""
    code = "import json\n" + STEPS.format(prepare=prepare, act=act, look=look, stride=stride)
    return list(json.loads(python(folder, code)))


def test_a_backup_that_is_killed_leaves_no_half_file(original: Original, tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    rest = killed_at_every_step(
        original.installation.folder,
        prepare=f"path = Path({str(path)!r})",
        act="back_up(path, replace=True, report=step_on)",
        look="rest.append('whole' if path.exists() and path.stat().st_size > 1000 else str(path.exists()))",
    )
    assert len(rest) > 10
    assert set(rest) == {"False", "whole"}
    assert rest == sorted(rest), "it was there once, and gone afterwards"
    told(tmp_path / "new", "restore", path)
    assert all_rows(tmp_path / "new") == all_rows(original.installation.folder)
    assert names_in(tmp_path) == {"backup.zip", "new"}, "what the killed ones left was swept away"


@pytest.mark.parametrize("fresh", [False, True], ids=["an empty folder", "a database without companies"])
def test_a_restore_that_is_killed_leaves_nothing_or_all(
    fresh: bool, original: Original, backup: Path, tmp_path: Path
) -> None:
    """All: every row, and the key that opens the secrets. Nothing: the next restore goes through."""
    data = tmp_path / "data"
    if fresh:
        told(data, "migrate")
    look = """
    try:
        there = rows_of(settings.DATA_DIR, 'SELECT count(*) FROM accounts_company')[0][0]
    except Exception:  # no table yet, or no database
        there = 0
    rest.append([there, (settings.DATA_DIR / 'secret.key').read_text()])
    if there and status:
        break
"""
    rest = killed_at_every_step(
        data,
        prepare="",
        act=f"restore(Path({str(backup)!r}), step_on)",
        look=look.strip(),
        # Making all of PostgreSQL's tables anew for every step would take minutes.
        stride=5 if SERVER and not fresh else 1,
    )
    assert len(rest) > 5
    right = (original.installation.folder / "secret.key").read_text()
    assert {there for there, _ in rest} == {0, 2}
    assert [there for there, _ in rest[:-1]] == [0] * (len(rest) - 1)
    assert rest[-1] == [2, right]
    assert all_rows(data) == all_rows(original.installation.folder)
    told(data, "company", "list")
    assert names_in(data) <= {"secret.key", "textmeter.sqlite3", "migrate.lock", "errors.log"}
