"""The opt-out ledger: each opt-out or opt-in word with the message that proves it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textmeter.ledger.derive import Message
from textmeter.ledger.opt_words import OptWord
from textmeter.ledger.statements import chunks, fetch, marks, run_many

_DELETE = "DELETE FROM ledger_opt_out WHERE company_id = %s AND customer_id = %s AND message_id = %s"


def write_opt_outs(company_id: int, gone: Iterable[Message], come: Iterable[Message]) -> None:
    """Takes the lines of `gone` out and puts those of `come` in."""
    run_many(
        _DELETE,
        [(company_id, one.customer_id, one.id) for one in gone if one.opt_word is not None],
    )
    run_many(
        "INSERT INTO ledger_opt_out (company_id, customer_id, message_id, at, opted_in)"
        " VALUES (%s,%s,%s,%s,%s)"
        " ON CONFLICT (company_id, customer_id, message_id)"
        " DO UPDATE SET at = excluded.at, opted_in = excluded.opted_in",
        [
            (company_id, one.customer_id, one.id, one.sent_at, int(one.opt_word))
            for one in come
            if one.opt_word is not None
        ],
    )


def mend_opt_outs(company_id: int, customer_ids: Sequence[int], messages: Iterable[Message]) -> None:
    """`messages`: all of these customers. Writes only what isn't stored as it should be."""
    wanted = {
        (one.customer_id, one.id, one.sent_at, int(one.opt_word)): one
        for one in messages
        if one.opt_word is not None
    }
    stored = {
        row
        for some in chunks(customer_ids)
        for row in fetch(
            "SELECT customer_id, message_id, at, opted_in FROM ledger_opt_out"
            f" WHERE company_id = %s AND customer_id IN ({marks(len(some))})",
            [company_id, *some],
        )
    }
    run_many(_DELETE, [(company_id, *row[:2]) for row in stored - wanted.keys()])
    write_opt_outs(company_id, [], [one for row, one in wanted.items() if row not in stored])


def opted_out_by(company_id: int, customer_id: int) -> int | None:
    """The message that opted the customer out, where the latest word is an opt-out."""
    rows = fetch(
        "SELECT o.message_id, o.opted_in FROM ledger_opt_out o"
        " JOIN ledger_message m ON m.company_id = o.company_id AND m.id = o.message_id"
        " WHERE o.company_id = %s AND o.customer_id = %s"
        " ORDER BY o.at DESC, m.carrier DESC, m.carrier_ref DESC LIMIT 1",
        [company_id, customer_id],
    )
    return rows[0][0] if rows and rows[0][1] == OptWord.OUT else None
