"""Finds texts that the search index has lost, and puts them back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from textmeter.ledger.statements import fetch
from textmeter.ledger.words import indexed, put_words

STEP = 500


def unfindable(company_id: int, rows: Sequence[tuple[int, str | None]]) -> list[tuple[int, str]]:
    """Of (message id, body): (id, words) of those that a search for all their words doesn't find."""
    lost = []
    with connection.cursor() as cursor:
        for id, body in rows:
            words = indexed(company_id, body)
            if words is None:
                continue
            cursor.execute(
                "SELECT 1 FROM ledger_message_words WHERE ledger_message_words MATCH %s AND rowid = %s",
                [" ".join(f'"{word}"' for word in dict.fromkeys(words.split())), id],
            )
            if cursor.fetchone() is None:
                lost.append((id, words))
    return lost


def repair_words(company_id: int) -> None:
    """Looks for every text of the company, and indexes again those that can't be found."""
    for rows in texts_in_steps(company_id):
        if unfindable(company_id, rows):
            with transaction.atomic():
                put_words(unfindable(company_id, _as_they_are(company_id, rows[0][0], rows[-1][0])))


def texts_in_steps(company_id: int) -> Iterator[list[tuple[int, str | None]]]:
    """(message id, body) of all the company's texts, by id."""
    after = 0
    while rows := fetch(
        "SELECT id, body FROM ledger_message WHERE company_id = %s AND id > %s ORDER BY id LIMIT %s",
        [company_id, after, STEP],
    ):
        yield [(id, body) for id, body in rows]
        after = rows[-1][0]


def _as_they_are(company_id: int, first: int, last: int) -> list[tuple[int, str | None]]:
    rows = fetch(
        "SELECT id, body FROM ledger_message WHERE company_id = %s AND id >= %s AND id <= %s",
        [company_id, first, last],
    )
    return [(id, body) for id, body in rows]
