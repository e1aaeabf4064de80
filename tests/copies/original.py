"""The installation that tests copy: two companies with texts, a connection with its secret, a manager."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.terminal import environment
from tests.databases import SERVER, rows_of
from tests.end_to_end.installation import PASSWORD, TOKEN, Installation

ROOT = Path(__file__).resolve().parents[2]
EMAIL = "manager@example.com"
LINE, CUSTOMER = "+14045550180", "+14045550112"
_FILL = f"""
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.scene import Role, answers, company, says, tracker, user
from textmeter.intake.connections import add_connection
shop, other = company("Piedmont Dental"), company("Other", "America/Chicago")
line = tracker(shop, {LINE!r}, "Google Ads")
says(shop, line, {CUSTOMER!r}, "Can I come on Friday?", at="2026-03-04 09:00")
answers(shop, line, {CUSTOMER!r}, "Friday at ten is free.", at="2026-03-04 09:05")
says(shop, line, "+14045550113", "STOP", at="2026-03-05 10:00")
says(other, tracker(other, "+14045550181"), {CUSTOMER!r}, "A text of another company", at="2026-03-04 09:00")
user({EMAIL!r}, Role.MANAGER, shop, password={PASSWORD!r})
key = add_connection(shop, account_sid="AC" + "1" * 32, secret={TOKEN!r}).key
print(shop.id, other.id, key)
"""


@dataclass
class Original:
    installation: Installation
    shop: str
    other: str
    key: str


def make_original(folder: Path, **more: str) -> Original:
    return Original(Installation(folder), *python(folder, _FILL, **more).split())


def python(folder: Path, code: str, **more: str) -> str:
    """Runs the code beside an installation, in a process of its own."""
    settings = {"DJANGO_SETTINGS_MODULE": "textmeter.settings", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=ROOT,
        env=environment(folder, **settings, **more),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def all_rows(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, those below the search index among them."""
    names = rows_of(folder, _TABLES_OF_POSTGRES if SERVER else _TABLES_OF_SQLITE)
    tables = {name: rows_of(folder, f'SELECT * FROM "{name}"') for (name,) in sorted(names)}
    return {name: sorted(table, key=repr) for name, table in tables.items()}


_TABLES_OF_SQLITE = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
_TABLES_OF_POSTGRES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


def ran(folder: Path, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    """`textmeter …` with all that it said, but for the progress that a busy machine shows."""
    command = [sys.executable, "-m", "textmeter", *map(str, arguments)]
    done = subprocess.run(
        command, check=False, env=environment(folder, **more), capture_output=True, text=True
    )
    done.stderr = re.sub(r"^(Backing up|Reading|Restoring): \d+%\n", "", done.stderr, flags=re.MULTILINE)
    return done


def told(folder: Path, *arguments: object, **more: str) -> Any:
    """The JSON of a command that succeeds."""
    done = ran(folder, *arguments, "--json", **more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refused(folder: Path, *arguments: object, **more: str) -> str:
    """The one line of a command that fails."""
    done = ran(folder, *arguments, **more)
    assert (done.returncode, done.stdout) == (1, ""), done.stdout + done.stderr
    assert done.stderr.startswith("textmeter: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.removeprefix("textmeter: ").rstrip()


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
