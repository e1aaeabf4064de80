"""`kill -9` at every step: a backup or none, a whole installation or a fresh one.

A child dies at its first step that the system sees (a file opened for writing, locked, renamed, removed, a
database opened), another one at its second, and so on, until one comes through.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.copies.original import Original, all_rows, names_in, python, told

STEPS = """
import os, shutil, signal, sys
from pathlib import Path
import django; django.setup()
from django.conf import settings
from django.db import connections
from textmeter.copies.backup import back_up
from textmeter.copies.restore import restore

SEEN = {{"os.rename", "os.remove", "fcntl.flock", "sqlite3.connect"}}

def die_at(step):
    steps = 0
    def saw(event, arguments):
        nonlocal steps
        writes = event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR)
        if event in SEEN or writes:
            steps += 1
            if steps > step:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(saw)

def nothing(done, total):
    pass

rest = []
for step in range(200):
    {prepare}
    child = os.fork()
    if not child:
        connections.close_all()
        die_at(step)
        {act}
        os._exit(0)
    _, status = os.waitpid(child, 0)
    {look}
    if not status:
        break
print(json.dumps(rest))
"""


def killed_at_every_step(folder: Path, prepare: str, act: str, look: str) -> list[str]:
    """What `look` appended to `rest` after each."""
    code = "import json\n" + STEPS.format(prepare=prepare, act=act, look=look)
    return list(json.loads(python(folder, code)))


def test_a_backup_that_is_killed_leaves_no_half_file(original: Original, tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    rest = killed_at_every_step(
        original.installation.folder,
        prepare=f"path = Path({str(path)!r})",
        act="back_up(path, replace=True, report=nothing)",
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
    import sqlite3
    there, key = 0, (settings.DATA_DIR / 'secret.key').read_text()
    database = settings.DATA_DIR / 'textmeter.sqlite3'
    if database.exists() and database.stat().st_size:
        opened = sqlite3.connect(database)
        there = opened.execute('SELECT count(*) FROM accounts_company').fetchone()[0]
        opened.close()
    rest.append([there, key])
    if there and status:
        break
"""
    rest = killed_at_every_step(
        data, prepare="", act=f"restore(Path({str(backup)!r}), nothing)", look=look.strip()
    )
    assert len(rest) > 10
    right = (original.installation.folder / "secret.key").read_text()
    assert {there for there, _ in rest} == {0, 2}
    assert [there for there, _ in rest[:-1]] == [0] * (len(rest) - 1)
    assert rest[-1] == [2, right]
    assert all_rows(data) == all_rows(original.installation.folder)
    told(data, "company", "list")
    assert names_in(data) <= {"secret.key", "textmeter.sqlite3", "migrate.lock", "errors.log"}
