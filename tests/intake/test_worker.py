"""Receipts become the ledger's rows, each once, whatever fails on the way."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import OperationalError, connection

from tests.databases import only_sqlite
from tests.intake.twilio import CUSTOMER, LINE, connect, inbound, post, ref, status
from tests.scene import company, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import TextSeen
from textmeter.intake import purge, settle, worker
from textmeter.intake.models import Connection
from textmeter.intake.quarantine import quarantined
from textmeter.intake.receipts import Receipt, keep
from textmeter.intake.worker import Work, WorkerRunning, is_running, run, work_once
from textmeter.ledger.statements import fetch
from textmeter.ledger.statements import run as run_sql
from textmeter.lib.days import now_ms
from textmeter.lib.ids import first_id_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Company:
    return company()


@pytest.fixture
def twilio(shop: Company) -> Connection:
    tracker(shop)
    return connect(shop)


def texts(shop: Company) -> list[Any]:
    rows = fetch("SELECT body FROM ledger_message WHERE company_id = %s ORDER BY sent_at, id", [shop.id])
    return [row[0] for row in rows]


def states() -> list[int]:
    return [row[0] for row in fetch("SELECT state FROM intake_receipt ORDER BY received_at, id", [])]


def test_in_order_of_arrival_company_by_company(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = company("Other")
    tracker(other, "+14045550181")
    theirs = connect(other)
    monkeypatch.setattr(worker, "MOST_TOGETHER", 3)
    for n in range(7):
        post(twilio, "message", inbound(str(n)))
        post(theirs, "message", inbound(f"their {n}", to="+14045550181"))
    assert work_once() == 14
    assert texts(shop) == [str(n) for n in range(7)]
    assert texts(other) == [f"their {n}" for n in range(7)]
    assert set(states()) == {1}
    assert work_once() == 0


def test_a_text_shows_within_a_second_of_its_answer(shop: Company, twilio: Connection) -> None:
    stop = threading.Event()
    loop = threading.Thread(target=run, args=[stop])
    loop.start()
    try:
        time.sleep(0.3)
        post(twilio, "message", inbound("quick"))
        answered = time.monotonic()
        while not texts(shop) and time.monotonic() - answered < 5:
            time.sleep(0.02)
        assert time.monotonic() - answered < 1
        assert is_running()
    finally:
        stop.set()
        loop.join()
    assert not is_running()


@only_sqlite
def test_a_second_worker_says_so_and_stops() -> None:
    with worker._only_one(), pytest.raises(WorkerRunning, match="Another worker is running on"):
        run(threading.Event())


def test_a_batch_that_fails_is_undone_and_only_the_poison_is_put_aside(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = settle.record

    def record(owner: Company, seen: list[TextSeen]) -> Any:
        done = real(owner, seen)
        if any(one.body == "poison" for one in seen):
            raise ZeroDivisionError("a bug")
        return done

    monkeypatch.setattr(settle, "record", record)
    for body in ("one", "poison", "two"):
        post(twilio, "message", inbound(body))
    assert work_once() == 3
    assert texts(shop) == ["one", "two"]
    assert states() == [1, 2, 1]
    (aside,) = quarantined()
    assert aside.reason == "could_not_apply"
    assert aside.sentence.endswith("After an update: `textmeter replay`. (ZeroDivisionError: a bug)")


def test_a_database_hiccup_puts_nothing_aside(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real, hiccups = settle.record, 2

    def record(*given: Any) -> Any:
        nonlocal hiccups
        hiccups -= 1
        if hiccups >= 0:
            raise OperationalError("database is locked")
        return real(*given)

    monkeypatch.setattr(settle, "record", record)
    post(twilio, "message", inbound("kept"))
    work = Work()
    assert work.turn() == 0
    assert "database is locked" in caplog.text
    assert states() == [0]
    with pytest.raises(OperationalError):
        work_once()
    time.sleep(0.6)
    assert work.turn() == 1
    assert texts(shop) == ["kept"]


def test_a_company_in_trouble_holds_no_other_up(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = company("Other")
    tracker(other, "+14045550181")
    theirs = connect(other)
    real = settle.record

    def record(owner: Company, seen: Any) -> Any:
        if owner == shop:
            raise OperationalError("something only here")
        return real(owner, seen)

    monkeypatch.setattr(settle, "record", record)
    post(twilio, "message", inbound("mine"))
    post(theirs, "message", inbound("theirs", to="+14045550181"))
    work = Work()
    assert work.turn() == 1
    assert texts(other) == ["theirs"]
    monkeypatch.setattr(worker, "LONGEST_PAUSE", 0)
    for _ in range(worker.LAST_TRY):
        for pause in work._pauses.values():
            pause.until = 0
        work.turn()
    assert [one.reason for one in quarantined()] == ["could_not_apply"]


def test_the_loop_survives_when_the_whole_database_is_gone(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    post(twilio, "message", inbound("still here"))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE intake_receipt RENAME TO elsewhere")
    stop = threading.Event()
    loop = threading.Thread(target=run, args=[stop])
    loop.start()
    time.sleep(0.3)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE elsewhere RENAME TO intake_receipt")
    deadline = time.monotonic() + 10
    while not texts(shop) and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    loop.join()
    assert texts(shop) == ["still here"]
    assert "The worker waits" in caplog.text


def test_receipts_of_a_company_or_connection_that_is_gone_are_put_aside(
    shop: Company, twilio: Connection
) -> None:
    url, headers = "http://x", {"host": "x"}
    keep(Receipt(twilio.id, 99, "message", url, headers, b"MessageSid=SM1", now_ms()))
    keep(Receipt(98, shop.id, "message", url, headers, b"MessageSid=SM1", now_ms()))
    work_once()
    assert {(one.company_id, one.reason, one.connection_key) for one in quarantined()} == {
        (99, "could_not_apply", twilio.key),
        (shop.id, "could_not_apply", ""),
    }


def test_statuses_in_any_order_and_a_calls_legs(shop: Company, twilio: Connection) -> None:
    """DOMAIN: order decides nothing; only a parent leg is a call."""
    sid, call = ref(), ref("CA")
    for word in ("delivered", "sent", "queued"):
        post(twilio, "status", status(sid, word))
    leg = {"CallSid": ref("CA"), "ParentCallSid": call, "CallStatus": "completed", "CallDuration": "27"}
    post(twilio, "voice-status", leg)
    recorded = {
        "CallSid": call,
        "RecordingSid": "RE1",
        "RecordingUrl": "https://x/RE1",
        "RecordingDuration": "27",
    }
    post(twilio, "recording", recorded)
    fields = {"CallSid": call, "From": CUSTOMER, "To": LINE, "Direction": "inbound", "CallStatus": "ringing"}
    post(twilio, "dial-status", fields | {"DialCallStatus": "completed", "DialCallDuration": "27"})
    post(twilio, "voice", fields)
    assert work_once() == 7
    assert fetch("SELECT carrier_ref, status FROM ledger_message", []) == [(sid, 90)]
    assert fetch("SELECT carrier_ref, outcome, seconds, recording_seconds FROM ledger_call", []) == [
        (call, 1, 27, 27)
    ]


def test_a_crash_between_ledger_and_receipts_cannot_be(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    mark = settle._mark
    monkeypatch.setattr(settle, "_mark", crash)
    post(twilio, "message", inbound("once"))
    with pytest.raises(KeyboardInterrupt):
        work_once()
    assert (texts(shop), states()) == ([], [0])
    monkeypatch.setattr(settle, "_mark", mark)
    assert work_once() == 1
    assert texts(shop) == ["once"]


def test_old_receipts_go_and_quarantined_ones_stay(shop: Company, twilio: Connection) -> None:
    """CONTRACT, Settings: applied receipts are kept for a time; quarantined ones never go by themselves."""
    old = now_ms() - 31 * purge.DAY
    for state, at in ((1, old), (2, old), (0, old), (1, now_ms() - 29 * purge.DAY)):
        keep(Receipt(twilio.id, shop.id, "message", "u", {}, b"", at, id=first_id_of(at) + state))
        run_sql("UPDATE intake_receipt SET state = %s WHERE id = %s", [state, first_id_of(at) + state])
    assert purge.purge_some(30) == 1
    assert purge.purge_some(30) == 0
    assert sorted(states()) == [0, 1, 2]
    assert fetch("SELECT count(*) FROM intake_receipt WHERE received_at = %s AND state = 1", [old]) == [(0,)]


def test_batches_that_take_long_become_smaller_and_grow_again() -> None:
    work = Work()
    work._keep_it_short(worker.LONGEST_TRANSACTION[connection.vendor] * 2, 200)
    assert work._together == 100
    work._keep_it_short(0.01, 100)
    assert work._together == 150
    work._keep_it_short(0.01, 150)
    assert work._together == 200
    work._keep_it_short(9, 1)
    assert work._together == 10
