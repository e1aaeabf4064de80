"""DOMAIN.md, "Filters and figures", Search: fold alike; part of the name, part of the digits, or every word,
the last one as a beginning."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.reports.asking import chosen
from tests.scene import answers, company, says, tracker
from textmeter.accounts.models import Company
from textmeter.reports.figures import figures
from textmeter.reports.messages import each_message
from textmeter.reports.search import Search, read_search

pytestmark = pytest.mark.django_db

ZOE, ANN = "+17705550112", "+14045550199"
CROWN, ANSWER, REFUND, PRICE = (
    "Is the CROWN ready?",
    "Ready on Monday, Zoé!",
    "No réfund, thanks",
    "It's 770-555 or §7 for you",
)


@pytest.fixture
def shop() -> Company:
    """Two customers; and another company with the same customers and words."""
    shop = company()
    for owner, number in ((shop, "+14045550180"), (company("Other"), "+14045550990")):
        main = tracker(owner, number)
        says(owner, main, ZOE, CROWN, at="2026-03-04 09:00", customer_name="Zoë  O'Neil")
        answers(owner, main, ZOE, ANSWER, at="2026-03-04 09:05")
        says(owner, main, ANN, REFUND, at="2026-03-05 09:00")
        says(owner, main, ANN, PRICE, at="2026-03-06 09:00")
        says(owner, main, "SHOPCODE", "👍", at="2026-03-07 09:00")
    return shop


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("crown", [CROWN]),
        ("the crown", [CROWN]),
        ("ready crown", [CROWN]),
        ("crown read", [CROWN]),
        ("crow ready", []),  # only the last word may be a beginning
        ("own", []),  # no word's middle
        ("REFUND", [REFUND]),
        ("réf", [REFUND]),
        ("ready", [CROWN, ANSWER]),
        ("zoe", [CROWN, ANSWER]),  # by name and by word
        ("oë o", [CROWN, ANSWER]),  # part of the name
        ("neil", [CROWN, ANSWER]),
        ("o'neil crown", []),
        ("(770) 555", [CROWN, ANSWER, PRICE]),  # by digits, and by words
        ("550112", [CROWN, ANSWER]),
        ("77", [PRICE]),  # two digits are words only
        ("555-0199", [REFUND, PRICE]),
        ("+1 404", [REFUND, PRICE]),
        ("404 refund", []),
        ("770\u2011555\u20110112", [CROWN, ANSWER]),
        ("it s", [PRICE]),
        ("!!!", []),
        ("👍", []),
        ('"crown" OR NEAR(', []),
        ("crown*", [CROWN]),
        ("%", []),
        ("_", []),
        ("§7", [PRICE]),
    ],
)
def test_what_a_search_finds(shop, typed, found):
    flt = chosen(shop, f"q={quote(typed)}")
    assert [row.body for row in each_message(flt)] == found
    assert figures(flt).now.messages == len(found)


def test_a_companys_token_finds_nothing_of_it_or_of_others(shop):
    for owner in Company.objects.all():
        assert figures(chosen(shop, f"q=§{owner.id}")).now.messages == 0


def test_three_digits_and_phone_punctuation_only_are_looked_for_in_numbers():
    assert read_search(" (770) 555-01 ") == Search("770 555 01", "77055501")
    assert read_search("77-5").digits == "775"
    assert read_search("77").digits == ""
    assert read_search("770 a").digits == ""
    assert read_search("---").digits == ""
    assert read_search("１２３").digits == "123"
