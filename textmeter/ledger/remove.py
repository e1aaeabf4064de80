"""Takes everything of a company out of the ledger."""

from __future__ import annotations

from django.db import transaction

from textmeter.ledger.customer_parts import Called, drop_parts
from textmeter.ledger.statements import fetch, marks, run
from textmeter.ledger.turns import take_numbers, take_turn
from textmeter.ledger.words import drop_words, indexed

STEP = 500
_BY_CUSTOMER = (
    "ledger_conversation_tracker",
    "ledger_conversation",
    "ledger_opt_out",
    "ledger_customer_words",
    "ledger_customer_tracker",
)
_WHOLE = (
    "ledger_volume_hour",
    "ledger_volume_tracker",
    "ledger_conversation_count",
    "ledger_new_customer",
    "ledger_early",
    "ledger_rebuild",
    "ledger_tracker",
    "ledger_change",
)


def remove_ledger(company_id: int) -> None:
    """Removes messages, calls, customers, trackers, numbers and all that is derived of them, in short
    transactions; called again after a crash it goes on.

    The numbers go first: whatever a worker has in its hands meanwhile then belongs to nobody."""
    with transaction.atomic():
        take_numbers()
        take_turn(company_id)
        run("DELETE FROM ledger_number_owner WHERE company_id = %s", [company_id])
    while rows := fetch(
        f"SELECT id, spot, body FROM ledger_message WHERE company_id = %s LIMIT {STEP}", [company_id]
    ):
        with transaction.atomic():
            take_turn(company_id)
            _remove("ledger_message", company_id, [id for id, _, _ in rows])
            words = [(spot, indexed(company_id, spot, body)) for _, spot, body in rows]
            drop_words(company_id, [(spot, was) for spot, was in words if was])
    while ids := _some("ledger_call", company_id):
        _remove("ledger_call", company_id, ids)
    while called := fetch(
        f"SELECT id, folded_name, digits FROM ledger_customer WHERE company_id = %s LIMIT {STEP}",
        [company_id],
    ):
        ids = [row[0] for row in called]
        with transaction.atomic():
            take_turn(company_id)
            drop_parts(company_id, [Called(*row) for row in called])
            for table in _BY_CUSTOMER:
                _remove(table, company_id, ids, "customer_id")
            _remove("ledger_customer", company_id, ids)
    with transaction.atomic():
        take_turn(company_id)
        for table in _WHOLE:
            run(f"DELETE FROM {table} WHERE company_id = %s", [company_id])


def _some(table: str, company_id: int) -> list[int]:
    return [id for (id,) in fetch(f"SELECT id FROM {table} WHERE company_id = %s LIMIT {STEP}", [company_id])]


def _remove(table: str, company_id: int, ids: list[int], column: str = "id") -> None:
    run(f"DELETE FROM {table} WHERE company_id = %s AND {column} IN ({marks(len(ids))})", [company_id, *ids])
