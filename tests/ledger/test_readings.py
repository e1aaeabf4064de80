"""A delivery read ahead of its recording says what the delivery says (DOMAIN.md: Order decides nothing)."""

from __future__ import annotations

from hypothesis import given

from tests.ledger.deliveries import texts
from textmeter.carriers.seen import TextSeen
from textmeter.ledger.derive import message
from textmeter.ledger.parties import Parties
from textmeter.ledger.readings import read_text, seen_again
from textmeter.ledger.text_rows import change_of, new_text
from textmeter.ledger.texts import text_of

PARTIES = Parties(0, "+14045550112", "+14045550180")


@given(texts())
def test_what_was_read_can_be_kept_and_read_again(seen: TextSeen) -> None:
    once = read_text(seen)
    assert read_text(seen_again(once)) == once


@given(texts())
def test_a_text_of_one_delivery_stands_as_if_it_had_been_put_together(seen: TextSeen) -> None:
    reading = read_text(seen)
    state = text_of(reading, PARTIES)
    known = message(
        id=1,
        customer_id=2,
        tracker_id=3,
        carrier=state.carrier,
        carrier_ref=state.carrier_ref,
        direction=PARTIES.direction,
        sent_at=state.time[1],
        local_date=20260304,
        local_hour=9,
        status=state.status,
        automatic=state.automatic,
        body=state.body,
        agent=reading.columns.agent,
    )
    assert new_text(known, reading) == change_of(None, known, state)
