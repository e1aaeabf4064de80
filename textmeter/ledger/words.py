"""The search index: each text's folded words behind its company's token.

SQLite's keeps no copy of the text, so taking a row out needs the words that were put in.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    folded = fold(body) if body else ""
    longest = LONGEST_WORD[connection.vendor]
    if len(folded) > longest:
        folded = " ".join(word[:longest] for word in folded.split())
    return f"{search_token(company_id)} {folded}" if folded else None


def put_words(company_id: int, rows: Sequence[tuple[int, str]]) -> None:
    """Rows of (message id, indexed words) that aren't in the index yet."""
    if connection.vendor == "sqlite":
        run_many("INSERT INTO ledger_message_words (rowid, words) VALUES (%s, %s)", rows)
    else:
        run_many(
            "INSERT INTO ledger_message_words (company_id, id, words)"
            " VALUES (%s, %s, array_to_tsvector(string_to_array(%s, ' ')))",
            [(company_id, id, _fitting(words)) for id, words in rows],
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


def _fitting(words: str) -> str:
    if len(words) * 4 <= MOST_BYTES:
        return words
    return words.encode()[:MOST_BYTES].decode("utf-8", "ignore")
