"""`textmeter move --to postgres://…`: an installation grows from SQLite to PostgreSQL, each time in a process
of its own."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.errors import UndefinedTable

from tests.databases import SERVER, only_postgres
from textmeter.copies.move_target import see_that_it_is_new_enough
from textmeter.copies.sqlite_rows import tables_of
from textmeter.copies.trouble import CopyTrouble
from textmeter.ledger.spots import month_of, spot_of
from textmeter.ledger.words import head

ROOT = Path(__file__).resolve().parents[2]
pytestmark = only_postgres
# Batches of few rows, so that a kill meets a table in its midst.
_MOVE = """
import sys
from textmeter.cli.ground import set_up_django
set_up_django()
import textmeter.copies.move
textmeter.copies.move.TOGETHER = 50
from textmeter.cli.main import main
main()
"""
_MORE = r"""
import django; django.setup()
from tests.scene import Role, at_ms, company, put, says, text, tracker, user
from textmeter.carriers.seen import Source, Status, TextSeen
from textmeter.ledger.customers import name_customer
from textmeter.ledger.statements import fetch, run
from textmeter.intake.connections import add_connection
from textmeter.intake.erasure import erase_customer, order_erasure
from textmeter.intake.jobs import do_jobs, order
from textmeter.intake.models import JobKind
shop, other = company("Ünter & Söhne", "America/Chicago"), company("Stranger")
line = tracker(shop, "+14045550190")
for n in range(120):
    says(shop, line, f"+1404555{n % 40:04d}", f"Grüße, Zeile {n} 'x' \\ : 日本", at="2026-03-04 09:00")
says(shop, line, "+14045550112", "STOP", at="2026-03-05 10:00")
tracker(other, "+14045550190", owns_from=at_ms(shop, "2026-03-06 09:00"))
early = TextSeen(carrier="twilio", carrier_ref="SM1", source=Source.STATUS, arrived_at=5, status=Status.SENT)
put(shop, early)
((customer, last),) = fetch("SELECT min(id), max(id) FROM ledger_customer WHERE company_id = %s", [shop.id])
name_customer(shop.id, customer, "Dana", by="maria@example.com", now=1)
person = user("maria@example.com", Role.MANAGER, shop, other)
person.last_login = django.utils.timezone.now()
person.save()
key = add_connection(shop, account_sid="AC" + "1" * 32, secret="sesame")
for n in range(130):
    url = "https://x/\0" if n == 7 else "https://x/"
    run("INSERT INTO intake_receipt"
        " (id, connection_id, company_id, what, url, headers, body, received_at, state)"
        " VALUES (%s, %s, %s, 'message', %s, '{}', %s, %s, %s)",
        [1000 + n, key.id, shop.id, url, bytes([n, 0, 92, 255]), n, n % 3])
order_erasure(shop, last, by="maria@example.com", now=at_ms(shop, "2026-03-07 09:00"))
order(JobKind.MAIL_LINK, by="maria@example.com", about="1")
do_jobs({JobKind.ERASE_CUSTOMER: erase_customer})
run("INSERT INTO intake_fetch VALUES (%s, %s, 'SM7', 1, 2, 'it''s')", [key.id, shop.id])
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation on SQLite."""
    folder = tmp_path_factory.mktemp("filled")
    assert run(folder, "demo", "--messages", 300).returncode == 0
    made = subprocess.run(
        [sys.executable, "-c", _MORE],
        env=environment(folder, DJANGO_SETTINGS_MODULE="textmeter.settings"),
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """A copy of it, for the test alone."""
    return Path(shutil.copytree(filled, tmp_path / "data"))


@pytest.fixture
def target() -> Iterator[str]:
    """The address of an empty database."""
    with a_database() as address:
        yield address


@pytest.fixture
def never_moved(tmp_path: Path) -> Iterator[str]:
    """The address of a database that was PostgreSQL from the beginning."""
    with a_database() as address:
        assert run(tmp_path / "fresh", "migrate", url=address).returncode == 0
        yield address


@contextmanager
def a_database(options: str = "") -> Iterator[str]:
    name = f"move_{os.getpid()}_{random.randrange(10**9)}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} {options}")
        yield SERVER.rpartition("/")[0] + f"/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def environment(folder: Path, url: str = "", **more: str) -> dict[str, str]:
    return os.environ | {"TEXTMETER_DATA_DIR": str(folder), "TEXTMETER_DATABASE_URL": url} | more


def run(folder: Path, *arguments: object, url: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "textmeter", *map(str, arguments)]
    return subprocess.run(
        command, env=environment(folder, url), cwd=ROOT, capture_output=True, text=True, check=False
    )


def begin_move(folder: Path, target: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _MOVE, "move", "--to", target, "--json"],
        env=environment(folder),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def moved(folder: Path, target: str) -> dict[str, Any]:
    process = begin_move(folder, target)
    out, err = process.communicate()
    assert process.returncode == 0, err
    told: dict[str, Any] = json.loads(out)
    return told


def one_line(ran: subprocess.CompletedProcess[str], code: int = 1) -> str:
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (code, "", 1), ran.stderr
    return ran.stderr


Rows = dict[str, list[tuple[Any, ...]]]


def rows_of(source: Path) -> Rows:
    with closing(sqlite3.connect(source / "textmeter.sqlite3")) as database:
        return {table: sorted_rows(database, table) for table in tables_of(database)}


def rows_at(target: str, tables: Iterable[str]) -> Rows:
    with psycopg.connect(target) as server:
        server.execute("SET TIME ZONE 'UTC'")
        return {table: sorted_rows(server, table) for table in tables}


def sorted_rows(database: Any, table: str) -> list[tuple[Any, ...]]:
    """With the columns by name: not every table has them in the same order on both."""
    found = database.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in found.description]
    order = sorted(range(len(names)), key=names.__getitem__)
    return sorted((plain(tuple(row[place] for place in order)) for row in found), key=repr)


def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same for both databases: truth as 0 and 1, instants as text, and no NUL."""
    return tuple(
        int(value)
        if isinstance(value, bool)
        else value.replace("\0", "\ufffd")
        if isinstance(value, str)
        else value
        if value is None or isinstance(value, int | bytes)
        else str(value).removesuffix("+00:00")
        for value in row
    )


