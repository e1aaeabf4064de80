"""Messages are found by a mark of their carrier's name that others may have too: nothing is lost or taken for
another for it, and `check` proves that each message is there once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from tests.scene import at_ms, company, put, text, tracker
from textmeter.accounts.models import Company
from textmeter.ledger import check as checking
from textmeter.ledger import readings, ref_check, text_rows
from textmeter.ledger.check import check
from textmeter.ledger.outcomes import Outcome
from textmeter.ledger.rebuild import rebuild
from textmeter.ledger.ref_marks import MARK_ON_POSTGRESQL, ref_mark
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.trackers import Tracker

pytestmark = pytest.mark.django_db
ANN = "+17705550101"


@pytest.fixture
def all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every name had the same mark."""
    for file in (readings, text_rows, ref_check, checking):
        monkeypatch.setattr(file, "ref_mark", lambda ref: 7)


def said(shop: Company, line: Tracker, ref: str, **more: Any) -> Any:
    return text(shop, line, ANN, f"This is {ref}", at_ms(shop, "2026-03-04 09:30"), carrier_ref=ref, **more)


def stored(shop: Company) -> list[tuple[str, str, str]]:
    return sorted(
        fetch("SELECT carrier, carrier_ref, body FROM ledger_message WHERE company_id = %s", [shop.id])
    )


@pytest.mark.usefixtures("all_the_same")
def test_messages_of_one_mark_stay_apart() -> None:
    """In one batch, one after the other, with another carrier's equal name, and twice."""
    shop = company()
    line = tracker(shop)
    put(shop, said(shop, line, "SM1"), said(shop, line, "SM2"))
    put(shop, said(shop, line, "SM3"), said(shop, line, "SM1", carrier="telnyx"))
    again = put(shop, said(shop, line, "SM2"), said(shop, line, "SM4"), said(shop, line, "SM3"))
    assert again == [Outcome.KNOWN, Outcome.ADDED, Outcome.KNOWN]
    twilio = [("twilio", f"SM{n}", f"This is SM{n}") for n in range(1, 5)]
    assert stored(shop) == [("telnyx", "SM1", "This is SM1"), *twilio]
    assert check(shop.id) == []


@pytest.mark.usefixtures("all_the_same")
def test_another_company_s_message_of_the_same_name_is_its_own() -> None:
    shop, stranger = company(), company("Stranger & Sons")
    mine, theirs = tracker(shop), tracker(stranger, "+14045550990")
    put(shop, said(shop, mine, "SM1"))
    assert put(stranger, said(stranger, theirs, "SM1")) == [Outcome.ADDED]
    assert len(stored(shop)) == len(stored(stranger)) == 1


def test_check_finds_a_message_that_is_there_twice() -> None:
    shop = company()
    line = tracker(shop)
    put(shop, said(shop, line, "SM1"), said(shop, line, "SM2"))
    run("UPDATE ledger_message SET carrier_ref = 'SM1', ref_mark = %s", [ref_mark("SM1")])
    found = [one for one in check(shop.id) if one.stored == {"carrier": "twilio", "carrier_ref": "SM1"}]
    ((later,),) = fetch("SELECT MAX(id) FROM ledger_message WHERE company_id = %s", [shop.id])
    assert [(one.table, one.key, one.recounted) for one in found] == [("ledger_message", str(later), None)]


def test_a_wrong_mark_is_found_and_mended() -> None:
    shop = company()
    line = tracker(shop)
    put(shop, said(shop, line, "SM1"), said(shop, line, "SM2"))
    run("UPDATE ledger_message SET ref_mark = 5 WHERE carrier_ref = 'SM1'", [])
    (found,) = check(shop.id)
    assert (found.table, found.stored, found.recounted) == (
        "ledger_message",
        {"ref_mark": 5},
        {"ref_mark": ref_mark("SM1")},
    )
    rebuild(shop)
    assert check(shop.id) == []
    assert put(shop, said(shop, line, "SM1")) == [Outcome.KNOWN]


@pytest.mark.parametrize("ref", ["", "SM1", "SM" + "0f" * 16, "Zoë 🦷 \\x41 ' \" %s", "x" * 5_000])
def test_marks_are_integers_of_four_bytes(ref: str) -> None:
    assert -(2**31) <= ref_mark(ref) < 2**31
    if connection.vendor == "postgresql":
        assert fetch(f"SELECT {MARK_ON_POSTGRESQL.format('%s::text')}", [ref]) == [(ref_mark(ref),)]


def test_marks_never_change() -> None:
    """They stand in databases."""
    assert (ref_mark("SM1"), ref_mark("")) == (-528178884, -474954686)
