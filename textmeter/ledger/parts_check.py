"""Compares the index of customers by parts of their names and digits with the customers, and repairs it.

It lists customers by part. So a first pass over both adds a number for each (part, customer) to one of some
thousand sums, which needs no memory to speak of; only customers whose sum differs are looked at in a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from textmeter.ledger.customer_parts import Called, all_parts, change_parts_to
from textmeter.ledger.statements import fetch, stream

SUMS = 4096


@dataclass(frozen=True, slots=True)
class WrongParts:
    """A customer whose parts in the index aren't its own; there may be none of that id."""

    customer_id: int
    stored: frozenset[str]
    expected: frozenset[str]


def wrong_parts(company_id: int) -> list[WrongParts]:
    """Best called in `one_moment`."""
    sums = [0] * SUMS
    for id, parts in _expected(company_id):
        sums[id % SUMS] += sum(hash((part, id)) for part in parts)
    for part, id in _stored(company_id):
        sums[id % SUMS] -= hash((part, id))
    suspect = {place for place, rest in enumerate(sums) if rest}
    return list(_compared(company_id, suspect)) if suspect else []


def repair_parts(company_id: int, wrong: WrongParts) -> None:
    """Inside a transaction of the company's turn."""
    rows = fetch(f"{_CUSTOMERS} AND id = %s", [company_id, wrong.customer_id])
    now = all_parts(Called(*rows[0])) if rows else frozenset()
    change_parts_to(company_id, wrong.customer_id, wrong.stored, now)


def _compared(company_id: int, suspect: set[int]) -> Iterator[WrongParts]:
    stored: dict[int, set[str]] = defaultdict(set)
    for part, id in _stored(company_id):
        if id % SUMS in suspect:
            stored[id].add(part)
    for id, expected in _expected(company_id):
        if id % SUMS in suspect and expected != (has := stored.pop(id, set())):
            yield WrongParts(id, frozenset(has), expected)
    for id, parts in stored.items():
        yield WrongParts(id, frozenset(parts), frozenset())


def _expected(company_id: int) -> Iterator[tuple[int, frozenset[str]]]:
    for row in stream(_CUSTOMERS, [company_id]):
        yield row[0], all_parts(Called(*row))


def _stored(company_id: int) -> Iterator[tuple[str, int]]:
    yield from stream(
        "SELECT part, customer_id FROM ledger_customer_part WHERE company_id = %s", [company_id]
    )


_CUSTOMERS = "SELECT id, folded_name, digits FROM ledger_customer WHERE company_id = %s"
