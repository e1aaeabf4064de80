"""The search index: each text's folded words behind its company's token.

The index keeps no copy of the text, so taking a row out needs the words that were put in.
"""

from __future__ import annotations

from collections.abc import Sequence

from textmeter.ledger.statements import run_many
from textmeter.lib.folding import fold


def search_token(company_id: int) -> str:
    """The word that stands in every row of the company and in no text: folding leaves no "§"."""
    return f"§{company_id}"


# In signs. SQLite's index cuts words at 32,768 bytes, and a sign takes four at most.
LONGEST_WORD = 8000


def indexed(company_id: int, body: str | None) -> str | None:
    """The index row of a text; None for one without words."""
    folded = fold(body) if body else ""
    if len(folded) > LONGEST_WORD:
        folded = " ".join(word[:LONGEST_WORD] for word in folded.split())
    return f"{search_token(company_id)} {folded}" if folded else None


def put_words(rows: Sequence[tuple[int, str]]) -> None:
    """Rows of (message id, indexed words) that aren't in the index yet."""
    run_many("INSERT INTO ledger_message_words (rowid, words) VALUES (%s, %s)", rows)


def drop_words(rows: Sequence[tuple[int, str]]) -> None:
    """Rows of (message id, the very words that were put in)."""
    run_many(
        "INSERT INTO ledger_message_words (ledger_message_words, rowid, words) VALUES ('delete', %s, %s)",
        rows,
    )
