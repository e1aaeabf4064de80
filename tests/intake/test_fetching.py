"""Texts known only by their status are asked for at the carrier: 127.0.0.1 plays its API."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.intake.twilio import CUSTOMER, LINE, Api, connect, inbound, post, ref, status, twilio_api
from tests.scene import company, tracker
from textmeter.accounts.models import Company
from textmeter.carriers import twilio_history
from textmeter.intake import fetching
from textmeter.intake.connections import set_secret
from textmeter.intake.fetch_list import GAVE_UP, listed
from textmeter.intake.fetching import fetch_due
from textmeter.intake.models import Connection
from textmeter.intake.worker import run, work_once
from textmeter.ledger.statements import fetch
from textmeter.ledger.statements import run as run_sql

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Company:
    return company()


@pytest.fixture
def api() -> Iterator[Api]:
    with twilio_api() as api:
        yield api


@pytest.fixture
def twilio(shop: Company, api: Api) -> Connection:
    tracker(shop)
    return connect(shop, api_url=api.url)


def make_due() -> None:
    run_sql("UPDATE intake_fetch SET next_at = 0 WHERE next_at < %s", [GAVE_UP])


def texts(shop: Company) -> list[tuple[Any, ...]]:
    return fetch(
        "SELECT carrier_ref, body, sent_at, status, automatic FROM ledger_message WHERE company_id = %s"
        " ORDER BY carrier_ref",
        [shop.id],
    )


def sent(twilio: Connection, word: str = "sent") -> str:
    sid = ref()
    post(twilio, "status", status(sid, word))
    work_once()
    return sid


def waits() -> list[tuple[str, int, str | None]]:
    return [(one.carrier_ref, one.attempts, one.error) for one in listed()]


def test_a_text_sent_by_the_api_gets_its_words_and_its_own_time(
    shop: Company, twilio: Connection, api: Api
) -> None:
    sid = sent(twilio)
    assert [row[1] for row in texts(shop)] == [None]
    assert waits() == [(sid, 0, None)]
    assert fetch_due() == 0
    api.knows(sid)
    make_due()
    assert fetch_due() == 1
    assert texts(shop) == [(sid, "On our way", 1_772_634_781_000, 90, 0)]
    assert waits() == []


def test_a_reply_of_the_carrier_itself_is_automatic(shop: Company, twilio: Connection, api: Api) -> None:
    sid = sent(twilio)
    api.knows(sid, direction="outbound-reply")
    make_due()
    fetch_due()
    assert [row[4] for row in texts(shop)] == [1]


def test_words_that_come_by_themselves_end_the_waiting(shop: Company, twilio: Connection, api: Api) -> None:
    sid = ref()
    post(twilio, "status", status(sid, "received", sender=CUSTOMER, to=LINE))
    work_once()
    assert len(waits()) == 1
    post(twilio, "message", inbound("here", MessageSid=sid))
    work_once()
    assert waits() == []
    assert [row[1] for row in texts(shop)] == ["here"]


def test_a_status_that_names_no_numbers_is_asked_for_too(shop: Company, twilio: Connection, api: Api) -> None:
    sid = ref()
    post(twilio, "status", {"MessageSid": sid, "MessageStatus": "read"})
    work_once()
    assert texts(shop) == []
    api.knows(sid)
    make_due()
    fetch_due()
    assert texts(shop) == [(sid, "On our way", 1_772_634_781_000, 100, 0)]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (500, "Twilio had a failure of its own (500)."),
        (404, "Twilio doesn’t know this text."),
        (401, "Twilio refused the connection’s credentials (401). Enter them anew."),
    ],
)
def test_trouble_is_listed_and_tried_again_later_and_later(
    shop: Company, twilio: Connection, api: Api, code: int, said: str
) -> None:
    sid = sent(twilio)
    api.knows(sid, code=code)
    delays = []
    for _ in range(12):
        make_due()
        began = time.time() * 1000
        fetch_due()
        delays.append(round((fetch("SELECT next_at FROM intake_fetch", [])[0][0] - began) / 1000))
    assert waits() == [(sid, 12, said)]
    assert delays[:6] == pytest.approx([1, 3, 9, 27, 81, 243], abs=1)
    assert delays[-1] == pytest.approx(6 * 3600, abs=1)
    api.knows(sid)
    make_due()
    fetch_due()
    assert waits() == []


def test_a_connections_first_trouble_is_one_line_of_the_log(
    twilio: Connection, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        api.knows(sent(twilio), code=401)
    make_due()
    assert fetch_due() == 3
    (said,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert said.startswith(f"Texts of connection {twilio.id} can't be fetched for now: Twilio refused")


def test_giving_up_is_never_silent_and_a_new_secret_begins_again(
    twilio: Connection, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    sid = sent(twilio)
    run_sql("UPDATE intake_fetch SET attempts = %s", [fetching.MOST_ATTEMPTS - 1])
    make_due()
    fetch_due()
    (one,) = listed()
    assert (one.carrier_ref, one.next_at, one.error) == (sid, None, "Twilio doesn’t know this text.")
    assert f"Text {sid} was not fetched in 20 attempts" in caplog.text
    make_due()
    assert fetch_due() == 0
    set_secret(twilio, "another")
    assert fetch_due() == 1


def test_throttling_is_obeyed(twilio: Connection, api: Api) -> None:
    sid = sent(twilio)
    api.knows(sid, code=429, headers={"Retry-After": "120"})
    make_due()
    began = time.time() * 1000
    fetch_due()
    ((attempts, next_at),) = fetch("SELECT attempts, next_at FROM intake_fetch", [])
    assert attempts == 0
    assert next_at - began == pytest.approx(120_000, abs=2000)


def test_a_text_on_a_number_that_is_not_ours_stays_listed(
    shop: Company, twilio: Connection, api: Api
) -> None:
    sid = sent(twilio)
    api.knows(sid, **{"from": "+14045550999"})
    make_due()
    fetch_due()
    assert waits() == [
        (sid, 1, "+14045550999 is not a tracking number of this company."),
    ]


def test_one_connections_silence_holds_no_other_up(
    shop: Company, twilio: Connection, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_history, "TIMEOUT", httpx.Timeout(1.0))
    for _ in range(6):
        sent(twilio)
    api.before.clear()
    other = company("Other")
    tracker(other, "+14045550181")
    with twilio_api() as answering:
        theirs = connect(other, api_url=answering.url)
        sid = ref()
        post(theirs, "status", status(sid, "sent", sender="+14045550181"))
        work_once()
        answering.knows(sid, **{"from": "+14045550181"})
        make_due()
        stop = threading.Event()
        loop = threading.Thread(target=run, args=[stop])
        loop.start()
        began = time.monotonic()
        while not (texts(other) and texts(other)[0][1]) and time.monotonic() - began < 5:
            time.sleep(0.02)
        took = time.monotonic() - began
        post(twilio, "message", inbound("meanwhile"))
        while "meanwhile" not in [row[1] for row in texts(shop)] and time.monotonic() - began < 5:
            time.sleep(0.02)
        stop.set()
        api.before.set()
        loop.join()
    assert took < 0.9
    assert "meanwhile" in [row[1] for row in texts(shop)]
    assert len({path for path, _ in api.asked}) <= fetching.OF_ONE_CONNECTION + 2
