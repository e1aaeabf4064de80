"""A database that the first release made, with data, comes up to date: by itself, and out of a backup.

`dump.py` says how the dumps were made, on each kind of database by the first version that ran on it.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.cli.terminal import served
from tests.copies.original import python, told
from tests.databases import SERVER, database_url, rows_of
from tests.end_to_end.installation import Installation

DUMPS = Path(__file__).parent
COMPANY = "Piedmont Dental"
TEXTS = [
    ("inbound", "+14045550112", "Imported"),
    ("outbound", "+14045550112", "Yes?"),
    ("inbound", "+14045550112", "Is anybody there?"),
    ("outbound", "+14045550112", ""),  # known only by its status
]
WORK = "import django; django.setup()\nfrom textmeter.intake.worker import work_once\nprint(work_once())"


@pytest.fixture
def first_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Its key opens the secrets that are in the dump."""
    monkeypatch.setenv("TEXTMETER_SECRET_KEY", "the first release's key")
    folder = tmp_path / "first"
    folder.mkdir()
    if SERVER:
        with psycopg.connect(database_url(folder)) as database:
            database.execute((DUMPS / "0.1_postgresql.sql").read_bytes())
    else:
        with closing(sqlite3.connect(folder / "textmeter.sqlite3")) as database:
            database.executescript((DUMPS / "0.1_sqlite.sql").read_text())
    return Installation(folder)


def test_the_first_release_s_database_comes_up_to_date(first_release: Installation) -> None:
    """Nothing is lost on the way, and what was waiting is applied."""
    before = rows_of(first_release.folder, "SELECT id, body FROM ledger_message ORDER BY id")
    assert len(before) > 100
    told(first_release.folder, "migrate")
    assert rows_of(first_release.folder, "SELECT id, body FROM ledger_message ORDER BY id") == before
    is_as_it_was(first_release)


def test_a_backup_of_the_first_release_is_restored(first_release: Installation, tmp_path: Path) -> None:
    """Taken before anything was brought up to date."""
    first_release.cli("backup", tmp_path / "backup.zip")
    new = Installation(tmp_path / "new")
    assert told(new.folder, "restore", tmp_path / "backup.zip")["key"] == "opens"
    is_as_it_was(new)


def is_as_it_was(house: Installation) -> None:
    assert told(house.folder, "check") == {"differences": []}
    companies = {one["name"]: one["id"] for one in told(house.folder, "company", "list")}
    assert set(companies) == {"Piedmont Dental (sample)", COMPANY, "Elm Street Auto"}
    assert told(house.folder, "user", "list")[1]["companies"] == [companies[COMPANY]]
    with served(house.folder, "--no-worker") as (_, house.url):
        manager = house.signed_in("manager@example.com")
        page = manager.conversations(companies[COMPANY], range="all_time")
        assert "(404) 555-0112" in page
        assert manager.http.get(f"/c/{companies['Elm Street Auto']}/").status_code == 404
        export = manager.http.get(
            f"/c/{companies[COMPANY]}/analytics/activity/text-conversations/messages.csv?range=all_time"
        ).text
    rows = csv.DictReader(io.StringIO(export, newline=""))
    assert [(row["direction"], row["customer_number"], row["body"]) for row in rows] == TEXTS
    assert python(house.folder, WORK) == "1"
    assert "Waits for the worker" in [
        body for (body,) in rows_of(house.folder, "SELECT body FROM ledger_message")
    ]
    assert told(house.folder, "check") == {"differences": []}
    assert [one["reason"] for one in told(house.folder, "quarantine", "list")] == ["unknown_number"]
