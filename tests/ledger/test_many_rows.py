"""Many rows at a time are the same as one after the other, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from textmeter.ledger.statements import fetch, fetch_in, run_many

pytestmark = pytest.mark.django_db

ODD = [
    "",
    "{}",
    "NULL",
    "null",
    'say "hi"',
    "a\\b",
    'a\\\\"b',
    "a,b",
    "tab\tend",
    "two\nlines\r\n",
    "\\N",
    "é👍§",
]


@pytest.fixture(autouse=True)
def table(db: None) -> Iterator[None]:
    with transaction.atomic():
        blob = "bytea" if connection.vendor == "postgresql" else "blob"
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE odd (company_id integer, id bigint, said text, body {blob},"
                " PRIMARY KEY (company_id, id))"
            )
        yield
        transaction.set_rollback(True)


def rows() -> list[tuple[Any, ...]]:
    found = fetch("SELECT company_id, id, said, body FROM odd ORDER BY company_id, id", [])
    return [(company, id, said, None if body is None else bytes(body)) for company, id, said, body in found]


ALL: list[tuple[int, int, str | None, bytes | None]] = [
    *((1, 2**62 + place, said, said.encode()) for place, said in enumerate(ODD)),
    (2, -5, None, None),
    (2, 7, "two", b"\x00\\x\xff"),
]
INSERT = "INSERT INTO odd (company_id, id, said, body) VALUES (%s,%s,%s,%s)"


def test_values_arrive_as_they_are() -> None:
    run_many(INSERT, ALL)
    assert rows() == sorted(ALL)


def test_an_upsert_over_what_is_there() -> None:
    run_many(INSERT, [(company, id, "old", b"old") for company, id, _, _ in ALL[::2]])
    run_many(
        f"{INSERT} ON CONFLICT (company_id, id) DO UPDATE SET said = excluded.said, body = excluded.body", ALL
    )
    assert rows() == sorted(ALL)


def test_an_expression_and_a_constant_among_the_values() -> None:
    sql = "INSERT INTO odd (company_id, id, said) VALUES (7, %s, coalesce(%s, 'none')) ON CONFLICT DO NOTHING"
    run_many(sql, [(1, "a"), (2, None)])
    assert rows() == [(7, 1, "a", None), (7, 2, "none", None)]


@pytest.mark.parametrize("companies", [(1,), (1, 2)])
def test_updates_and_deletes_by_key_leave_other_rows_alone(companies: tuple[int, ...]) -> None:
    run_many(INSERT, [(company, id, "old", None) for company in (1, 2) for id in range(4)])
    changed = [(f"new {company}", company, id) for company in companies for id in (1, 2)]
    run_many("UPDATE odd SET said = %s WHERE company_id = %s AND id = %s", changed)
    assert [(row[2], *row[:2]) for row in rows() if row[2] != "old"] == changed
    run_many("DELETE FROM odd WHERE company_id = %s AND id = %s", [row[1:] for row in changed])
    assert {row[:2] for row in rows()} == {
        (company, id) for company in (1, 2) for id in range(4) if company not in companies or id in (0, 3)
    }


def test_two_rows_of_one_key_are_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        run_many(INSERT, [(1, 1, "a", None), (1, 1, "b", None)])
    assert rows() == []


def test_rows_of_many_values_come_whatever_their_number() -> None:
    run_many(INSERT, [(company, id, "old", None) for company in (1, 2) for id in range(1, 1202)])
    sql = "SELECT id FROM odd WHERE company_id = %s AND id IN"
    assert sorted(fetch_in(sql, [1], range(1200))) == [(id,) for id in range(1, 1200)]
    assert fetch_in(sql, [1], []) == fetch_in(sql, [3], [1]) == []
    by_words = fetch_in(
        "SELECT id FROM odd WHERE company_id = %s AND said IN", [2], {"old", "{}", 'say "hi"'}
    )
    assert len(by_words) == 1201
