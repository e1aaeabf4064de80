"""Takes everything of a company out of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import Any

from django.db import transaction

from textmeter.ledger.customer_parts import Called, drop_parts
from textmeter.ledger.statements import chunks, fetch, marks, run, run_many
from textmeter.ledger.turns import long_work, take_numbers, take_turn
from textmeter.ledger.words import drop_words, indexed

Progress = Callable[[int, int], None]  # rows done, rows in all

# Webhooks wait behind a transaction of SQLite: each is to last about so long.
STEP_SECONDS = 0.04
SMALLEST, LARGEST = 10, 2_000
_BY_CUSTOMER = (
    "ledger_conversation_tracker",
    "ledger_conversation",
    "ledger_opt_out",
    "ledger_customer_words",
    "ledger_customer_tracker",
)
# With what tells their rows apart within the company.
_REST = {
    "ledger_volume_hour": ("local_date", "local_hour"),
    "ledger_volume_tracker": ("local_date", "tracker_id"),
    "ledger_conversation_count": ("tracker_id", "local_date", "kind", "bucket"),
    "ledger_new_customer": ("local_date",),
    "ledger_early": ("kind", "carrier", "carrier_ref", "mark"),
    "ledger_tracker": ("id",),
}
_SINGLE = ("ledger_rebuild", "ledger_change")


@long_work()
def remove_ledger(company_id: int, progress: Progress | None = None) -> None:
    """Removes messages, calls, customers, trackers, numbers and all that is derived of them, in short
    transactions; called again after a crash it goes on.

    The numbers go first: whatever a worker has in its hands meanwhile then belongs to nobody."""
    with transaction.atomic():
        take_numbers()
        take_turn(company_id)
        run("DELETE FROM ledger_number_owner WHERE company_id = %s", [company_id])
    removal = _Removal(company_id, progress)
    removal.all_of("SELECT id, spot, body FROM ledger_message", removal.messages)
    removal.all_of("SELECT id FROM ledger_call", removal.calls)
    removal.all_of("SELECT id, folded_name, digits FROM ledger_customer", removal.customers)
    for table, key in _REST.items():
        condition = " AND ".join(f"{column} = %s" for column in ("company_id", *key))
        statement = f"DELETE FROM {table} WHERE {condition}"
        removal.all_of(f"SELECT {', '.join(key)} FROM {table}", partial(removal.by_key, statement))
    with transaction.atomic():
        take_turn(company_id)
        for table in _SINGLE:
            run(f"DELETE FROM {table} WHERE company_id = %s", [company_id])


Rows = Sequence[tuple[Any, ...]]


class _Removal:
    """Step by step: what one takes in is as much as fits into its time."""

    def __init__(self, company_id: int, progress: Progress | None) -> None:
        self._company_id, self._progress = company_id, progress
        self._done, self._total = 0, _count(company_id) if progress else 0

    def all_of(self, select: str, remove: Callable[[Rows], int]) -> None:
        size = SMALLEST
        while rows := fetch(f"{select} WHERE company_id = %s LIMIT {size:d}", [self._company_id]):
            began = monotonic()
            with transaction.atomic():
                take_turn(self._company_id)
                counted = remove(rows)
            fitting = int(len(rows) * STEP_SECONDS / max(monotonic() - began, 0.001))
            size = max(SMALLEST, min(LARGEST, fitting, size * 2))
            self._done += counted
            if self._progress and counted:
                self._progress(min(self._done, self._total), self._total)

    def messages(self, rows: Rows) -> int:
        self._remove("ledger_message", [id for id, _, _ in rows])
        words = [(spot, indexed(self._company_id, spot, body)) for _, spot, body in rows]
        drop_words(self._company_id, [(spot, was) for spot, was in words if was])
        return len(rows)

    def calls(self, rows: Rows) -> int:
        self._remove("ledger_call", [id for (id,) in rows])
        return len(rows)

    def customers(self, rows: Rows) -> int:
        ids = [row[0] for row in rows]
        drop_parts(self._company_id, [Called(*row) for row in rows])
        for table in _BY_CUSTOMER:
            self._remove(table, ids, "customer_id")
        self._remove("ledger_customer", ids)
        return len(rows)

    def by_key(self, statement: str, rows: Rows) -> int:
        """Not counted: there are few of them."""
        run_many(statement, [(self._company_id, *row) for row in rows])
        return 0

    def _remove(self, table: str, ids: Sequence[int], column: str = "id") -> None:
        for some in chunks(ids):
            run(
                f"DELETE FROM {table} WHERE company_id = %s AND {column} IN ({marks(len(some))})",
                [self._company_id, *some],
            )


def _count(company_id: int) -> int:
    ((count,),) = fetch(
        "SELECT (SELECT count(*) FROM ledger_message WHERE company_id = %s)"
        " + (SELECT count(*) FROM ledger_call WHERE company_id = %s)"
        " + (SELECT count(*) FROM ledger_customer WHERE company_id = %s)",
        [company_id] * 3,
    )
    return int(count)
