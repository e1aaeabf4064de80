"""DOMAIN.md, "Opt-outs"."""

from __future__ import annotations

import pytest

from tests.ledger.tables import customers, messages, table
from tests.scene import answers, at_ms, company, says, tracker
from textmeter.ledger.opt_words import OptWord, opt_word

ANN, BEN = "+14045550112", "+14045550113"

OUT = [
    "STOP",
    "stop",
    "Stop.",
    " STOPALL ",
    "unsubscribe!",
    "CANCEL",
    "end",
    "Quit",
    "REVOKE",
    "OPTOUT",
    "opt out",
]
OUT += [
    "“Stop”",
    "¡stop!",
    "…STOP…",
    "*STOP*",
    "stop\n",
    "\u2003stop",
    "OPT OUT.",
    "'end'",
    "stop" + "!" * 300,
]
IN = ["START", "yes", "Yes!", "UNSTOP", "start."]
NEITHER = [
    "",
    "STOP PLEASE",
    "please stop",
    "s top",
    "opt-out",
    "opt  out",
    "optin",
    "stopp",
    "yes please",
    "help",
]
NEITHER += ["unstopp", "!!!", "st.op", "STOP 🛑", "ſtop", "quit it"]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        *((body, OptWord.OUT) for body in OUT),
        *((body, OptWord.IN) for body in IN),
        *((body, None) for body in NEITHER),
    ],
)
def test_exactly_these_words_case_and_surrounding_spaces_and_punctuation_aside(
    body: str, word: OptWord | None
) -> None:
    assert opt_word(body) is word


@pytest.mark.django_db
def test_each_word_leaves_a_line_with_its_message_and_the_latest_counts() -> None:
    shop, stranger = company(), company("Stranger")
    line, other = tracker(shop), tracker(stranger, "+14045550190")
    says(shop, line, ANN, "Stop", at="2026-03-04 09:00", carrier_ref="SM1")
    says(shop, line, BEN, "start", at="2026-03-04 09:00", carrier_ref="SM2")
    says(stranger, other, ANN, "Hi", at="2026-03-04 09:00")
    answers(shop, line, ANN, "Stop", at="2026-03-04 09:30")
    ids = dict(messages(shop, "carrier_ref, id"))
    assert customers(shop, "number, opted_out_by") == [(ANN, ids["SM1"]), (BEN, None)]
    assert customers(stranger, "opted_out_by") == [(None,)]
    says(shop, line, ANN, "YES", at="2026-03-05 09:00", carrier_ref="SM3")
    assert customers(shop, "opted_out_by") == [(None,), (None,)]
    says(shop, line, ANN, "quit", at="2026-03-04 12:00", carrier_ref="SM4")
    assert customers(shop, "opted_out_by") == [(None,), (None,)]
    ids = dict(messages(shop, "carrier_ref, id"))
    assert table(shop, "opt_out", "message_id, at, opted_in", "at, message_id") == [
        (ids["SM1"], at_ms(shop, "2026-03-04 09:00"), 0),
        (ids["SM2"], at_ms(shop, "2026-03-04 09:00"), 1),
        (ids["SM4"], at_ms(shop, "2026-03-04 12:00"), 0),
        (ids["SM3"], at_ms(shop, "2026-03-05 09:00"), 1),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "second", "is_out"), [("STOP", "START", False), ("START", "STOP", True)])
def test_of_two_words_of_one_instant_the_ledger_s_last_counts(first: str, second: str, is_out: bool) -> None:
    shop = company()
    line = tracker(shop)
    for ref, body in (("SM2", second), ("SM1", first)):
        says(shop, line, ANN, body, at="2026-03-04 09:00", carrier_ref=ref)
    ids = dict(messages(shop, "carrier_ref, id"))
    assert customers(shop, "opted_out_by") == [(ids["SM2"] if is_out else None,)]
