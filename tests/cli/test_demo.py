"""`textmeter demo`: a sample that stays, is made anew on demand, and goes whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.cli.terminal import Terminal
from tests.scene import company
from textmeter.accounts.models import Company, Role, User
from textmeter.cli import demo


@pytest.fixture(autouse=True)
def _data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)


def test_the_same_sample_and_sign_in_are_found_again(terminal: Terminal) -> None:
    first = terminal("demo", "--messages", 60, "--json").json
    assert (first["messages"], first["seed"], first["email"]) == (60, 1, "demo@example.com")
    assert User.objects.get().check_password(first["password"])
    assert first["id"] == first["company"] == str(Company.objects.get().id)
    assert terminal("demo", "--json").json == first
    assert first["password"] in terminal("demo").out
    assert terminal("check").code == 0


def test_another_size_or_seed_makes_another_sample(terminal: Terminal) -> None:
    first = terminal("demo", "--messages", 60, "--json").json
    second = terminal("demo", "--messages", 60, "--seed", 2, "--json").json
    assert second["company"] != first["company"]
    assert second["password"] == first["password"]
    assert [str(one.id) for one in Company.objects.all()] == [second["company"]]


def test_one_that_ended_days_ago_is_filled_anew_for_a_live_demo(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "MESSAGES", 60)
    first = demo.filled(None, None, fresh=True)
    assert demo.filled(None, None, fresh=True) == first
    monkeypatch.setattr(demo, "STALE_AFTER", -1)
    assert demo.filled(None, None, fresh=False) == first
    assert demo.filled(None, None, fresh=True).company != first.company


def test_the_demos_person_is_admin_only_where_nothing_else_is(terminal: Terminal) -> None:
    terminal("demo", "--messages", 60)
    assert User.objects.get().role == Role.ADMIN
    terminal("demo", "--remove")
    own = company("Own")
    made = terminal("demo", "--messages", 60, "--json").json
    person = User.objects.get()
    assert (person.role, [str(one.id) for one in person.companies.all()]) == ("manager", [made["company"]])
    terminal("demo", "--remove")
    assert list(Company.objects.all()) == [own]


def test_removing_leaves_nothing(terminal: Terminal) -> None:
    terminal("demo", "--messages", 60)
    assert terminal("demo", "--remove").out == "The sample is gone.\n"
    assert terminal("demo", "--remove").out == "There was no sample.\n"
    assert (Company.objects.count(), User.objects.count()) == (0, 0)
    with connection.cursor() as cursor:
        for table in (
            "ledger_message",
            "ledger_call",
            "ledger_customer",
            "ledger_tracker",
            "ledger_conversation",
        ):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)
    assert terminal("demo", "--remove", "--live").code == 2
