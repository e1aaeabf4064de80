"""Every statement of the ledger and of reports, as the server runs it, needs the shards of one company: so a
cluster answers it on one machine. Held on tables that PostgreSQL itself splits by company (stand_in.sql), for
its planner knows through which joins a company reaches a table, and a reading of the text doesn't."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.citus.cluster import Asked, become_coordinator, statements
from tests.citus.whole_life import whole_life
from tests.databases import only_postgres
from tests.scene import company, says, tracker
from textmeter.accounts.models import Company
from textmeter.ledger.distribution import distribute
from textmeter.ledger.many_rows import run_together
from textmeter.ledger.statements import fetch, run

pytestmark = [pytest.mark.django_db, only_postgres]
ROOT = Path(__file__).parents[2] / "textmeter"
ASKING = {"fetch", "fetch_one", "run", "run_many", "stream", "stream_on"}

# Not on a message's way: looks after what an interruption left, of every company. A cluster answers it too.
OF_ALL_COMPANIES = {"SELECT company_id, zone, done_to FROM ledger_rebuild ORDER BY company_id"}
# SQLite alone, or its index; and what a migration counts once, of all companies.
ELSEWHERE = {
    ("reports/conversation_lines.py", "_by_keys"),
    ("reports/conversation_lines.py", "_parts"),
    ("ledger/search_check.py", "_of_index"),
    ("ledger/search_check.py", "_texts"),
    ("ledger/search_check.py", "_companies"),  # of all companies, only when none is named
    ("reports/found_in_sqlite.py", "found_in_sqlite"),
    ("reports/found_in_sqlite.py", "_listed"),
    ("reports/found_in_sqlite.py", "_newcomers"),
    ("reports/search_texts.py", "_words_beginning"),
    ("reports/statements.py", "planned_for_many"),  # settings of the session alone
    ("reports/statements.py", "_set"),
    ("reports/search_texts.py", "bars_in_sqlite"),
    ("ledger/customer_parts.py", "put_parts"),  # many rows by COPY, each with its company
    ("ledger/search_index.py", "give_spots"),
    ("ledger/search_index.py", "_spots"),
    ("ledger/search_index.py", "index_texts"),
    ("ledger/search_index.py", "begin_words"),
    ("ledger/search_index.py", "index_customers"),
    ("ledger/search_index.py", "_companies"),
    ("ledger/conversation_counts.py", "count_everything"),
    ("ledger/new_customers.py", "count_everyone"),
    ("ledger/planner.py", "grew"),  # statistics, and what the planner believes by them
    ("ledger/planner.py", "believed_rows"),
}


@pytest.fixture(scope="module")
def asked(django_db_setup: None, django_db_blocker: Any) -> list[Asked]:
    """What a company's whole life asks, beside another company's."""
    with django_db_blocker.unblock(), transaction.atomic():
        become_coordinator()
        with statements() as caught:
            distribute()
            whole_life()
        transaction.set_rollback(True)
    return caught


def spread(asked: list[Asked]) -> list[Asked]:
    return [one for one in asked if one.tables]


def test_each_statement_needs_the_shards_of_one_company(asked: list[Asked]) -> None:
    several = {one.text for one in spread(asked) if len(one.shards) > 1}
    assert several == OF_ALL_COMPANIES


def test_none_joins_what_is_spread_with_what_stands_on_one_machine(
    asked: list[Asked],
) -> None:
    joined = {(one.text, one.others) for one in spread(asked) if one.others - {"ledger_number_owner"}}
    assert joined == set()


def test_none_moves_a_row_to_another_company(asked: list[Asked]) -> None:
    assert [one.text for one in spread(asked) if moves_a_company(one.text)] == []


def test_an_upsert_calls_no_function_and_nothing_waits_for_rows_of_others(asked: list[Asked]) -> None:
    upserts = {one.text for one in spread(asked) if "DO UPDATE" in one.text}
    assert len(upserts) > 8
    assert [text for text in upserts if calls_in_upsert(text) - {"coalesce", "greatest", "least"}] == []
    assert [one.text for one in asked if re.search(r"SKIP LOCKED|\bMERGE\b", one.text)] == []


def test_every_function_that_asks_the_database_was_heard(asked: list[Asked]) -> None:
    """So that the tests above know of every statement."""
    heard = {function for one in asked for function in one.functions}
    missing = set(asking_functions()) - heard - ELSEWHERE
    assert sorted(missing) == []
    assert len(spread(asked)) > 500
    assert {table for one in asked for table in one.tables} >= ledger_tables()


@pytest.fixture
def cluster(db: None) -> Company:
    become_coordinator()
    distribute()
    shop = company()
    says(shop, tracker(shop), "+14045550112", "Hello", "2026-03-04 09:00")
    return shop


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM ledger_message",
        "SELECT 1 FROM ledger_message m JOIN ledger_customer c ON c.id = m.customer_id"
        " WHERE m.company_id = {}",
        "UPDATE ledger_message SET body = 'x' WHERE id = 5",
        "DELETE FROM ledger_early WHERE kind = 'text'",
        "SELECT 1 FROM ledger_message m WHERE m.company_id = {} AND EXISTS"
        " (SELECT 1 FROM ledger_call c WHERE c.customer_id = m.customer_id)",
    ],
)
def test_a_statement_without_the_company_would_be_noticed(cluster: Company, sql: str) -> None:
    with statements() as caught:
        run(sql.format(cluster.id), [])
    assert len(caught[0].shards) == 8


@pytest.mark.parametrize(
    "ask",
    [
        lambda shop: fetch("SELECT body FROM ledger_message WHERE company_id = %s", [shop.id]),
        lambda shop: run_together(
            "UPDATE ledger_message SET body = %s WHERE company_id = %s AND id = %s", [("x", shop.id, 5)]
        ),
        lambda shop: fetch(
            "SELECT 1 FROM ledger_message m, ledger_call c"
            " WHERE m.company_id = %s AND c.company_id = m.company_id",
            [shop.id],
        ),
    ],
)
def test_one_with_the_company_needs_one_shard_by_whatever_cursor(
    cluster: Company, ask: Callable[[Company], object]
) -> None:
    with statements() as caught:
        ask(cluster)
    assert [len(one.shards) for one in caught] == [1]


def test_a_join_with_a_table_that_isn_t_spread_would_be_noticed(cluster: Company) -> None:
    with statements() as caught:
        fetch(
            "SELECT 1 FROM accounts_company a JOIN ledger_message m ON m.company_id = a.id WHERE a.id = %s",
            [cluster.id],
        )
    assert caught[0].others == {"accounts_company"}


def test_the_marks_of_bad_statements_are_known() -> None:
    assert moves_a_company("UPDATE ledger_call SET seconds = 1, company_id = 5 WHERE company_id = 4")
    assert not moves_a_company("UPDATE ledger_call SET seconds = 1 WHERE company_id = 4")
    assert calls_in_upsert("INSERT … ON CONFLICT (id) DO UPDATE SET at = now(), n = excluded.n + (1)") == {
        "now"
    }
    assert ("ledger/changes.py", "bump_change") in asking_functions()


def moves_a_company(text: str) -> bool:
    changed = re.search(r"\bSET\b(.*?)(\bWHERE\b|$)", text, re.DOTALL)
    return bool(changed and re.search(r"\bcompany_id\s*=", changed[1]))


def calls_in_upsert(text: str) -> set[str]:
    return set(re.findall(r"\b([a-z_]+)\s*\(", text.split("DO UPDATE", 1)[1].lower())) - {
        "and",
        "or",
        "in",
        "set",
    }


def asking_functions() -> Iterator[tuple[str, str]]:
    for path in [*(ROOT / "ledger").glob("*.py"), *(ROOT / "reports").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name not in ASKING:
                called = {
                    one.func.id
                    for one in ast.walk(node)
                    if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)
                }
                if called & ASKING:
                    yield str(path.relative_to(ROOT)), node.name


def ledger_tables() -> set[str]:
    made = (ROOT / "ledger/sql").glob("schema*.sql")
    tables = {name for path in made for name in re.findall(r"CREATE TABLE (ledger_\w+)", path.read_text())}
    return tables - {"ledger_number_owner"}