def assert_same(source: Path, target: str) -> None:
    before = rows_of(source)
    assert sum(map(len, before.values())) > 1000
    filled = ("intake_receipt", "intake_fetch", "intake_job", "accounts_auditline", "ledger_early")
    assert all(before[table] for table in (*filled, "ledger_customer_words", "ledger_call"))
    after = rows_at(target, before)
    assert {table for table in before if before[table] != after[table]} == set()


def test_everything_is_there_and_the_installation_lives_on(folder: Path, target: str) -> None:
    before = rows_of(folder)
    told = moved(folder, target)
    assert (told["went_on"], told["differences"]) == (False, 0)
    assert {one["table"]: one["rows"] for one in told["tables"]} == {
        table: len(rows) for table, rows in before.items()
    }
    assert_same(folder, target)
    assert run(folder, "check", url=target).returncode == 0
    listed = [run(folder, "tracker", "list", "--json", url=url).stdout for url in ("", target)]
    assert listed[0] == listed[1] != "[]\n"
    added = subprocess.run(
        [
            sys.executable,
            "-m",
            "textmeter",
            "user",
            "add",
            "new@example.com",
            "--role",
            "admin",
            "--password-stdin",
        ],
        input="correct horse battery",
        env=environment(folder, target),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert added.returncode == 0, added.stderr  # its id is a new one
    with psycopg.connect(target) as server:
        ((shop,),) = server.execute("SELECT id FROM accounts_company WHERE name = 'Ünter & Söhne'")
        start = head(shop, month_of(spot_of(2026_03_04, 1, 1, 0)), "postgresql")
        found = server.execute(
            "SELECT count(*) FROM ledger_message_words WHERE words @@ %s::tsquery",
            [f"'{start}zeile' & '{start}grusse'"],
        )
        assert found.fetchone() == (120,)
        assert server.execute("SELECT 1 WHERE to_regclass('textmeter_move') IS NULL").fetchone()


def test_people_read_what_was_done_and_what_to_do(folder: Path, target: str, never_moved: str) -> None:
    before = (folder / "textmeter.sqlite3").read_bytes()
    ran = run(folder, "move", "--to", target.replace("textmeter@", "textmeter:sesame@"))
    assert ran.returncode == 0, ran.stderr
    assert "texts, " in ran.stdout
    assert "Everything was counted again there, and is right." in ran.stdout
    assert "TEXTMETER_DATABASE_URL=postgres://textmeter:***@127.0.0.1" in ran.stdout
    assert "sesame" not in ran.stdout + ran.stderr
    assert (folder / "textmeter.sqlite3").read_bytes() == before
    assert indexes(target) == indexes(never_moved)


def indexes(url: str) -> list[Any]:
    with psycopg.connect(url) as server:
        asked = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
        return server.execute(asked).fetchall()


def test_killed_at_random_moments_and_begun_again_it_brings_the_same_rows(folder: Path, target: str) -> None:
    rows = sum(map(len, rows_of(folder).values()))
    moments = [lambda n=n: rows_copied(target) >= n for n in sorted(random.sample(range(rows), 3))]
    moments += [
        lambda n=n: indexes_left(target) <= n for n in sorted(random.sample(range(30), 3), reverse=True)
    ]
    kills = 0
    for is_time in moments:
        kill_when(folder, target, is_time)
        if is_unfinished(target):
            kills += 1
            assert "has not come to its end" in one_line(run(folder, "company", "list", url=target))
    assert kills > 2
    if is_unfinished(target):
        assert moved(folder, target)["went_on"] is True
    assert_same(folder, target)
    assert run(folder, "check", url=target).returncode == 0


def kill_when(folder: Path, target: str, is_time: Callable[[], bool]) -> None:
    process = begin_move(folder, target)
    while process.poll() is None:
        if is_unfinished(target) and is_time():
            process.kill()
    process.communicate()


def rows_copied(target: str) -> int:
    marks = marks_of(target).items()
    return sum(json.loads(value)["rows"] for name, value in marks if name.startswith("table "))


def indexes_left(target: str) -> int:
    """Of those that were taken away; as long as rows are copied, all."""
    marks = marks_of(target)
    return sum(name.startswith("index ") for name in marks) if marks.get("prepared") else 99


def marks_of(target: str) -> dict[str, str]:
    with psycopg.connect(target) as server, suppress(UndefinedTable):
        return dict(server.execute("SELECT name, value FROM textmeter_move").fetchall())
    return {}  # the move has just come to its end


def is_unfinished(target: str) -> bool:
    with psycopg.connect(target) as server:
        return (
            server.execute("SELECT 1 WHERE to_regclass('textmeter_move') IS NOT NULL").fetchone() is not None
        )


def stop_in_the_midst(folder: Path, target: str) -> None:
    """Leaves a move unfinished, when some of the messages are there."""
    kill_when(folder, target, lambda: "table ledger_message" in marks_of(target))
    assert is_unfinished(target)


def test_what_changed_since_is_brought_too(folder: Path, target: str) -> None:
    stop_in_the_midst(folder, target)
    assert run(folder, "company", "add", "Later", "--time-zone", "America/Denver").returncode == 0
    told = moved(folder, target)
    assert told["went_on"] is False
    assert_same(folder, target)


def test_another_installation_never_goes_on_with_it(folder: Path, target: str, tmp_path: Path) -> None:
    stop_in_the_midst(folder, target)
    assert run(tmp_path / "other", "company", "add", "Other", "--time-zone", "America/Denver").returncode == 0
    ran = run(tmp_path / "other", "move", "--to", target)
    assert "another installation is on its way into it" in one_line(ran)
    assert moved(folder, target)["went_on"] is True


def test_a_database_that_holds_something_is_refused(folder: Path, target: str) -> None:
    with psycopg.connect(target, autocommit=True) as server:
        server.execute("CREATE TABLE invoices (id integer)")
        assert "not Textmeter's (invoices)" in one_line(run(folder, "move", "--to", target))
        server.execute("DROP TABLE invoices")
        assert (
            run(folder, "company", "add", "There", "--time-zone", "America/Denver", url=target).returncode
            == 0
        )
        assert "it holds companies already" in one_line(run(folder, "move", "--to", target))
        assert server.execute("SELECT name FROM accounts_company").fetchall() == [("There",)]
        server.execute("DELETE FROM accounts_company")
    assert moved(folder, target)["differences"] == 0  # tables without anybody in them are no hindrance
    assert "it holds companies already" in one_line(run(folder, "move", "--to", target))


@pytest.mark.parametrize(
    ("address", "code", "told"),
    [
        ("sqlite:///x", 2, "Write it like postgres://user:password@host:5432/database."),
        ("postgres://u:geheim@h:port/db", 2, "--to is postgres://u:***@h:port/db."),
        ("postgres://127.0.0.1:1/db", 1, "can't be reached: connection failed"),
        (SERVER.replace("textmeter@", "nobody_here@"), 1, 'role "nobody_here" does not exist'),
        (SERVER.rpartition("/")[0] + "/nowhere", 1, 'database "nowhere" does not exist'),
    ],
)
def test_an_address_that_leads_nowhere_is_said_in_one_line(
    folder: Path, address: str, code: int, told: str
) -> None:
    err = one_line(run(folder, "move", "--to", address), code)
    assert told in err
    assert "geheim" not in err


def test_a_user_without_rights_and_a_wrong_encoding_are_said(folder: Path, target: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute("DROP ROLE IF EXISTS bystander; CREATE ROLE bystander LOGIN")
        err = one_line(run(folder, "move", "--to", target.replace("textmeter@", "bystander@")))
        assert "the user bystander may make no tables in it" in err
        server.execute("DROP ROLE bystander")
    with a_database("ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0") as ascii_only:
        assert "its encoding is SQL_ASCII" in one_line(run(folder, "move", "--to", ascii_only))


def test_an_old_server_is_refused() -> None:
    see_that_it_is_new_enough(150_000)
    with pytest.raises(CopyTrouble, match="it is PostgreSQL 14, and 15 or newer is needed"):
        see_that_it_is_new_enough(140_019)


def test_nothing_may_run_on_either(folder: Path, target: str) -> None:
    (folder / "serve.json").write_text(json.dumps({"pid": os.getpid(), "url": "http://127.0.0.1:8000"}))
    assert "A server (http://127.0.0.1:8000) runs on" in one_line(run(folder, "move", "--to", target))
    (folder / "serve.json").unlink()
    with closing(sqlite3.connect(folder / "textmeter.sqlite3", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert "can't be read alone" in one_line(run(folder, "move", "--to", target))
        writer.execute("ROLLBACK")
    with psycopg.connect(target, application_name="textmeter"):
        assert "another process of Textmeter is connected to it" in one_line(
            run(folder, "move", "--to", target)
        )
    assert "is on PostgreSQL already" in one_line(run(folder, "move", "--to", target, url=SERVER))
