"""Compares the search indexes with the texts and customers, word for word, and repairs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection, transaction

from textmeter.ledger.customer_parts import Called, all_parts, change_parts_to
from textmeter.ledger.index_check import Wrong, wrong_rows
from textmeter.ledger.moment import one_moment
from textmeter.ledger.statements import fetch, run, stream
from textmeter.ledger.turns import take_turn
from textmeter.ledger.words import drop_words, indexed, put_words


class Said(NamedTuple):
    company_id: int
    sent_at: int
    body: str | None


def wrong_words() -> list[Wrong[Said]]:
    """Of all companies, for one index serves them all. Best called in `one_moment`."""
    if connection.vendor == "sqlite":
        return wrong_rows(_texts, _words)
    return list(_side_by_side())


def wrong_parts(company_id: int) -> list[Wrong[Called]]:
    """Customers of the company. Best called in `one_moment`."""
    return wrong_rows(lambda: _customers(company_id), lambda: _parts(company_id))


def repair_search(company_id: int) -> None:
    """Puts the company's texts and customers into the indexes as they are."""
    with one_moment():
        words = [one for one in wrong_words() if one.thing and one.thing.company_id == company_id]
        parts = wrong_parts(company_id)
    for text in words:
        with transaction.atomic():
            take_turn(company_id)
            _repair_text(company_id, text)
    for customer in parts:
        with transaction.atomic():
            take_turn(company_id)
            _repair_customer(company_id, customer)


def _repair_text(company_id: int, wrong: Wrong[Said]) -> None:
    rows = fetch(
        "SELECT sent_at, body FROM ledger_message WHERE company_id = %s AND id = %s", [company_id, wrong.id]
    )
    if not rows or not wrong.thing or tuple(rows[0]) != wrong.thing[1:]:
        return  # `record` has come since, and indexed it anew
    words = indexed(company_id, *rows[0])
    drop_words(company_id, [(wrong.id, " ".join(sorted(wrong.stored)))] if wrong.stored else [])
    put_words(company_id, [(wrong.id, words)] if words else [])


def _repair_customer(company_id: int, wrong: Wrong[Called]) -> None:
    rows = fetch(
        "SELECT id, folded_name, digits FROM ledger_customer WHERE company_id = %s AND id = %s",
        [company_id, wrong.id],
    )
    now = all_parts(Called(*rows[0])) if rows else frozenset()
    change_parts_to(company_id, wrong.id, wrong.stored, now)


def _texts() -> Iterator[tuple[int, Said, frozenset[str]]]:
    for (company_id,) in fetch(_COMPANIES, []):
        rows = stream("SELECT id, sent_at, body FROM ledger_message WHERE company_id = %s", [company_id])
        for id, sent_at, body in rows:
            yield id, Said(company_id, sent_at, body), _expected(company_id, sent_at, body)


def _expected(company_id: int, sent_at: int, body: str | None) -> frozenset[str]:
    """The words that the index should hold."""
    return frozenset((indexed(company_id, sent_at, body) or "").split())


def _words() -> Iterator[tuple[str, int]]:
    """Every (word, message id) of SQLite's index."""
    run(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.ledger_words_seen"
        " USING fts5vocab('main', 'ledger_message_words', 'instance')",
        [],
    )
    yield from stream("SELECT term, doc FROM temp.ledger_words_seen", [])


def _side_by_side() -> Iterator[Wrong[Said]]:
    """PostgreSQL keeps each message's words, which stand beside its text."""
    for (company_id,) in fetch(_COMPANIES, []):
        for message_id, words_id, sent_at, body, words in stream(_BOTH, [company_id, company_id]):
            stored = frozenset(words or ())
            if message_id is None:
                yield Wrong(words_id, None, stored, frozenset())
            elif stored != (expected := _expected(company_id, sent_at, body)):
                yield Wrong(message_id, Said(company_id, sent_at, body), stored, expected)


def _customers(company_id: int) -> Iterator[tuple[int, Called, frozenset[str]]]:
    rows = stream("SELECT id, folded_name, digits FROM ledger_customer WHERE company_id = %s", [company_id])
    for row in rows:
        called = Called(*row)
        yield called.id, called, all_parts(called)


def _parts(company_id: int) -> Iterator[tuple[str, int]]:
    yield from stream(
        "SELECT part, customer_id FROM ledger_customer_part WHERE company_id = %s", [company_id]
    )


_COMPANIES = "SELECT id FROM accounts_company ORDER BY id"
_BOTH = """SELECT m.id, w.id, m.sent_at, m.body, tsvector_to_array(w.words)
    FROM (SELECT id, sent_at, body FROM ledger_message WHERE company_id = %s) m
    FULL JOIN (SELECT id, words FROM ledger_message_words WHERE company_id = %s) w ON w.id = m.id"""
