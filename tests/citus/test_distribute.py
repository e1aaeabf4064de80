"""`textmeter distribute`, held against a stand-in for Citus (stand_in.sql)."""

from __future__ import annotations

import pytest
from django.db import Error, transaction

from tests.citus.cluster import become_coordinator
from tests.cli.terminal import Terminal
from tests.databases import only_postgres, only_sqlite
from tests.ledger.rows import rows
from tests.scene import answers, company, says, tracker
from textmeter.ledger.check import check
from textmeter.ledger.distribution import COMPANY, FIRST, NoCluster, distribute, take_new_tables_along
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.trackers import owners_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


@pytest.fixture
def coordinator() -> None:
    become_coordinator()


def spread() -> dict[str, tuple[str, str]]:
    asked = "SELECT table_name::text, citus_table_type, distribution_column FROM citus_tables"
    return {row[0]: (row[1], row[2]) for row in fetch(asked, [])}


@only_sqlite
def test_on_sqlite_one_line_says_what_to_do(terminal: Terminal) -> None:
    ran = terminal("distribute")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "runs on SQLite" in ran.err
    assert "textmeter move --to postgres://" in ran.err


@only_postgres
def test_without_the_extension_one_line_says_what_to_do(terminal: Terminal) -> None:
    ran = terminal("distribute")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "has no Citus extension" in ran.err


@only_postgres
def test_an_old_citus_is_refused(coordinator: None) -> None:
    run("UPDATE pg_extension SET extversion = '11.1-1' WHERE extname = 'citus'", [])
    with pytest.raises(NoCluster, match=r"Citus 11\.1-1; it takes 11\.2"):
        distribute()


@only_postgres
def test_the_ledger_is_spread_by_company_and_nothing_else(coordinator: None, terminal: Terminal) -> None:
    told = terminal("distribute", "--json").json
    kinds = {one["table"]: one["kind"] for one in told}
    by_company = {table for table, kind in kinds.items() if kind == "distributed"}
    assert by_company >= {"ledger_message", "ledger_message_words", "ledger_conversation", "ledger_tracker"}
    assert {table for table, kind in kinds.items() if kind == "reference"} == {"ledger_number_owner"}
    local = {table for table, kind in kinds.items() if kind == "local"}
    assert local == {table for table in kinds if not table.startswith("ledger_")} >= {"intake_receipt"}
    assert {one["table"] for one in told if one["new"]} == by_company | {"ledger_number_owner"}
    everywhere = {"ledger_number_owner": ("reference", "<none>")}
    assert spread() == dict.fromkeys(by_company, ("distributed", "company_id")) | everywhere
    groups = fetch(
        "SELECT DISTINCT colocation_id FROM citus_tables WHERE citus_table_type = 'distributed'", []
    )
    assert len(groups) == 1


@only_postgres
def test_twice_changes_nothing(coordinator: None, terminal: Terminal) -> None:
    terminal("distribute")
    before = spread()
    told = terminal("distribute", "--json").json
    assert not any(one["new"] for one in told)
    assert spread() == before
    assert "Everything was spread already." in terminal("distribute").out


@only_postgres
def test_what_was_there_is_there_afterwards_and_not_twice_on_disk(coordinator: None) -> None:
    shop, other = company(), company("Stranger & Sons")
    line, theirs = tracker(shop), tracker(other, "+14045550190")
    says(shop, line, "+14045550112", "Hello", "2026-03-04 09:00")
    says(other, theirs, "+14045550112", "Secret", "2026-03-04 09:00")
    before = rows(shop), rows(other)
    distribute()
    assert (rows(shop), rows(other)) == before
    assert fetch("SELECT count(*) FROM citus_stand_in.left_behind", []) == [(0,)]
    answers(shop, line, "+14045550112", "Hi!", "2026-03-04 09:05")
    assert check() == []
    assert owners_of([line.number])


@only_postgres
def test_after_an_interruption_it_goes_on(coordinator: None) -> None:
    distribute()
    whole = spread()
    run("ALTER TABLE ledger_tracker RENAME TO ledger_away", [])
    run("CREATE TABLE ledger_tracker (LIKE ledger_away INCLUDING ALL)", [])
    run("DELETE FROM citus_stand_in.pg_dist_partition WHERE logicalrelid = 'ledger_away'::regclass", [])
    run("DROP TABLE ledger_away", [])
    assert [one.table for one in distribute() if one.is_new] == ["ledger_tracker"]
    assert spread() == whole


@only_postgres
def test_a_table_that_a_migration_makes_anew_lies_beside_the_others_again(coordinator: None) -> None:
    distribute()
    whole = spread()
    run(f"CREATE TABLE ledger_made (LIKE {FIRST} INCLUDING ALL)", [])
    run("DELETE FROM citus_stand_in.pg_dist_partition WHERE logicalrelid = %s::regclass", [FIRST])
    run(f"DROP TABLE {FIRST}", [])
    run(f"ALTER TABLE ledger_made RENAME TO {FIRST}", [])
    take_new_tables_along()
    assert spread() == whole
    groups = fetch(
        "SELECT DISTINCT colocation_id FROM citus_tables WHERE distribution_column = %s", [COMPANY]
    )
    assert len(groups) == 1


@only_postgres
def test_tables_of_later_migrations_are_taken_along(coordinator: None) -> None:
    make = "CREATE TABLE {} (company_id integer, id bigint, PRIMARY KEY (company_id, id))"
    run(make.format("ledger_before"), [])
    take_new_tables_along()
    assert spread() == {}  # nothing is spread unless somebody asked for it
    distribute()
    run(make.format("ledger_later"), [])
    run("CREATE TABLE intake_later (id bigint PRIMARY KEY)", [])
    take_new_tables_along()
    assert spread()["ledger_later"] == ("distributed", "company_id")
    assert "intake_later" not in spread()


@only_postgres
def test_a_table_that_somebody_spread_in_another_way_is_said(coordinator: None, terminal: Terminal) -> None:
    fetch("SELECT create_reference_table('ledger_tracker')", [])
    ran = terminal("distribute")
    assert ran.code == 1
    assert "ledger_tracker is spread in another way already (reference, by <none>)" in ran.err
    assert "ledger_message" not in spread()


@only_postgres
@pytest.mark.parametrize(
    ("table", "refusal"),
    [
        ("company_id integer, id bigint, PRIMARY KEY (id), UNIQUE (company_id)", "cannot create constraint"),
        ("company_id bigint, id bigint, PRIMARY KEY (company_id, id)", "cannot colocate tables"),
        (
            "company_id integer, user_id bigint REFERENCES accounts_user, PRIMARY KEY (company_id)",
            "cannot create foreign key constraint",
        ),
    ],
)
def test_what_citus_would_refuse_the_stand_in_refuses(coordinator: None, table: str, refusal: str) -> None:
    distribute()
    run(f"CREATE TABLE ledger_wrong ({table})", [])
    with pytest.raises(Error, match=refusal), transaction.atomic():
        fetch("SELECT create_distributed_table('ledger_wrong', %s, colocate_with => %s)", [COMPANY, FIRST])


@only_postgres
def test_a_trigger_is_refused_in_one_line(coordinator: None, terminal: Terminal) -> None:
    run("CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'", [])
    run("CREATE TRIGGER odd BEFORE INSERT ON ledger_message FOR EACH ROW EXECUTE FUNCTION nothing()", [])
    with transaction.atomic():
        ran = terminal("distribute")
        transaction.set_rollback(True)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "Citus refused it" in ran.err
    assert "triggers" in ran.err
