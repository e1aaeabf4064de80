"""DOMAIN.md, "Calls"."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.ledger.rows import rows
from tests.ledger.tables import calls_of, customers
from tests.scene import company, put, tracker
from textmeter.carriers.seen import CallSeen, Direction, LegStatus, Recording, Source
from textmeter.ledger.calls import Call, CallOutcome
from textmeter.ledger.parties import Parties
from textmeter.ledger.record import Outcome
from textmeter.ledger.remove import remove_ledger

pytestmark = pytest.mark.django_db
ANN, OURS = "+14045550112", "+14045550180"
S = LegStatus


def outcome(parent: LegStatus, dial: LegStatus, direction: int = 0, voicemail: bool = False) -> CallOutcome:
    fields = {"p": (0, 0, Parties(direction, ANN, OURS))}
    recordings = {"RE1": {"i": (0, 0, 1)} | ({"v": (0, 0, 1)} if voicemail else {})}
    return Call("twilio", "CA1", (0, 0), parent, dial, fields, recordings).outcome


@pytest.mark.parametrize(
    ("parent", "dial", "direction", "voicemail", "expected"),
    [
        (S.RINGING, S.UNKNOWN, 0, False, CallOutcome.GOING_ON),
        (S.IN_PROGRESS, S.NO_ANSWER, 0, False, CallOutcome.GOING_ON),
        (S.IN_PROGRESS, S.ANSWERED, 0, False, CallOutcome.ANSWERED),
        (S.COMPLETED, S.COMPLETED, 0, False, CallOutcome.ANSWERED),
        (S.COMPLETED, S.COMPLETED, 0, True, CallOutcome.ANSWERED),
        (S.COMPLETED, S.UNKNOWN, 0, False, CallOutcome.MISSED),
        (S.COMPLETED, S.NO_ANSWER, 0, False, CallOutcome.MISSED),
        (S.COMPLETED, S.NO_ANSWER, 0, True, CallOutcome.VOICEMAIL),
        (S.BUSY, S.UNKNOWN, 0, False, CallOutcome.MISSED),
        (S.CANCELED, S.CANCELED, 0, False, CallOutcome.MISSED),
        (S.COMPLETED, S.UNKNOWN, 1, False, CallOutcome.ANSWERED),
        (S.NO_ANSWER, S.UNKNOWN, 1, False, CallOutcome.MISSED),
        (S.COMPLETED, S.BUSY, 1, False, CallOutcome.MISSED),
    ],
)
def test_outcome(
    parent: LegStatus, dial: LegStatus, direction: int, voicemail: bool, expected: CallOutcome
) -> None:
    """Answered: the dialled leg was completed or answered. Missed: the parent ended without that.
    Voicemail only when a recording says so."""
    assert outcome(parent, dial, direction, voicemail) == expected


def seen(source: Source, at: int, **more: object) -> CallSeen:
    return CallSeen(carrier="twilio", carrier_ref="CA1", source=source, arrived_at=at, **more)  # type: ignore[arg-type]


LEGS = [
    seen(Source.WEBHOOK, 1000, from_number=ANN, to_number=OURS, parent_status=S.RINGING, customer_name="Ann"),
    seen(Source.STATUS, 3000, dial_status=S.COMPLETED, seconds=27),
    seen(Source.STATUS, 4000, from_number=ANN, to_number=OURS, parent_status=S.COMPLETED, parent_seconds=31),
    seen(Source.STATUS, 5000, recording=Recording("RE1", "https://x/RE1", 27)),
]


def test_callbacks_in_any_order_lead_to_the_same_row() -> None:
    found, shop = [], company()
    for order in permutations(LEGS):
        remove_ledger(shop.id)  # which frees the number
        shop = company()
        tracker(shop, OURS)
        at_later = order
        put(shop, *at_later) if len(found) % 2 else [put(shop, leg) for leg in at_later]
        found.append(rows(shop)["call"])
        if len(found) == 1:
            assert calls_of(
                shop,
                "direction, started_at, outcome, seconds, recording_ref, recording_url, recording_seconds",
            ) == [(0, 1000, CallOutcome.ANSWERED, 27, "RE1", "https://x/RE1", 27)]
            assert customers(shop, "number, heard_name, last_text_at") == [(ANN, "Ann", None)]
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize("caller", ["anonymous", "+266696687", "Restricted", "+86282452253", ""])
def test_a_withheld_caller_is_a_call_without_a_customer(caller: str) -> None:
    shop = company()
    tracker(shop, OURS)
    assert put(shop, seen(Source.WEBHOOK, 1, from_number=caller, to_number=OURS, customer_name="X")) == [
        Outcome.ADDED
    ]
    assert calls_of(shop, "customer_id, direction") == [(None, 0)]
    assert customers(shop, "number") == []


def test_a_call_that_the_company_makes_is_its_own_leg() -> None:
    shop = company()
    tracker(shop, OURS)
    made = {"from_number": OURS, "to_number": ANN, "direction": Direction.OUTBOUND}
    put(shop, seen(Source.STATUS, 1, parent_status=S.COMPLETED, parent_seconds=12, **made))
    assert calls_of(shop, "direction, outcome, seconds") == [(1, CallOutcome.ANSWERED, 12)]


def test_the_recording_shown_is_whole() -> None:
    """Of two recordings, one is shown with its own address and length; nothing known is blanked."""
    shop = company()
    tracker(shop, OURS)
    put(
        shop,
        LEGS[0],
        seen(Source.STATUS, 5000, recording=Recording("RE2", "https://x/2", 9)),
        seen(Source.STATUS, 4000, recording=Recording("RE1")),
        seen(Source.STATUS, 6000, recording=Recording("RE1", "https://x/1")),
        seen(Source.STATUS, 7000, recording=Recording("RE1")),
    )
    assert calls_of(shop, "recording_ref, recording_url, recording_seconds") == [("RE1", "https://x/1", None)]
