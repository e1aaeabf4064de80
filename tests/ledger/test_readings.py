"""A delivery read ahead of its recording says what the delivery says (DOMAIN.md: Order decides nothing)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from tests.ledger.deliveries import texts
from textmeter.carriers.seen import TextSeen
from textmeter.ledger.derive import message
from textmeter.ledger.parties import Parties
from textmeter.ledger.readings import read_text, seen_again
from textmeter.ledger.text_rows import change_of, new_text
from textmeter.ledger.text_times import packed_times, unpacked_times
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
        spot=5,
    )
    assert new_text(known, reading) == change_of(None, known, state)


ARRIVED = 1_772_600_000_250


@pytest.mark.parametrize(
    ("status", "statuses", "facts"),
    [
        (2, '{"2":1772600000250}', "[1,1772600000250]"),
        (90, '{"40":1772600000000,"90":1772600000250}', '[1,1772600000250,{"b":[0,1772600000900]}]'),
        (0, None, "[1,1772600000250]"),
    ],
)
def test_rows_of_the_first_release_are_read_and_written_as_new_ones(
    status: int, statuses: str | None, facts: str
) -> None:
    contents = {"b": "Hi", "a": None, "p": PARTIES}
    known = unpacked_times((statuses, facts), contents, status, ARRIVED - 250)
    assert (
        unpacked_times(packed_times(known[1], known[0], ARRIVED - 250), contents, status, ARRIVED - 250)
        == known
    )
    assert known[0] == {int(one): at for one, at in json.loads(statuses or "{}").items()}
    assert known[1]["p"] == (1, ARRIVED, PARTIES)
