"""The search index of texts: each text's folded words, with its company and month, at its spot (see
spots.py).

So a search reads the words of its company and of its months alone, however much else there is, and knows
day, conversation and direction of what it finds. Each word is a term of its own for each company and month,
for a search for a word's beginning first reads everything that begins so.

SQLite's index keeps no copy of the text, so taking a row out needs the words that were put in. PostgreSQL's
rows keep their words, so what these begin with is short there.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from operator import itemgetter

from django.db import connection

from textmeter.ledger.spots import month_of
from textmeter.ledger.statements import chunks, run_many
from textmeter.lib.folding import fold

# The greatest prime number that three bytes hold.
_CODES = 16_777_213


@lru_cache(maxsize=4096)
def head(company_id: int, month: int, vendor: str = "") -> str:
    """What each word begins with; `month`: see spots.month_of. On SQLite no text holds its like, for folding
    leaves no "§". On PostgreSQL always four signs; a few companies and months have the same, so whoever
    searches asks for company and spot too."""
    if (vendor or _vendor()) == "sqlite":
        return f"{company_id}§{month}§"
    code = (company_id * 1024 + month) % _CODES
    return b64encode(code.to_bytes(3, "big")).decode()


def head_sql(company_id: str, month: str) -> str:
    """`head` of columns on PostgreSQL."""
    code = f"CAST(mod(CAST({company_id} AS bigint) * 1024 + {month}, {_CODES}) AS integer)"
    return f"encode(substring(int4send({code}) FROM 2), 'base64')"


# In signs of four bytes at most: SQLite's index cuts words at 32,768 bytes, PostgreSQL's takes up to 2,046.
LONGEST_WORD = {"sqlite": 8000, "postgresql": 500}
# PostgreSQL takes no more than 1 MiB of one text's words, with what they begin with.
MOST_BYTES = 400_000


def indexed(company_id: int, spot: int, body: str | None, vendor: str = "") -> str | None:
    """The index row of a text; None for one without words. `vendor`: of the database that it is for, where
    that isn't the one in use."""
    rows = index_rows(company_id, [(spot, fold(body))], vendor) if body else iter(())
    return next((row for _, row in rows), None)


def index_rows(
    company_id: int, folded: Iterable[tuple[int, str]], vendor: str = ""
) -> Iterator[tuple[int, str]]:
    """(spot, index row) of each text that has words, from (spot, folded words)."""
    vendor = vendor or _vendor()
    for spot, words in folded:
        if words:
            yield spot, _begun(head(company_id, month_of(spot), vendor), _cut(words, vendor))


@cache  # asking Django's connection for it takes longer than folding a text
def _vendor() -> str:
    return connection.vendor


def _begun(start: str, words: str) -> str:
    return start + words.replace(" ", f" {start}")


def words_of(body: str | None) -> list[str]:
    """A text's words as the index holds them."""
    return _cut(fold(body), _vendor()).split() if body else []


def put_words(company_id: int, rows: Iterable[tuple[int, str]], *, more_follow: bool = False) -> None:
    """Rows of (spot, index row) that aren't in the index yet. `more_follow`: see run_many."""
    if connection.vendor == "sqlite":
        run_many("INSERT INTO ledger_message_words (rowid, words) VALUES (%s, %s)", _rising(rows))
        return
    for some in chunks(rows):
        run_many(
            "INSERT INTO ledger_message_words (company_id, spot, words) VALUES (%s, %s, %s)",
            [(company_id, spot, words) for spot, words in some],
            more_follow=more_follow,
        )


def drop_words(company_id: int, rows: Sequence[tuple[int, str]]) -> None:
    """Rows of (spot, the very index row that was put in)."""
    if connection.vendor == "sqlite":
        run_many(
            "INSERT INTO ledger_message_words (ledger_message_words, rowid, words) VALUES ('delete', %s, %s)",
            _rising(rows),
        )
    else:
        run_many(
            "DELETE FROM ledger_message_words WHERE company_id = %s AND spot = %s",
            [(company_id, spot) for spot, _ in rows],
        )


def replace_words(company_id: int, gone: Sequence[tuple[int, str]], come: Sequence[tuple[int, str]]) -> None:
    """Drops and puts in; nothing but what is `gone` should be where something will come, but a rebuild may be
    righting that very thing."""
    drop_words(company_id, gone if connection.vendor == "sqlite" else [*gone, *come])
    put_words(company_id, come)


def _rising(rows: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """By spot: FTS5 writes what it holds as a part of its own whenever a row isn't behind the one before."""
    return sorted(rows, key=itemgetter(0))


def _cut(folded: str, vendor: str) -> str:
    """As much as the database's index can hold."""
    longest = LONGEST_WORD[vendor]
    if len(folded) > longest:
        folded = " ".join(word[:longest] for word in folded.split())
    if vendor == "postgresql" and len(folded) * 4 > MOST_BYTES:
        folded = folded.encode()[:MOST_BYTES].decode("utf-8", "ignore")
    return folded
