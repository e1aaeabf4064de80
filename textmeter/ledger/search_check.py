"""Compares the search indexes with the texts and customers, word for word, and repairs them.

SQLite's index lists messages by word, not words by message. So a first pass over both adds up a number of
each word's messages, which the database does for its side, and needs no memory to speak of. Only where a sum
differs it is done again by message, and those whose sum differs then are looked at in a third pass.
PostgreSQL keeps each message's words, which stand beside its text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from textmeter.ledger.moment import one_moment
from textmeter.ledger.parts_check import repair_parts, wrong_parts
from textmeter.ledger.statements import fetch, run, stream
from textmeter.ledger.turns import take_turn
from textmeter.ledger.words import drop_words, indexed, put_words

SUMS = 4096
WORD_SUMS = 65_536
Read = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class WrongWords:
    """A message whose words in the index aren't its text's; `company_id` None: there is no such message."""

    company_id: int | None
    message_id: int
    sent_at: int
    body: str | None
    stored: frozenset[str]
    expected: frozenset[str]


def wrong_words(read: Read = lambda some: None, only: int | None = None) -> list[WrongWords]:
    """Of all companies, or of `only` one at least: on SQLite one index serves them all. Best called in
    `one_moment`. `read` is told how many more texts were read."""
    return _by_sums(read) if connection.vendor == "sqlite" else list(_side_by_side(read, only))


def repair_search(company_id: int) -> None:
    """Puts the company's texts and customers into the indexes as they are."""
    with one_moment():
        wrong = [one for one in wrong_words(only=company_id) if one.company_id == company_id]
        customers = wrong_parts(company_id)
    for one in wrong:
        with transaction.atomic():
            take_turn(company_id)
            _repair(company_id, one)
    for customer in customers:
        with transaction.atomic():
            take_turn(company_id)
            repair_parts(company_id, customer)


def _repair(company_id: int, one: WrongWords) -> None:
    rows = fetch(
        "SELECT sent_at, body FROM ledger_message WHERE company_id = %s AND id = %s",
        [company_id, one.message_id],
    )
    if rows and rows[0] == (one.sent_at, one.body):  # else `record` has come since, and indexed it anew
        words = indexed(company_id, *rows[0])
        drop_words(company_id, [(one.message_id, " ".join(sorted(one.stored)))] if one.stored else [])
        put_words(company_id, [(one.message_id, words)] if words else [])


def _by_sums(read: Read) -> list[WrongWords]:
    if _agree(read):
        return []
    sums = [0] * SUMS
    for company_id, id, sent_at, body in _texts():
        sums[id % SUMS] += sum(hash((word, id)) for word in _expected(company_id, sent_at, body))
    for word, id in _index():
        sums[id % SUMS] -= hash((word, id))
    suspect = {place for place, rest in enumerate(sums) if rest}
    return _compared(suspect) if suspect else []


def _agree(read: Read) -> bool:
    """Whether each word's messages add up to the same in the index and in the texts."""
    sums = [0] * WORD_SUMS
    for company_id, id, sent_at, body in _texts():
        read(1)
        number = 1 + (id % 1_000_003) * (id % 65_521)
        for word in _expected(company_id, sent_at, body):
            sums[hash(word) % WORD_SUMS] += number
    _see_index()
    for word, total in stream(_WORD_SUMS, []):
        sums[hash(word) % WORD_SUMS] -= total
    return not any(sums)


def _compared(suspect: set[int]) -> list[WrongWords]:
    stored: dict[int, set[str]] = defaultdict(set)
    for word, id in _index():
        if id % SUMS in suspect:
            stored[id].add(word)
    found = []
    for company_id, id, sent_at, body in _texts():
        if id % SUMS not in suspect:
            continue
        expected, has = _expected(company_id, sent_at, body), stored.pop(id, set())
        if expected != has:
            found.append(WrongWords(company_id, id, sent_at, body, frozenset(has), expected))
    left = [WrongWords(None, id, 0, None, frozenset(words), frozenset()) for id, words in stored.items()]
    return found + left


def _expected(company_id: int, sent_at: int, body: str | None) -> frozenset[str]:
    """The words that the index should hold."""
    return frozenset((indexed(company_id, sent_at, body) or "").split())


def _texts() -> Iterator[tuple[int, int, int, str | None]]:
    """(company id, message id, sent_at, body)."""
    for (company_id,) in fetch(_COMPANIES, []):
        rows = stream("SELECT id, sent_at, body FROM ledger_message WHERE company_id = %s", [company_id])
        for id, sent_at, body in rows:
            yield company_id, id, sent_at, body


def _index() -> Iterator[tuple[str, int]]:
    """Every (word, message id) of the index."""
    _see_index()
    yield from stream("SELECT term, doc FROM temp.ledger_words_seen", [])


def _see_index() -> None:
    run(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.ledger_words_seen"
        " USING fts5vocab('main', 'ledger_message_words', 'instance')",
        [],
    )


def _side_by_side(read: Read, only: int | None) -> Iterator[WrongWords]:
    for (company_id,) in [(only,)] if only is not None else fetch(_COMPANIES, []):
        for message_id, words_id, sent_at, body, words in stream(_BOTH, [company_id, company_id]):
            read(1)
            stored = frozenset((words or "").split())
            if message_id is None:
                yield WrongWords(None, words_id, 0, None, stored, frozenset())
            elif stored != (expected := _expected(company_id, sent_at, body)):
                yield WrongWords(company_id, message_id, sent_at, body, stored, expected)


# Small enough that a hundred million of them are still a 64-bit integer.
_WORD_SUMS = "SELECT term, SUM(1 + (doc % 1000003) * (doc % 65521)) FROM temp.ledger_words_seen GROUP BY term"
_COMPANIES = "SELECT id FROM accounts_company ORDER BY id"
_BOTH = """SELECT m.id, w.id, m.sent_at, m.body, array_to_string(tsvector_to_array(w.words), ' ')
    FROM (SELECT id, sent_at, body FROM ledger_message WHERE company_id = %s) m
    FULL JOIN (SELECT id, words FROM ledger_message_words WHERE company_id = %s) w ON w.id = m.id"""
