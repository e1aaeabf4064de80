"""A database file that is moved away or replaced under a running process."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from tests.databases import only_sqlite
from textmeter.intake.database_file import leave_a_file_that_is_gone


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_file_that_was_put_elsewhere_is_noticed_and_its_return_too() -> None:
    leave_a_file_that_is_gone()
    name = str(connection.settings_dict["NAME"])
    aside = Path(name + ".aside")
    Path(name).rename(aside)
    try:
        with pytest.raises(FileNotFoundError):
            leave_a_file_that_is_gone()
        answer = Client().get("/readyz", headers={"host": "localhost"})
    finally:
        aside.rename(name)
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["The database can't be read."]
    leave_a_file_that_is_gone()
    reasons = Client().get("/readyz", headers={"host": "localhost"}).json()["reasons"]
    assert reasons == ["The worker is not running."]


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_file_that_took_another_s_place_is_opened_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_a_file_that_is_gone()
    connection.ensure_connection()
    other = tmp_path / "other.sqlite3"
    other.touch()
    with monkeypatch.context() as there:
        there.setitem(connection.settings_dict, "NAME", str(other))
        leave_a_file_that_is_gone()
        assert connection.connection is None
    leave_a_file_that_is_gone()
