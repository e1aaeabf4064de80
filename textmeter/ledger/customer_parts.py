"""Customers by three signs in a row of their folded names and of their digits: so that a search for a part of
either needn't read every customer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from textmeter.ledger.statements import run_many

SIGNS = 3


class Called(NamedTuple):
    """What a customer is found by."""

    id: int
    folded_name: str
    digits: str


def parts_of(text: str) -> frozenset[str]:
    """Every three signs in a row; none of a shorter text."""
    return frozenset(text[place : place + SIGNS] for place in range(len(text) - SIGNS + 1))


def all_parts(one: Called) -> frozenset[str]:
    return parts_of(one.folded_name) | parts_of(one.digits)


def put_parts(company_id: int, customers: Iterable[Called]) -> None:
    """Customers that aren't in the index yet."""
    run_many(_INSERT, sorted((company_id, part, one.id) for one in customers for part in all_parts(one)))


def change_parts(company_id: int, changes: Iterable[tuple[Called, Called]]) -> None:
    """Customers as they were and as they are."""
    for before, after in changes:
        change_parts_to(company_id, after.id, all_parts(before), all_parts(after))


def change_parts_to(company_id: int, customer_id: int, before: frozenset[str], after: frozenset[str]) -> None:
    run_many(_DELETE, [(company_id, part, customer_id) for part in sorted(before - after)])
    # A row may be there already where somebody's hand has been in the tables.
    run_many(
        f"{_INSERT} ON CONFLICT DO NOTHING",
        [(company_id, part, customer_id) for part in sorted(after - before)],
    )


def drop_parts(company_id: int, customers: Iterable[Called]) -> None:
    run_many(_DELETE, [(company_id, part, one.id) for one in customers for part in sorted(all_parts(one))])


_INSERT = "INSERT INTO ledger_customer_part (company_id, part, customer_id) VALUES (%s,%s,%s)"
_DELETE = "DELETE FROM ledger_customer_part WHERE company_id = %s AND part = %s AND customer_id = %s"
