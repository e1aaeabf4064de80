"""On PostgreSQL many rows are still being put in while the next ones are made."""

from __future__ import annotations

import traceback
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from tests.databases import only_postgres
from textmeter.ledger.statements import fetch, run, run_many

pytestmark = [only_postgres, pytest.mark.django_db(transaction=True)]

PUT = "INSERT INTO ledger_new_customer (company_id, local_date, customers) VALUES (%s,%s,%s)"
OTHER = (
    "INSERT INTO ledger_volume_hour (company_id, local_date, local_hour, inbound, outbound)"
    " VALUES (1,%s,%s,1,1)"
)
COUNT = "SELECT count(*) FROM ledger_new_customer"


def put(rows: list[tuple[int, int, int]]) -> None:
    run_many(PUT, rows, more_follow=True)


def rows(first: int, count: int = 2) -> list[tuple[int, int, int]]:
    return [(1, day, 1) for day in range(first, first + count)]


def is_open() -> bool:
    here: Any = connection
    return here._copy is not None


def test_more_rows_go_into_the_same_copy_and_any_other_statement_ends_it() -> None:
    with transaction.atomic():
        put(rows(0))
        assert is_open()
        put(rows(2))
        assert is_open()
        assert fetch(COUNT, []) == [(4,)]
        assert not is_open()
        put(rows(4))
        run_many(OTHER, [(1, 1), (1, 2)])
        run(COUNT, [])
        put(rows(6))
    assert not is_open()
    assert fetch(COUNT, []) == [(8,)]


def test_outside_of_a_transaction_it_ends_at_once() -> None:
    put(rows(0))
    assert not is_open()
    assert fetch(COUNT, []) == [(2,)]


def test_what_the_server_says_against_a_row_comes_with_the_next_statement() -> None:
    with transaction.atomic():
        put([*rows(0), *rows(0)])
        with pytest.raises(IntegrityError):
            fetch("SELECT 1", [])
        transaction.set_rollback(True)
    assert fetch(COUNT, []) == [(0,)]


def test_what_it_says_holds_nothing_of_the_row() -> None:
    with pytest.raises(DataError, match="out of range") as refused, transaction.atomic():
        put([(1, 71_234_567_890, 1)])
    assert "CONTEXT" not in str(refused.value)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        put([(1, 7_654_321, 1), (1, 7_654_321, 1)])
    told = "".join(traceback.format_exception(refused.value))
    assert "unique constraint" in told
    assert "7654321" not in told


def test_or_with_the_end_of_the_transaction() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        put([*rows(0), *rows(0)])
    assert fetch(COUNT, []) == [(0,)]


@pytest.mark.parametrize("is_nested", [False, True])
def test_a_mistake_in_between_leaves_none_of_the_rows(is_nested: bool) -> None:
    def mistaken() -> None:
        with transaction.atomic():
            put(rows(0))
            raise ZeroDivisionError

    if is_nested:
        with transaction.atomic():
            put(rows(8))
            with pytest.raises(ZeroDivisionError):
                mistaken()
            put(rows(10))
    else:
        with pytest.raises(ZeroDivisionError):
            mistaken()
    assert not is_open()
    assert fetch(COUNT, []) == [(4 if is_nested else 0,)]


def test_a_closed_connection_forgets_it() -> None:
    def mistaken() -> None:
        with transaction.atomic():
            put(rows(0))
            connection.close()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        mistaken()
    assert not is_open()
    assert fetch(COUNT, []) == [(0,)]
