"""The machine's clock is set back and forth while deliveries come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count

import pytest

from tests.faults.rounds import by_chance, either
from tests.intake.twilio import connect, inbound, post, ref, status, twilio_api
from tests.scene import company, tracker
from textmeter.intake import worker
from textmeter.intake.fetching import fetch_due
from textmeter.intake.worker import work_once
from textmeter.ledger.check import check
from textmeter.ledger.statements import fetch
from textmeter.lib import days, ids
from textmeter.lib.days import now_ms
from textmeter.lib.ids import new_id

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 4, 17, tzinfo=UTC)


class Clock:
    """Stands in for the two places where the product asks what time it is."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self, tz: tzinfo | None = None) -> datetime:
        return self.at.astimezone(tz)

    def time_ns(self) -> int:
        return int(self.at.timestamp() * 1000) * 1_000_000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What the system counts since it was started (time.monotonic) goes on as it does."""
    one = Clock()

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return one.now(tz)

    monkeypatch.setattr(days, "datetime", Shifted)
    monkeypatch.setattr(ids, "time", one)
    monkeypatch.setattr(ids, "_last_ms", 0)
    return one


def test_nothing_is_lost_or_doubled_whatever_the_clock_says(clock: Clock) -> None:
    rng = by_chance()
    shop = company()
    tracker(shop)
    twilio = connect(shop)
    assert now_ms() == int(NOON.timestamp() * 1000)
    sent: dict[str, str] = {}
    for n in range(either(40, 1000)):
        clock.at = NOON + timedelta(seconds=rng.choice([0, 0, 1, 60, 3600, 86_400]) * rng.uniform(-40, 40))
        sid = ref()
        if rng.random() < 0.3:
            for word in ("sent", "delivered"):
                assert post(twilio, "status", status(sid, word)).status_code == 204
        else:
            sent[sid] = f"text {n}"
            for _ in range(rng.choice([1, 1, 2])):
                assert post(twilio, "message", inbound(sent[sid], MessageSid=sid)).status_code == 200
        if rng.random() < 0.2:
            work_once()
            worker._purge()
    work_once()
    found = fetch("SELECT carrier_ref, body FROM ledger_message WHERE body IS NOT NULL", [])
    assert dict(found) == sent
    assert len(found) == len(sent)
    assert fetch("SELECT count(*) FROM intake_receipt WHERE state <> 1", []) == [(0,)]
    assert check() == []


def test_ids_stay_different_and_rise_while_the_clock_goes_back(clock: Clock) -> None:
    made = []
    for back in count():
        clock.at = NOON - timedelta(hours=back)
        made += [new_id() for _ in range(3000)]
        if back == 4:
            break
    assert made == sorted(set(made))


def test_words_that_were_wished_for_while_the_clock_was_ahead_come_when_it_is_right_again(
    clock: Clock,
) -> None:
    shop = company()
    tracker(shop)
    with twilio_api() as api:
        twilio = connect(shop, api_url=api.url)
        sid = ref()
        api.knows(sid, body="On our way")
        clock.at = NOON + timedelta(days=900)
        post(twilio, "status", status(sid, "sent"))
        work_once()
        clock.at = NOON
        assert fetch_due() == 1
    assert fetch("SELECT body FROM ledger_message", []) == [("On our way",)]
