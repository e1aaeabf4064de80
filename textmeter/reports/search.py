"""What a search means, and the one place that knows how each database finds words.

DOMAIN: the query and the texts are folded alike. A message is selected when the query is part of its
customer's folded name; or, when the query is at least 3 digits and phone punctuation only, part of the
customer's digits; or every word of the query is a word of its text, the last one as a beginning.
A query without letters and digits ("!!!") asks for something that no text can hold: it selects nothing.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from django.db import connection

from textmeter.ledger.words import LONGEST_WORD, search_token
from textmeter.lib.folding import fold
from textmeter.reports.statements import Sql

LONGEST_QUERY = 200
FEWEST_DIGITS = 3
_PUNCTUATION = frozenset("+().-/")
# Dashes, spaces and the invisible marks that come along when a number is copied from elsewhere.
_PUNCTUATION_KINDS = ("Pd", "Zs", "Cf")


@dataclass(frozen=True, slots=True)
class Search:
    folded: str
    digits: str  # empty: not to be looked for among phone numbers

    @property
    def words(self) -> list[str]:
        return self.folded.split()


def read_search(typed: str) -> Search:
    return Search(fold(typed), _phone_digits(typed))


def messages_found(company_id: int, search: Search, first: int, last: int) -> Sql:
    """Ids (column `id`) of the company's messages that the search finds; those found by their
    customer only from the local days `first` to `last` (YYYYMMDD), the others of any day."""
    if not search.folded:
        return Sql("SELECT m.id AS id FROM ledger_message m WHERE m.company_id = %s AND 1 = 0", (company_id,))
    found = customers_found(company_id, search)
    by_customer = Sql(
        f"""SELECT cm.id FROM ({found.text}) fc CROSS JOIN ledger_message cm
            WHERE cm.company_id = %s AND cm.customer_id = fc.id AND cm.local_date BETWEEN %s AND %s""",
        (*found.params, company_id, first, last),
    )
    return texts_with_words(company_id, search.words).then("UNION").then(by_customer)


def customers_found(company_id: int, search: Search) -> Sql:
    """Ids of the company's customers whose name or digits hold the query."""
    if not search.folded:
        return Sql("SELECT id FROM ledger_customer WHERE company_id = %s AND 1 = 0", (company_id,))
    text = "SELECT id FROM ledger_customer WHERE company_id = %s AND (folded_name LIKE %s"
    # Folding leaves letters, digits and spaces: nothing in it is a wildcard.
    params: tuple[object, ...] = (company_id, f"%{search.folded}%")
    if search.digits:
        return Sql(text + " OR digits LIKE %s)", (*params, f"%{search.digits}%"))
    return Sql(text + ")", params)


def texts_with_words(company_id: int, words: list[str]) -> Sql:
    """Ids (column `id`) of the company's messages whose text has every word, the last as a beginning.

    Each indexed text holds its company's token too, so that the query that demands the token finds
    nothing of another company.
    """
    asked = [search_token(company_id), *words]
    if connection.vendor == "sqlite":
        terms = " AND ".join(f'"{word}"' for word in asked)
        return Sql(
            "SELECT rowid AS id FROM ledger_message_words WHERE ledger_message_words MATCH %s", (f"{terms}*",)
        )
    terms = " & ".join(f"'{word[: LONGEST_WORD['postgresql']]}'" for word in asked)
    return Sql(
        "SELECT w.id AS id FROM ledger_message_words w WHERE w.company_id = %s AND w.words @@ %s::tsquery",
        (company_id, f"{terms}:*"),
    )


def _phone_digits(typed: str) -> str:
    """The digits of a query that is nothing but digits and phone punctuation, at least 3; else empty."""
    digits = ""
    for sign in unicodedata.normalize("NFKC", typed.strip()):
        if sign.isascii() and sign.isdigit():
            digits += sign
        elif sign not in _PUNCTUATION and unicodedata.category(sign) not in _PUNCTUATION_KINDS:
            return ""
    return digits if len(digits) >= FEWEST_DIGITS else ""
