"""What a search means.

DOMAIN: the query and the texts are folded alike. A message is selected when the query is part of its
customer's folded name; or, when the query is at least 3 digits and phone punctuation only, part of the
customer's digits; or every word of the query is a word of its text, the last one as a beginning.
A query without letters and digits ("!!!") asks for something that no text can hold: it selects nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection

from textmeter.ledger.customer_parts import parts_of
from textmeter.ledger.words import LONGEST_WORD, words_of
from textmeter.lib.days import as_key
from textmeter.lib.folding import fold, words_in
from textmeter.reports.filter import Filter
from textmeter.reports.search_texts import no_spots, of_direction, texts_of_words
from textmeter.reports.statements import Sql, fetch, fetch_one, places

LONGEST_QUERY = 200
FEWEST_DIGITS = 3
_PUNCTUATION = frozenset("+().-/")
# Dashes, spaces and the invisible marks that come along when a number is copied from elsewhere.
_PUNCTUATION_KINDS = ("Pd", "Zs", "Cf")
# So many customers are named one by one.
FEW_CUSTOMERS = 2000


@dataclass(frozen=True, slots=True)
class Search:
    folded: str
    digits: str  # empty: not to be looked for among phone numbers

    @property
    def words(self) -> list[str]:
        """As the index holds them."""
        longest = LONGEST_WORD[connection.vendor]
        return [word[:longest] for word in self.folded.split()]

    def is_of(self, folded_name: str, digits: str) -> bool:
        """Whether it finds a customer."""
        return bool(self.folded) and (
            self.folded in folded_name or bool(self.digits and self.digits in digits)
        )

    def is_in(self, body: str | None) -> bool:
        """Whether it finds a text."""
        *whole, beginning = self.words or [""]
        said = words_of(body)
        return (
            bool(beginning)
            and any(word.startswith(beginning) for word in said)
            and all(word in said for word in whole)
        )

    def hits(self, body: str | None) -> list[tuple[int, int]]:
        """Where in a text that it finds the words stand by which it does: the first sign of each, and the
        one behind its last. None in other texts."""
        if not body or not self.is_in(body):
            return []
        *whole, beginning = self.words
        longest = LONGEST_WORD[connection.vendor]
        return [
            (begin, end)
            for word, begin, end in words_in(body)
            if word.startswith(beginning) or word[:longest] in whole
        ]


@dataclass(frozen=True, slots=True)
class Customers:
    """Those whom a search finds. `ids`: all of them, None where they are too many to name."""

    ids: tuple[int, ...] | None
    sql: Sql  # the same as rows (id)


def read_search(typed: str) -> Search:
    return Search(fold(typed), _phone_digits(typed))


def spots_found(flt: Filter, customers: Customers | None = None) -> Sql:
    """Spots (column `spot`, each once) of the messages of the filter's days and direction that its search
    finds, whatever their tracker and hour. `customers` spares looking for them again."""
    search = read_search(flt.q)
    if not search.folded:
        return no_spots(flt.company_id)
    texts, known = texts_found(flt, search), customers or customers_found(flt.company_id, search)
    if known.ids == ():
        return texts
    if known.ids is None:
        of_customers = Sql(
            f"""SELECT cm.spot FROM ({known.sql.text}) fc CROSS JOIN ledger_message cm
            WHERE cm.company_id = %s AND cm.customer_id = fc.id""",
            (*known.sql.params, flt.company_id),
        )
    else:
        of_customers = Sql(
            f"""SELECT cm.spot FROM ledger_message cm WHERE cm.company_id = %s
            AND cm.customer_id IN ({places(known.ids)})""",
            (flt.company_id, *known.ids),
        )
    days = Sql("AND cm.local_date BETWEEN %s AND %s", (as_key(flt.start), as_key(flt.end)))
    return texts.then("UNION").then(of_customers).then(days).then(of_direction(flt, "cm.spot"))


def texts_found(flt: Filter, search: Search) -> Sql:
    """Spots (column `spot`, each once) of the texts of the filter's days and direction that have every word,
    the last as a beginning."""
    return texts_of_words(flt, search.words)


def customers_found(company_id: int, search: Search) -> Customers:
    """The company's customers whose name or digits hold the query."""
    asked = [("folded_name", search.folded)] + ([("digits", search.digits)] if search.digits else [])
    parts = [_holding(company_id, column, text) for column, text in asked if text]
    sql = Sql(" UNION ".join(part.text for part in parts), tuple(p for part in parts for p in part.params))
    if not parts:
        return Customers(
            (), Sql("SELECT id FROM ledger_customer WHERE company_id = %s AND 1 = 0", (company_id,))
        )
    some = fetch(Sql(f"SELECT id FROM ({sql.text}) found LIMIT %s", (*sql.params, FEW_CUSTOMERS + 1)))
    return Customers(tuple(row[0] for row in some) if len(some) <= FEW_CUSTOMERS else None, sql)


def customers_among(company_id: int, search: Search, ids: Collection[int]) -> set[int]:
    """Those of the company's customers `ids` whose name or digits hold the query."""
    if not ids or not search.folded:
        return set()
    some = sorted(ids)
    rows = fetch(
        Sql(
            f"""SELECT id, folded_name, digits FROM ledger_customer
            WHERE company_id = %s AND id IN ({places(some)})""",
            (company_id, *some),
        )
    )
    return {id for id, folded_name, digits in rows if search.is_of(folded_name, digits)}


def _holding(company_id: int, column: str, text: str) -> Sql:
    """Ids of customers with `text` in that column."""
    # Folding leaves letters, digits and spaces: nothing in it is a wildcard.
    wanted = (company_id, f"%{text}%")
    part = _rarest(company_id, sorted(parts_of(text)))
    if not part:
        return Sql(f"SELECT id FROM ledger_customer WHERE company_id = %s AND {column} LIKE %s", wanted)
    return Sql(
        f"""SELECT cu.id AS id FROM ledger_customer_part p CROSS JOIN ledger_customer cu
        WHERE p.company_id = %s AND p.part = %s AND cu.company_id = %s AND cu.id = p.customer_id
        AND cu.{column} LIKE %s""",
        (company_id, part, *wanted),
    )


def _rarest(company_id: int, parts: Sequence[str]) -> str:
    """The part that the fewest customers have; empty where there is none."""
    if len(parts) < 2:
        return "".join(parts)
    count = """(SELECT COUNT(*) FROM (SELECT 1 FROM ledger_customer_part
        WHERE company_id = %s AND part = %s LIMIT 1000) few)"""
    sql = f"SELECT {', '.join([count] * len(parts))}"
    counts = fetch_one(Sql(sql, tuple(value for part in parts for value in (company_id, part))))
    return min(zip(counts, parts, strict=True))[1]


def _phone_digits(typed: str) -> str:
    """The digits of a query that is nothing but digits and phone punctuation, at least 3; else empty."""
    digits = ""
    for sign in unicodedata.normalize("NFKC", typed.strip()):
        if sign.isascii() and sign.isdigit():
            digits += sign
        elif sign not in _PUNCTUATION and unicodedata.category(sign) not in _PUNCTUATION_KINDS:
            return ""
    return digits if len(digits) >= FEWEST_DIGITS else ""
