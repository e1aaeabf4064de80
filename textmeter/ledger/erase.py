"""Erases a customer: the names at once, then step by step the words of every text and the addresses of media
and recordings. From the first moment on `record` does the same to whatever else comes of the time before
(erased_again.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from textmeter.accounts.models import Company
from textmeter.ledger.call_rows import CallChange, load_calls, write_calls
from textmeter.ledger.changes import bump_change
from textmeter.ledger.customer_rows import load_customers_by_id, write_customers
from textmeter.ledger.erasure import erase_recordings, erase_words, is_erased, is_up_to
from textmeter.ledger.ref_marks import ref_mark
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.text_rows import change_of, load_texts, write_texts
from textmeter.ledger.turns import long_work, take_turn

TOGETHER = 100
Progress = Callable[[int, int], None]  # texts and calls done, in all


def begin_erasure(company: Company, customer_id: int, now: int) -> None:
    """What was said and heard up to `now` (ms) is erased from here on, for what comes late too; names are
    gone when this ends, `erase_texts` takes the rest. Raises LookupError where there is no such customer."""
    with transaction.atomic():
        take_turn(company.id)
        customer = load_customers_by_id(company.id, [customer_id]).get(customer_id)
        if customer is None:
            raise LookupError("There is no such customer.")
        run(
            "DELETE FROM ledger_customer_words WHERE company_id = %s AND customer_id = %s",
            [company.id, customer_id],
        )
        up_to = max(now, customer.erased_to or now)
        run(
            "UPDATE ledger_customer SET erased_to = %s, erasing = 1 WHERE company_id = %s AND id = %s",
            [up_to, company.id, customer_id],
        )
        customer.heard.pop("n", None)
        customer.has_news = True
        write_customers(company.id, company.zone, [customer])
        bump_change(company.id)


@long_work()
def erase_texts(company_id: int, customer_id: int, progress: Progress | None = None) -> list[str]:
    """Takes what is left of the words; begun again at any time it goes on. Answers the carrier's references
    of the texts whose words weren't known yet, for nobody to ask for them."""
    rows = fetch(
        "SELECT erased_to FROM ledger_customer WHERE company_id = %s AND id = %s",
        [company_id, customer_id],
    )
    if not rows or rows[0][0] is None:
        return []
    ((up_to,),) = rows
    ((texts,),) = fetch(f"SELECT COUNT(*) {_OF['message']}", [company_id, customer_id])
    ((calls,),) = fetch(f"SELECT COUNT(*) {_OF['call']}", [company_id, customer_id])
    unsaid: list[str] = []
    done = 0
    for table, erase in (("message", _erase_texts), ("call", _erase_calls)):
        place = (0, 0)
        while True:
            with transaction.atomic():
                take_turn(company_id)
                some = _some(table, company_id, customer_id, place)
                if not some:
                    break
                unsaid += erase(company_id, up_to, [(row[2], row[3]) for row in some])
                bump_change(company_id)
            place, done = some[-1][:2], done + len(some)
            if progress:
                progress(min(done, texts + calls), texts + calls)
    with transaction.atomic():
        take_turn(company_id)
        run(
            "UPDATE ledger_customer SET erasing = NULL WHERE company_id = %s AND id = %s AND erased_to = %s",
            [company_id, customer_id, up_to],
        )
        bump_change(company_id)
    return unsaid


def erase_what_is_left(company_id: int) -> None:
    """Of every customer who was ever erased: what `record` and `erase_texts` should have taken already."""
    rows = fetch(
        "SELECT id FROM ledger_customer WHERE company_id = %s AND erased_to IS NOT NULL ORDER BY id",
        [company_id],
    )
    for (customer_id,) in rows:
        erase_texts(company_id, customer_id)


_OF = {
    table: f"FROM ledger_{table} WHERE company_id = %s AND customer_id = %s" for table in ("message", "call")
}


def _some(table: str, company_id: int, customer_id: int, place: Sequence[int]) -> list[tuple[Any, ...]]:
    """(local date, id, carrier, carrier_ref) of the next ones."""
    day, id = place
    return fetch(
        f"SELECT local_date, id, carrier, carrier_ref {_OF[table]}"
        " AND local_date >= %s AND (local_date > %s OR id > %s) ORDER BY local_date, id LIMIT %s",
        [company_id, customer_id, day, day, id, TOGETHER],
    )


def _erase_texts(company_id: int, up_to: int, keys: Sequence[tuple[str, str]]) -> list[str]:
    changes, unsaid = [], []
    for before in load_texts(company_id, {key: ref_mark(key[1]) for key in keys}).values():
        state = before.state.copy()
        if (state.is_erased or is_up_to(state, up_to)) and erase_words(state):
            changes.append(change_of(before, before.message, state))
            unsaid += [state.carrier_ref] * (before.state.body is None)
    write_texts(company_id, changes)
    return unsaid


def _erase_calls(company_id: int, up_to: int, keys: Sequence[tuple[str, str]]) -> list[str]:
    changes = []
    for before in load_calls(company_id, keys).values():
        state = before.state.copy()
        if (is_erased(state) or state.time[1] <= up_to) and erase_recordings(state):
            changes.append(CallChange(before, before.id, state, before.place))
    write_calls(company_id, changes)
    return []
