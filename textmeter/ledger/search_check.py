"""Compares the search index with the texts, word for word, and repairs it.

A first pass over both adds a number for each (word, message) to one of some thousand sums, so that it
needs no memory to speak of; only messages whose sum differs are looked at in a second one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from textmeter.ledger.moment import one_moment
from textmeter.ledger.statements import fetch
from textmeter.ledger.words import drop_words, indexed, put_words

SUMS = 4096
ROWS = 2000


@dataclass(frozen=True, slots=True)
class WrongWords:
    """A message whose words in the index aren't its text's; `company_id` None: there is no such message."""

    company_id: int | None
    message_id: int
    body: str | None
    stored: frozenset[str]
    expected: frozenset[str]


def wrong_words() -> list[WrongWords]:
    """Of all companies, for one index serves them all. Best called in `one_moment`."""
    sums = [0] * SUMS
    for _, id, body, words in _texts():
        del body
        sums[id % SUMS] += sum(hash((word, id)) for word in words)
    for word, id in _index():
        sums[id % SUMS] -= hash((word, id))
    suspect = {place for place, rest in enumerate(sums) if rest}
    return _compared(suspect) if suspect else []


def repair_words(company_id: int) -> None:
    """Puts the company's texts into the index as they are."""
    with one_moment():
        wrong = [one for one in wrong_words() if one.company_id == company_id]
    for one in wrong:
        with transaction.atomic():
            rows = fetch(
                "SELECT body FROM ledger_message WHERE company_id = %s AND id = %s",
                [company_id, one.message_id],
            )
            if rows and rows[0][0] == one.body:  # else `record` has come since, and indexed it anew
                drop_words([(one.message_id, " ".join(sorted(one.stored)))] if one.stored else [])
                put_words([(one.message_id, words)] if (words := indexed(company_id, one.body)) else [])


def _compared(suspect: set[int]) -> list[WrongWords]:
    stored: dict[int, set[str]] = defaultdict(set)
    for word, id in _index():
        if id % SUMS in suspect:
            stored[id].add(word)
    found = []
    for company_id, id, body, words in _texts():
        if id % SUMS in suspect and words != (has := stored.pop(id, set())):
            found.append(WrongWords(company_id, id, body, frozenset(has), frozenset(words)))
    left = [WrongWords(None, id, None, frozenset(words), frozenset()) for id, words in stored.items()]
    return found + left


def _texts() -> Iterator[tuple[int, int, str | None, set[str]]]:
    """(company id, message id, body, words as the index should hold them)."""
    for (company_id,) in fetch("SELECT id FROM accounts_company ORDER BY id", []):
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, body FROM ledger_message WHERE company_id = %s", [company_id])
            while rows := cursor.fetchmany(ROWS):
                for id, body in rows:
                    yield company_id, id, body, set((indexed(company_id, body) or "").split())


def _index() -> Iterator[tuple[str, int]]:
    """Every (word, message id) of the index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.ledger_words_seen"
            " USING fts5vocab('main', 'ledger_message_words', 'instance')"
        )
        cursor.execute("SELECT term, doc FROM temp.ledger_words_seen")
        while rows := cursor.fetchmany(ROWS):
            yield from rows
