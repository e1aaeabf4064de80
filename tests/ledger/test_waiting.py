"""DOMAIN.md, "Waiting": leaving out opt-out and opt-in words, the customer's latest text is inbound, and
since then no answer and no answered call. Since when: the first inbound text of that unanswered run."""

from __future__ import annotations

import pytest

from tests.ledger.tables import customers
from tests.scene import answers, at_ms, calls, company, says, tracker
from textmeter.carriers.seen import Direction, Status
from textmeter.ledger.check import check

pytestmark = pytest.mark.django_db
ANN = "+14045550112"

# Each: what happened at which minute, and since which minute the customer waits.
SCENES = {
    "a text": (["in 1"], 1),
    "two texts wait since the first": (["in 1", "in 2"], 1),
    "an answer": (["in 1", "out 2"], None),
    "a text after the answer": (["in 1", "out 2", "in 3", "in 4"], 3),
    "nothing asked": (["out 1"], None),
    "a failed answer is the latest text": (["in 1", "failed 2"], None),
    "a failed answer leaves the run going": (["in 1", "failed 2", "in 3"], 1),
    "a machine's answer leaves the run going": (["in 1", "auto 2", "in 3"], 1),
    "an answered call": (["in 1", "call 2"], None),
    "an answered call to them": (["in 1", "dial 2"], None),
    "a missed call": (["in 1", "missed 2"], 1),
    "a text after the call": (["in 1", "call 2", "in 3"], 3),
    "a call at the text's own instant": (["in 1", "call 1"], None),
    "stop is left out": (["in 1", "stop 2"], 1),
    "only stop": (["stop 1"], None),
    "stop after an answer": (["in 1", "out 2", "stop 3"], None),
    "an agent's yes is an answer": (["in 1", "yes 2"], None),
}


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("order", ["forward", "backward"])
def test_waiting(name: str, order: str) -> None:
    events, since = SCENES[name]
    shop = company()
    line = tracker(shop)
    for event in events if order == "forward" else reversed(events):
        what, minute = event.split()
        at = f"2026-03-04 09:0{minute}"
        match what:
            case "in":
                says(shop, line, ANN, "Hi", at)
            case "stop":
                says(shop, line, ANN, "Stop", at)
            case "out" | "yes":
                answers(shop, line, ANN, "Yes", at)
            case "failed":
                answers(shop, line, ANN, "Hello", at, status=Status.FAILED)
            case "auto":
                answers(shop, line, ANN, "Hello", at, is_automatic=True)
            case "call":
                calls(shop, line, ANN, at, seconds=10)
            case "missed":
                calls(shop, line, ANN, at)
            case "dial":
                numbers = {"from_number": line.number, "to_number": ANN, "direction": Direction.OUTBOUND}
                calls(shop, line, ANN, at, seconds=10, **numbers)
    expected = (None, None) if since is None else (at_ms(shop, f"2026-03-04 09:0{since}"), 20260304)
    assert customers(shop, "waiting_since, waiting_date") == [expected]
    assert check() == []


def test_the_log_marks_the_latest_conversation() -> None:
    shop = company()
    line = tracker(shop)
    says(shop, line, ANN, "Hi", at="2026-03-04 09:00")
    says(shop, line, ANN, "Still there?", at="2026-03-06 09:00")
    assert customers(shop, "waiting_since, waiting_date") == [(at_ms(shop, "2026-03-04 09:00"), 20260306)]
    says(shop, line, ANN, "stop", at="2026-03-07 09:00")
    assert customers(shop, "waiting_since, waiting_date") == [(at_ms(shop, "2026-03-04 09:00"), 20260307)]


@pytest.mark.parametrize("before", ["nothing", "answer", "call"])
def test_a_long_run_is_read_back_to_its_beginning(before: str) -> None:
    """More texts than one look holds, and then what seemed an answer turns out to have failed."""
    shop = company()
    line = tracker(shop)
    if before == "answer":
        answers(shop, line, ANN, "Hello", at="2026-03-01 09:00")
    elif before == "call":
        says(shop, line, ANN, "Call me", at="2026-03-01 08:00")
        calls(shop, line, ANN, at="2026-03-01 09:00", seconds=5)
    start = at_ms(shop, "2026-03-02 09:00")
    for step in range(130):
        says(shop, line, ANN, "Hi", at=start + step * 1000)
    answers(shop, line, ANN, "Hello", at="2026-03-03 09:00", carrier_ref="SM1", status=Status.SENT)
    says(shop, line, ANN, "Hi", at="2026-03-04 09:00")
    assert customers(shop, "waiting_since") == [(at_ms(shop, "2026-03-04 09:00"),)]
    answers(shop, line, ANN, None, at="2026-03-03 09:00", carrier_ref="SM1", status=Status.FAILED)
    assert customers(shop, "waiting_since") == [(start,)]
    assert check() == []
