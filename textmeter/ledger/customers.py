"""What people write of a customer by hand."""

from __future__ import annotations

from django.db import transaction

from textmeter.ledger.changes import bump_change
from textmeter.ledger.clean import clean
from textmeter.ledger.customer_parts import Called, change_parts
from textmeter.ledger.customer_rows import names
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.turns import take_turn


def name_customer(company_id: int, customer_id: int, name: str, by: str, now: int) -> bool:
    """Gives a customer a name; an empty one takes the given name away, and the one that carriers said
    shows again. `by`: who wrote it; `now` in ms. Whether there was something to write or to take away.
    Raises LookupError where there is no such customer."""
    given = clean(name).strip()
    with transaction.atomic():
        take_turn(company_id)
        rows = fetch(
            "SELECT heard_name, number, folded_name, digits FROM ledger_customer"
            " WHERE company_id = %s AND id = %s",
            [company_id, customer_id],
        )
        if not rows:
            raise LookupError("There is no such customer.")
        if given:
            changed = run(
                "INSERT INTO ledger_customer_words (company_id, customer_id, name, written_by, written_at)"
                " VALUES (%s,%s,%s,%s,%s) ON CONFLICT (company_id, customer_id) DO UPDATE SET"
                " name = excluded.name, written_by = excluded.written_by, written_at = excluded.written_at",
                [company_id, customer_id, given, by, now],
            )
        else:
            changed = run(
                "DELETE FROM ledger_customer_words WHERE company_id = %s AND customer_id = %s",
                [company_id, customer_id],
            )
        heard, number, folded_name, digits = rows[0]
        now_called = names(given, heard, number)
        run(
            "UPDATE ledger_customer SET name = %s, folded_name = %s, sort_name = %s"
            " WHERE company_id = %s AND id = %s",
            [*now_called, company_id, customer_id],
        )
        was = Called(customer_id, folded_name, digits)
        change_parts(company_id, [(was, was._replace(folded_name=now_called[1]))])
        bump_change(company_id)
    return changed > 0
