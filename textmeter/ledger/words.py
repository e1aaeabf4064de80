"""The search index of texts: each text's folded words, with its company and the week in which it was sent.

So a search reads the words of its company and of its weeks alone, however much else there is. On SQLite each
word is a term of its own for each company and week, for there a search for a word's beginning first reads
everything that begins so. On PostgreSQL, where each row keeps its words, company and week are words beside
them.

SQLite's keeps no copy of the text, so taking a row out needs the words that were put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from django.db import connection

from textmeter.ledger.statements import run_many
from textmeter.lib.folding import fold

WEEK_MS = 7 * 86_400_000


def week_of(at: int) -> int:
    """The week of an instant (ms): of UTC, from Thursday, so that no company's zone moves a text."""
    return max(at, 0) // WEEK_MS


def head(company_id: int, week: int) -> str:
    """What each word begins with on SQLite. No text holds its like: folding leaves no "§"."""
    return f"{company_id}§{week}§"


def company_token(company_id: int) -> str:
    """A word of each of the company's rows on PostgreSQL."""
    return f"§{company_id}"


def week_token(company_id: int, week: int) -> str:
    """A word of each of the company's rows of that week on PostgreSQL."""
    return f"§{company_id}§{week}"


# In signs of four bytes at most: SQLite's index cuts words at 32,768 bytes, PostgreSQL's takes up to 2,046.
LONGEST_WORD = {"sqlite": 8000, "postgresql": 500}
# PostgreSQL takes no more than 1 MiB of one text's words.
MOST_BYTES = 1_000_000


def indexed(company_id: int, sent_at: int, body: str | None, vendor: str = "") -> str | None:
    """The index row of a text; None for one without words. `sent_at` in ms; `vendor`: of the database that
    it is for, where that isn't the one in use."""
    rows = index_rows(company_id, [(0, sent_at, fold(body))], vendor) if body else []
    return rows[0][1] if rows else None


def index_rows(
    company_id: int, folded: Iterable[tuple[int, int, str]], vendor: str = ""
) -> list[tuple[int, str]]:
    """(message id, index row) of each text that has words, from (message id, sent_at, folded words)."""
    vendor = vendor or _vendor()
    row = _row_of_heads if vendor == "sqlite" else _row_of_tokens
    return [
        (id, row(company_id, week_of(sent_at), _cut(words, vendor))) for id, sent_at, words in folded if words
    ]


@cache  # asking Django's connection for it takes longer than folding a text
def _vendor() -> str:
    return connection.vendor


def _row_of_heads(company_id: int, week: int, words: str) -> str:
    start = head(company_id, week)
    return start + words.replace(" ", f" {start}")


def _row_of_tokens(company_id: int, week: int, words: str) -> str:
    return f"{company_token(company_id)} {week_token(company_id, week)} {words}"


def words_of(body: str | None) -> list[str]:
    """A text's words as the index holds them."""
    return _cut(fold(body), _vendor()).split() if body else []


def put_words(company_id: int, rows: Sequence[tuple[int, str]]) -> None:
    """Rows of (message id, index row) that aren't in the index yet."""
    if connection.vendor == "sqlite":
        run_many("INSERT INTO ledger_message_words (rowid, words) VALUES (%s, %s)", rows)
    else:
        run_many(
            "INSERT INTO ledger_message_words (company_id, id, words) VALUES (%s, %s, %s)",
            [(company_id, id, words) for id, words in rows],
        )


def drop_words(company_id: int, rows: Sequence[tuple[int, str]]) -> None:
    """Rows of (message id, the very index row that was put in)."""
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


def _cut(folded: str, vendor: str) -> str:
    """As much as the database's index can hold."""
    longest = LONGEST_WORD[vendor]
    if len(folded) > longest:
        folded = " ".join(word[:longest] for word in folded.split())
    if vendor == "postgresql" and len(folded) * 4 > MOST_BYTES:
        folded = folded.encode()[:MOST_BYTES].decode("utf-8", "ignore")
    return folded
