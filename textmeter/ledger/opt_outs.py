"""The opt-out ledger: each opt-out or opt-in word with the message that proves it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from textmeter.ledger.derive import Message
from textmeter.ledger.opt_words import OptWord
from textmeter.ledger.statements import fetch, fetch_in, marks, run_many

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
    stored = set(
        fetch_in(
            "SELECT customer_id, message_id, at, opted_in FROM ledger_opt_out"
            " WHERE company_id = %s AND customer_id IN",
            [company_id],
            customer_ids,
        )
    )
    run_many(_DELETE, [(company_id, *row[:2]) for row in stored - wanted.keys()])
    write_opt_outs(company_id, [], [one for row, one in wanted.items() if row not in stored])


def opted_out_by(company_id: int, customer_id: int) -> int | None:
    """The message that opted the customer out, where the latest word is an opt-out."""
    words = dict(
        fetch(
            "SELECT message_id, opted_in FROM ledger_opt_out WHERE company_id = %s AND customer_id = %s"
            " AND at = (SELECT MAX(at) FROM ledger_opt_out WHERE company_id = %s AND customer_id = %s)",
            [company_id, customer_id, company_id, customer_id],
        )
    )
    latest = _latest(company_id, words) if len(words) > 1 else next(iter(words), None)
    return latest if latest is not None and words[latest] == OptWord.OUT else None


def _latest(company_id: int, ids: Collection[int]) -> int:
    """Of messages of one instant. Not joined to the words: without statistics PostgreSQL would rather read
    all of the company's messages."""
    rows = fetch(
        f"SELECT id FROM ledger_message WHERE company_id = %s AND id IN ({marks(len(ids))})"
        " ORDER BY carrier DESC, carrier_ref DESC LIMIT 1",
        [company_id, *ids],
    )
    return int(rows[0][0])
