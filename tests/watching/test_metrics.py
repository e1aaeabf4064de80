"""/metrics: for whom, what it tells, and what never stands there."""

from __future__ import annotations

import math
import os
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from tests import scene
from tests.cli.terminal import served
from tests.databases import only_sqlite
from tests.end_to_end.installation import Carrier, Installation, new_ref
from tests.intake import twilio
from textmeter.intake import heard, receipts, tallies
from textmeter.intake.reasons import Reason
from textmeter.intake.receipts import Receipt, State, keep
from textmeter.intake.worker import work_once
from textmeter.lib.days import now_ms
from textmeter.pages import metrics

TOKEN = "a-token-of-some-length"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def on(settings: Any, tmp_path: Path) -> None:
    """Metrics are on, and no process has counted anything."""
    settings.METRICS_TOKEN = TOKEN
    settings.DATA_DIR = tmp_path
    tallies._begin_anew()
    metrics._quiet_then = (-math.inf, {})


def samples(text: str) -> Samples:
    return {
        (sample.name.removeprefix("textmeter_"), frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def asked(path: str = "/metrics", token: str = TOKEN) -> Samples:
    answer = Client().get(path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return samples(answer.content.decode())


def one(found: Samples, name: str, **labels: object) -> float:
    return found[name, frozenset((key, str(value)) for key, value in labels.items())]


@pytest.mark.django_db
def test_without_the_setting_there_is_nothing() -> None:
    for given in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
        assert Client().get("/metrics", headers=given).status_code == 404


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer é"],
)
def test_without_the_token_it_says_nothing(on: None, given: str) -> None:
    """No `db` fixture: any query would fail here."""
    answer = Client().get("/metrics", headers={"Authorization": given} if given else {})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.content == b"A token is needed.\n"


@pytest.mark.django_db(transaction=True)
def test_it_tells_what_waits_what_is_set_apart_and_who_was_heard(on: None) -> None:
    receipts.stop()
    shop = scene.company("Piedmont Dental")
    scene.tracker(shop, twilio.LINE)
    made, silent = twilio.connect(shop), twilio.connect(scene.company("Silent"))
    before = now_ms()
    fields = {
        "From": twilio.CUSTOMER,
        "To": twilio.LINE,
        "Body": "hi",
        "SmsStatus": "received",
        "NumMedia": "0",
    }
    for to in (twilio.LINE, "+14045550199"):
        twilio.post(made, "message", fields | {"MessageSid": twilio.ref(), "To": to})
    work_once()
    twilio.post(made, "message", fields | {"MessageSid": twilio.ref()})
    twilio.post(made, "status", fields, secret="wrong")
    Client().post("/hooks/nobody/anything")
    found = asked()
    receipts.stop()
    assert one(found, "receipts", state="waiting") == 1
    assert one(found, "receipts", state="quarantined") == 2
    reasons = {reason: one(found, "quarantine", reason=reason.value) for reason in Reason}
    assert {reason: count for reason, count in reasons.items() if count} == {
        Reason.UNKNOWN_NUMBER: 1,
        Reason.BAD_SIGNATURE: 1,
    }
    assert 0 < one(found, "seconds_behind") < 60
    heard_at = one(
        found, "connection_last_heard_timestamp_seconds", company_id=shop.id, connection_id=made.id
    )
    assert before / 1000 <= heard_at <= now_ms() / 1000
    assert (
        one(
            found,
            "connection_last_heard_timestamp_seconds",
            company_id=silent.company_id,
            connection_id=silent.id,
        )
        == 0
    )
    for what, status, count in (("message", 200, 3), ("status", 403, 1), ("unknown", 404, 1)):
        assert one(found, "webhook_answer_seconds_count", what=what, status=status) == count
    assert one(found, "receipts_settled_total", outcome="applied") == 1
    assert one(found, "receipts_settled_total", outcome="quarantined") == 1
    assert (one(found, "worker_alive"), one(found, "database_up")) == (0, 1)
    assert one(found, "numbers_quiet", company_id=shop.id) == 0
    for name in ("database_bytes", "disk_free_bytes", "disk_size_bytes", "memory_bytes", "processes"):
        assert one(found, name) > 0


@pytest.mark.django_db(transaction=True)
def test_nothing_of_customers_names_or_secrets_stands_there(on: None) -> None:
    shop = scene.company("Piedmont Dental")
    line = scene.tracker(shop, twilio.LINE, "Front desk")
    scene.says(shop, line, twilio.CUSTOMER, "zebra", at=now_ms())
    made = twilio.connect(shop)
    twilio.post(made, "message", {"MessageSid": "SM1", "Body": "zebra", "From": twilio.CUSTOMER})
    twilio.post(made, f"zebra{twilio.CUSTOMER}", {})
    text = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    receipts.stop()
    hidden = (
        made.key,
        "zebra",
        "Piedmont",
        "Front",
        twilio.LINE[2:],
        twilio.CUSTOMER[2:],
        twilio.ACCOUNT,
        TOKEN,
    )
    assert [word for word in hidden if word in text] == []


@pytest.mark.django_db
def test_quiet_numbers_are_counted_and_asked_for_only_now_and_then(
    on: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = scene.company()
    counts = iter([2, 7])
    monkeypatch.setattr(metrics, "quiet_numbers", lambda company, now: next(counts))
    for wanted in (2, 2):
        assert one(asked(), "numbers_quiet", company_id=shop.id) == wanted
    monkeypatch.setattr(metrics, "QUIET_EVERY", 0.0)
    assert one(asked(), "numbers_quiet", company_id=shop.id) == 7


@pytest.mark.django_db
def test_without_a_database_the_rest_still_stands_there(on: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> dict[int, int]:
        raise DatabaseError("no such host")

    monkeypatch.setattr(metrics, "waiting_by_company", gone)
    found = asked()
    assert one(found, "database_up") == 0
    assert one(found, "disk_free_bytes") > 0
    assert not [name for name, _ in found if name in ("receipts", "quarantine", "seconds_behind")]


@only_sqlite
@pytest.mark.django_db
def test_a_large_table_of_receipts_is_never_read_through(on: None) -> None:
    """What waits and what is set apart have indexes that hold nothing else."""
    with CaptureQueriesContext(connection) as caught:
        asked()
    steps = []
    for query in caught.captured_queries:
        if "intake_receipt" in query["sql"]:
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
                steps += [row[3] for row in cursor.fetchall()]
    receipts_steps = [step for step in steps if re.search(r"(SCAN|SEARCH) (intake_receipt|r)\b", step)]
    assert len(receipts_steps) == 3
    assert [
        step
        for step in receipts_steps
        if "intake_receipt_waiting" not in step and "_quarantine_of" not in step
    ] == []


def test_every_metric_is_documented(on: None, db: None) -> None:
    text = (Path(__file__).parents[2] / "docs" / "watching.md").read_text()
    named = set(re.findall(r"`(textmeter_[a-z_]+)", text))
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert set(re.findall("^# TYPE ([a-z_]+)", answer.content.decode(), re.M)) == named


def test_two_serving_processes_tell_the_same_figures(tmp_path: Path) -> None:
    house = Installation(tmp_path)
    with served(tmp_path, "--workers", "2", TEXTMETER_METRICS_TOKEN=TOKEN) as (_, house.url):
        twilio_ = Carrier(house.url, house.connection(house.company("Piedmont Dental")))
        headers = {"Authorization": f"Bearer {TOKEN}"}
        counts = []
        for posted in range(1, 31):
            twilio_.post(
                "message", {"MessageSid": new_ref("SM"), "From": "+14045550112", "To": "+14045550180"}
            )
            counts.append(_messages_answered(httpx.get(f"{house.url}/metrics", headers=headers).text))
            assert counts[-1] <= posted
        writers = {path.stem for path in (tmp_path / "tallies").glob("*.json")}
        for _ in range(100):
            if (last := _messages_answered(httpx.get(f"{house.url}/metrics", headers=headers).text)) == 30:
                break
            counts.append(last)
    assert last == 30
    assert counts == sorted(counts), "no figure falls because another process is asked"
    assert len(writers) >= 2


def _messages_answered(text: str) -> float:
    key = ("webhook_answer_seconds_count", frozenset({("what", "message"), ("status", "200")}))
    return samples(text).get(key, 0)


def test_answers_are_counted_by_how_long_they_took_over_all_processes(on: None, tmp_path: Path) -> None:
    for seconds in (0.001, 0.002, 0.0021, 20):
        tallies.count_answer("message", 200, seconds)
    tallies.count_answer("voice", 503, 0.3)
    other = tmp_path / "tallies" / "1.json"
    other.parent.mkdir(exist_ok=True)
    tallies.total()
    mine = tmp_path / "tallies" / f"{os.getpid()}.json"
    other.write_text(mine.read_text())
    (tmp_path / "tallies" / "2.json").write_text('{"answers": [["message", 200,')
    (tmp_path / "tallies" / "3.json").write_text('{"answers": [["message", 200, [1], 0.5]], "settled": {}}')
    whole = tallies.total()
    assert whole.answers["message", 200].counts == [4, 2, *[0] * 10, 2]
    assert round(whole.answers["message", 200].seconds, 4) == 40.0102
    assert sum(whole.answers["voice", 503].counts) == 2


def test_nothing_is_counted_while_metrics_are_off(on: None, settings: Any, tmp_path: Path) -> None:
    settings.METRICS_TOKEN = ""
    tallies.count_answer("message", 200, 0.1)
    tallies.count_settled(applied=3)
    assert not (tmp_path / "tallies").exists()
    assert tallies.total() == tallies.Tally()


def test_what_the_dead_wrote_goes_when_the_server_starts(on: None, tmp_path: Path) -> None:
    tallies.count_settled(applied=3)
    tallies.total()
    (tmp_path / "tallies" / "999999999.json").write_text("{}")
    tallies.forget_the_dead()
    assert [path.stem for path in (tmp_path / "tallies").iterdir()] == [str(os.getpid())]


def test_a_folder_that_cannot_be_written_costs_no_webhook(on: None, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file"
    tallies.count_answer("message", 200, 0.1)
    assert tallies.total().answers == {}


def _receipt(connection_id: int, at: int, state: State = State.WAITING) -> Receipt:
    return Receipt(connection_id, 1, "message", "", {}, b"", at, state=state)


@pytest.mark.django_db(transaction=True)
def test_a_connection_is_heard_by_what_is_signed_and_noted_every_ten_seconds() -> None:
    heard.forget()
    try:
        for at, noted in ((100_000, 100_000), (109_999, 100_000), (110_000, 110_000), (50_000, 110_000)):
            keep(_receipt(7, at))
            assert heard.last_heard() == {7: noted}
        keep(_receipt(8, 200_000, State.QUARANTINED))
        assert heard.last_heard() == {7: 110_000}
    finally:
        receipts.stop()
        heard.forget()
