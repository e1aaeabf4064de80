"""The search index: each text's folded words behind its company's token.

SQLite's keeps no copy of the text, so taking a row out needs the words that were put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from django.db import connection

from textmeter.ledger.statements import run_many
from textmeter.lib.folding import fold


def search_token(company_id: int) -> str:
    """The word that stands in every row of the company and in no text: folding leaves no "§"."""
    return f"§{company_id}"


# In signs of four bytes at most: SQLite's index cuts words at 32,768 bytes, PostgreSQL's takes up to 2,046.
LONGEST_WORD = {"sqlite": 8000, "postgresql": 500}
# PostgreSQL takes no more than 1 MiB of one text's words.
MOST_BYTES = 1_000_000


def indexed(company_id: int, body: str | None) -> str | None:
    """The index row of a text; None for one without words."""
    rows = index_rows(company_id, [(0, fold(body))]) if body else []
    return rows[0][1] if rows else None


def index_rows(company_id: int, folded: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """(message id, index row) of each text that has words, from its folded ones."""
    token, longest = search_token(company_id), _longest_word()
    return [
        (id, f"{token} {words if len(words) <= longest else _cut(words, longest)}")
        for id, words in folded
        if words
    ]


@cache  # asking Django's connection for it takes longer than folding a text
def _longest_word() -> int:
    return LONGEST_WORD[connection.vendor]


def _cut(words: str, longest: int) -> str:
    return " ".join(word[:longest] for word in words.split())


def put_words(company_id: int, rows: Sequence[tuple[int, str]]) -> None:
    """Rows of (message id, indexed words) that aren't in the index yet."""
    if connection.vendor == "sqlite":
        run_many("INSERT INTO ledger_message_words (rowid, words) VALUES (%s, %s)", rows)
    else:
        run_many(
            "INSERT INTO ledger_message_words (company_id, id, words) VALUES (%s, %s, %s)",
            [(company_id, id, fitting(words)) for id, words in rows],
        )


def drop_words(company_id: int, rows: Sequence[tuple[int, str]]) -> None:
    """Rows of (message id, the very words that were put in)."""
    if connection.vendor == "sqlite":
        run_many(
            "INSERT INTO ledger_message_words (ledger_message_words, rowid, words) VALUES ('delete', %s, %s)",
            rows,
        )
    else:
        run_many(
            "DELETE FROM ledger_message_words WHERE company_id = %s AND id = %s",
            [(company_id, id) for id, _ in rows],
        )


def fitting(words: str) -> str:
    """As much of an index row as PostgreSQL takes."""
    if len(words) * 4 <= MOST_BYTES:
        return words
    return words.encode()[:MOST_BYTES].decode("utf-8", "ignore")
