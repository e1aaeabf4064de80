"""Compares the search indexes with the texts and customers, word for word, and repairs them.

SQLite's index lists messages by word, not words by message. So a first pass over both adds up a number of
each word's messages, which the database does for its side, and needs no memory to speak of. Only where a sum
differs it is done again by message, and those whose sum differs then are looked at in a third pass.
PostgreSQL keeps each message's words, which stand beside its text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from textmeter.ledger.moment import one_moment
from textmeter.ledger.parts_check import repair_parts, wrong_parts
from textmeter.ledger.spots import conversation_of
from textmeter.ledger.statements import fetch, stream
from textmeter.ledger.turns import take_turn
from textmeter.ledger.words import drop_words, indexed, put_words

SUMS = 4093  # a prime: the low bits of spots are much alike
WORD_SUMS = 65_536
Read = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class WrongWords:
    """A message whose words in the index aren't its text's; `message_id` 0: there is no such message, and
    `company_id` is None where even that can't be told."""

    company_id: int | None
    message_id: int
    spot: int
    body: str | None
    stored: frozenset[str]
    expected: frozenset[str]


def wrong_words(read: Read = lambda some: None, only: int | None = None) -> list[WrongWords]:
    """Of all companies, or of `only` one. Best called in `one_moment`. `read` is told how many more texts
    were read."""
    return _by_sums(read, only) if connection.vendor == "sqlite" else list(_side_by_side(read, only))


def words_are_right(company_id: int) -> bool:
    """Whether the index has the words of the company's texts; the cheapest way. Best in `one_moment`."""
    if connection.vendor == "sqlite":
        return _agree(lambda some: None, company_id)
    return next(_side_by_side(lambda some: None, company_id), None) is None


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
    if not one.message_id:
        if not _is_taken(company_id, one.spot):
            drop_words(company_id, [(one.spot, " ".join(sorted(one.stored)))])
        return
    rows = fetch(
        "SELECT spot, body FROM ledger_message WHERE company_id = %s AND id = %s",
        [company_id, one.message_id],
    )
    if rows and rows[0] == (one.spot, one.body):  # else `record` has come since, and indexed it anew
        words = indexed(company_id, one.spot, one.body)
        drop_words(company_id, [(one.spot, " ".join(sorted(one.stored)))] if one.stored else [])
        put_words(company_id, [(one.spot, words)] if words else [])


def _by_sums(read: Read, only: int | None) -> list[WrongWords]:
    if _agree(read, only):
        return []
    sums = [0] * SUMS
    for company_id, _, spot, body in _texts(only):
        sums[spot % SUMS] += sum(hash((word, spot)) for word in _expected(company_id, spot, body))
    for word, spot in _index(only):
        sums[spot % SUMS] -= hash((word, spot))
    suspect = {place for place, rest in enumerate(sums) if rest}
    return _compared(suspect, only) if suspect else []


def _agree(read: Read, only: int | None) -> bool:
    """Whether each word's messages add up to the same in the index and in the texts."""
    sums = [0] * WORD_SUMS
    for company_id, _, spot, body in _texts(only):
        read(1)
        number = 1 + (spot % 1_000_003) * (spot % 65_521)
        for word in _expected(company_id, spot, body):
            sums[hash(word) % WORD_SUMS] += number
    for word, total in _of_index(_WORD_SUMS, only):
        sums[hash(word) % WORD_SUMS] -= total
    return not any(sums)


def _compared(suspect: set[int], only: int | None) -> list[WrongWords]:
    stored: dict[int, set[str]] = defaultdict(set)
    for word, spot in _index(only):
        if spot % SUMS in suspect:
            stored[spot].add(word)
    found = []
    for company_id, id, spot, body in _texts(only):
        if spot % SUMS not in suspect:
            continue
        # Companies have spots of the same numbers; a word that names no company is anyone's.
        has = {word for word in stored[spot] if word.startswith(f"{company_id}§") or "§" not in word}
        stored[spot] -= has
        expected = _expected(company_id, spot, body)
        if expected != has:
            found.append(WrongWords(company_id, id, spot, body, frozenset(has), expected))
    return found + list(_of_nobody(stored))


def _of_nobody(stored: Mapping[int, set[str]]) -> Iterator[WrongWords]:
    """Words by spot, where no text is."""
    for spot, words in stored.items():
        by_company: dict[str, set[str]] = defaultdict(set)
        for word in words:
            by_company[word.partition("§")[0]].add(word)
        for company, some in by_company.items():
            company_id = int(company) if company.isdecimal() else None
            yield WrongWords(company_id, 0, spot, None, frozenset(some), frozenset())


def _is_taken(company_id: int, spot: int) -> bool:
    rows = fetch(
        """SELECT 1 FROM ledger_conversation c CROSS JOIN ledger_message m
        WHERE c.company_id = %s AND c.spot = %s AND m.company_id = %s AND m.customer_id = c.customer_id
        AND m.local_date = c.local_date AND m.spot = %s""",
        [company_id, conversation_of(spot), company_id, spot],
    )
    return bool(rows)


def _expected(company_id: int, spot: int, body: str | None) -> frozenset[str]:
    """The words that the index should hold."""
    return frozenset((indexed(company_id, spot, body) or "").split())


def _texts(only: int | None) -> Iterator[tuple[int, int, int, str | None]]:
    """(company id, message id, spot, body)."""
    for company_id in _companies(only):
        rows = stream("SELECT id, spot, body FROM ledger_message WHERE company_id = %s", [company_id])
        for id, spot, body in rows:
            yield company_id, id, spot, body


def _companies(only: int | None) -> list[int]:
    return [only] if only is not None else [id for (id,) in fetch(_COMPANIES, [])]


def _index(only: int | None) -> Iterator[tuple[str, int]]:
    """Every (word, spot) of the index."""
    yield from _of_index("SELECT term, doc FROM ledger_message_words_seen {}", only)


def _of_index(sql: str, only: int | None) -> Iterator[tuple[str, int]]:
    """Rows about the words of all companies; or of `only` one, which stand together in the index, and those
    that begin with no company's number."""
    if only is None:
        yield from stream(sql.format(""), [])
        return
    for span in (("", "0"), (f"{only}§", f"{only}\u00a8"), (":", "\U0010ffff")):
        yield from stream(sql.format("WHERE term >= %s AND term < %s"), span)


def _side_by_side(read: Read, only: int | None) -> Iterator[WrongWords]:
    for company_id in _companies(only):
        for message_id, spot, words_spot, body, words in stream(_BOTH, [company_id, company_id]):
            read(1)
            stored = frozenset((words or "").split())
            if message_id is None:
                yield WrongWords(company_id, 0, words_spot, None, stored, frozenset())
            elif stored != (expected := _expected(company_id, spot, body)):
                yield WrongWords(company_id, message_id, spot, body, stored, expected)


# Small enough that a hundred million of them are still a 64-bit integer.
_WORD_SUMS = (
    "SELECT term, SUM(1 + (doc %% 1000003) * (doc %% 65521)) FROM ledger_message_words_seen {} GROUP BY term"
)
_COMPANIES = "SELECT id FROM accounts_company ORDER BY id"
_BOTH = """SELECT m.id, m.spot, w.spot, m.body, array_to_string(tsvector_to_array(w.words), ' ')
    FROM (SELECT id, spot, body FROM ledger_message WHERE company_id = %s) m
    FULL JOIN (SELECT spot, words FROM ledger_message_words WHERE company_id = %s) w ON w.spot = m.spot"""
