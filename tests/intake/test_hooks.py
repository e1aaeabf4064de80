"""CONTRACT: webhook addresses. Real signed requests, on a real database file."""

from __future__ import annotations

import json
import sqlite3
import time
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client

from tests.intake.twilio import FORM, LINE, TOKEN, connect, inbound, post, post_raw, ref, signature, status
from tests.scene import company, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.twilio_answers import NOBODY_THERE
from textmeter.intake import bad_signatures, known, receipts
from textmeter.intake.connections import set_secret
from textmeter.intake.models import Connection
from textmeter.intake.quarantine import Replayed, quarantined, replay
from textmeter.intake.secrets import encrypt
from textmeter.intake.worker import work_once
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import change_tracker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Company:
    return company()


@pytest.fixture
def twilio(shop: Company) -> Connection:
    return connect(shop)


def kept() -> list[tuple[Any, ...]]:
    return fetch("SELECT what, state, reason, body FROM intake_receipt ORDER BY received_at, id", [])


def bodies(shop: Company) -> list[str | None]:
    rows = fetch("SELECT body FROM ledger_message WHERE company_id = %s ORDER BY sent_at", [shop.id])
    return [row[0] for row in rows]


def test_a_signed_text_is_kept_answered_and_applied(shop: Company, twilio: Connection) -> None:
    tracker(shop)
    answer = post(twilio, "message", inbound("Do you have time today?"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert answer.content == b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
    assert [row[:3] for row in kept()] == [("message", 0, None)]
    assert work_once() == 1
    assert [row[:3] for row in kept()] == [("message", 1, None)]
    assert bodies(shop) == ["Do you have time today?"]


@pytest.mark.parametrize("what", ["status", "voice-status", "recording"])
def test_what_wants_no_answer_gets_an_empty_one(twilio: Connection, what: str) -> None:
    answer = post(twilio, what, {"CallSid": ref("CA"), "MessageSid": ref()})
    assert (answer.status_code, answer.content) == (204, b"")
    assert len(kept()) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_only_post(twilio: Connection, method: str) -> None:
    answer = Client().generic(method, f"/hooks/{twilio.key}/message")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert kept() == []


@pytest.mark.parametrize(
    "path",
    ["", "nokey/message", "{key}", "{key}/", "{key}/messages", "{key}/message/", "{key}/message/x", "/"],
)
def test_what_is_no_webhook_is_not_found(twilio: Connection, path: str) -> None:
    answer = Client().post("/hooks/" + path.replace("{key}", twilio.key))
    assert answer.status_code == 404
    assert twilio.key not in answer.content.decode()
    assert kept() == []


def test_over_one_mebibyte_is_refused_and_just_below_is_kept(twilio: Connection) -> None:
    over = "Body=" + "a" * (1 << 20)
    assert post(twilio, "message", over).status_code == 413
    assert post_raw(f"/hooks/{twilio.key}/message", over.encode(), {}, None) == 413
    assert kept() == []
    just = "Body=" + "a" * ((1 << 20) - 5)
    assert post(twilio, "message", just).status_code == 200
    assert len(kept()[0][3]) == 1 << 20


def test_a_body_that_ends_too_soon_is_refused(twilio: Connection) -> None:
    assert post_raw(f"/hooks/{twilio.key}/message", b"Body=a", {}, 900) == 400
    assert kept() == []


def test_a_wrong_signature_is_refused_and_kept_with_all_that_explains_it(twilio: Connection) -> None:
    fields = inbound()
    answer = post(twilio, "message", fields, "another token", **{"X-Forwarded-Host": "texts.example.com"})
    assert answer.status_code == 403
    assert answer.content == b"The signature doesn't fit.\n"
    assert [row[:3] for row in kept()] == [("message", 2, "bad_signature")]
    ((url, headers),) = fetch("SELECT url, headers FROM intake_receipt", [])
    assert url == f"http://testserver/hooks/{twilio.key}/message"
    assert json.loads(headers)["x-forwarded-host"] == "texts.example.com"
    assert work_once() == 0
    assert replay().still == 1


@pytest.mark.parametrize("signature_given", [None, "", "abc", "é", "\u20ac"])
def test_no_signature_at_all(twilio: Connection, signature_given: str | None) -> None:
    headers = {"Content-Type": FORM} | (
        {} if signature_given is None else {"X-Twilio-Signature": signature_given}
    )
    answer = Client().generic("POST", f"/hooks/{twilio.key}/voice", "To=%2B14045550180", headers=headers)
    assert answer.status_code == 403
    assert b"Response" not in answer.content


def test_another_connections_signature_does_not_fit(shop: Company, twilio: Connection) -> None:
    other = connect(company("Other"), "other token")
    assert post(twilio, "message", inbound(), "other token").status_code == 403
    assert post(other, "message", inbound(), "other token").status_code == 200


def test_wrongly_signed_deliveries_are_capped_per_connection(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """CONTRACT: with a cap per connection, so that a flood fills no disk."""
    other = connect(shop)
    monkeypatch.setattr(bad_signatures, "MOST", 3)
    assert {post(twilio, "message", inbound(), "wrong").status_code for _ in range(5)} == {403}
    assert len(kept()) == 3
    assert "4 wrongly signed deliveries refused, 1 of them not kept" in caplog.text
    assert post(other, "message", inbound(), "wrong").status_code == 403
    assert post(twilio, "message", inbound()).status_code == 200
    assert len(kept()) == 5


def test_the_flood_of_long_ones_is_capped_too(twilio: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bad_signatures, "MOST_BYTES", 2500)
    for _ in range(4):
        post(twilio, "message", "Body=" + "a" * 1000, "wrong")
    assert len(kept()) == 2


def test_the_public_address_is_what_counts(shop: Company, twilio: Connection, settings: Any) -> None:
    """CONTRACT: TEXTMETER_PUBLIC_URL is the address that carriers sign."""
    tracker(shop)
    public = f"https://texts.example.com/texts/hooks/{twilio.key}/message"
    assert post(twilio, "message", inbound(), url=public).status_code == 403
    settings.PUBLIC_URL = "https://texts.example.com/texts"
    assert post(twilio, "message", inbound(), url=public).status_code == 200
    assert post(twilio, "message", inbound()).status_code == 403
    assert replay("bad_signature") == Replayed(1, 1)


def test_a_query_belongs_to_the_signed_address(twilio: Connection) -> None:
    path = f"/hooks/{twilio.key}/message?a=1&b=%20x&a="
    body = "MessageSid=SM1&Body=&From=1&To=2"
    for url, wanted in ((path, 200), (f"/hooks/{twilio.key}/message", 403)):
        headers = {"X-Twilio-Signature": signature("http://testserver" + url, body), "Content-Type": FORM}
        assert Client().generic("POST", path, body, headers=headers).status_code == wanted


def test_any_host_and_no_csrf(twilio: Connection, settings: Any) -> None:
    """CONTRACT: they bypass sessions, CSRF and host checks."""
    settings.ALLOWED_HOSTS = ["texts.example.com"]
    body, path = "MessageSid=SM1&Body=x&From=1&To=2", f"/hooks/{twilio.key}/message"
    for host in ("10.0.0.9:8000", "bad_host", "[::1", "a" * 300):
        headers = {"X-Twilio-Signature": signature(f"http://{host}{path}", body), "Host": host}
        client = Client(enforce_csrf_checks=True)
        answer = client.generic("POST", path, body, FORM, headers=headers)
        assert (host, answer.status_code) == (host, 200) or "[" in host
        assert not answer.cookies


def test_the_secret_before_stays_valid_for_a_day(twilio: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    set_secret(twilio, "new token")
    known.forget()
    assert post(twilio, "message", inbound(), "new token").status_code == 200
    assert post(twilio, "message", inbound(), TOKEN).status_code == 200
    later = time.time_ns() // 1_000_000 + 24 * 3600 * 1000 + 1000
    monkeypatch.setattr(known, "now_ms", lambda: later)
    known.forget()
    assert post(twilio, "message", inbound(), "new token").status_code == 200
    assert post(twilio, "message", inbound(), TOKEN).status_code == 403


def test_a_new_secret_counts_within_seconds_without_a_restart(
    twilio: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "FRESH", 0.05)
    assert post(twilio, "message", inbound(), "new token").status_code == 403
    set_secret(twilio, "new token")
    time.sleep(0.06)
    assert post(twilio, "message", inbound(), "new token").status_code == 200
    assert replay("bad_signature").applied == 0
    assert [one.reason for one in quarantined()] == ["unknown_number"]


def test_while_secrets_cannot_be_opened_carriers_come_again(twilio: Connection, settings: Any) -> None:
    """Another machine's key: nobody can tell what is wrongly signed, so nothing is put aside as such."""
    key, settings.SECRET_KEY = settings.SECRET_KEY, "another key"
    for what in ("message", "voice", "status"):
        answer = post(twilio, what, inbound())
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "One connection’s secret can’t be opened" in str(ready()["reasons"])
    settings.SECRET_KEY = key
    known.forget()
    assert post(twilio, "message", inbound()).status_code == 200
    assert "secret" not in str(ready()["reasons"])
    assert len(kept()) == 1


def test_the_present_secret_serves_where_only_the_one_before_cannot_be_opened(
    twilio: Connection, settings: Any
) -> None:
    key, settings.SECRET_KEY = settings.SECRET_KEY, "another key"
    before = encrypt("of the other key")
    settings.SECRET_KEY = key
    twilio.previous_secret, twilio.previous_until = before, 2**50
    twilio.save()
    assert post(twilio, "message", inbound()).status_code == 200


def ready() -> dict[str, Any]:
    answer: dict[str, Any] = Client().get("/readyz", headers={"host": "localhost"}).json()
    return answer


def test_wrong_content_type_is_kept_and_said(shop: Company, twilio: Connection) -> None:
    path = f"/hooks/{twilio.key}/message"
    headers = {"X-Twilio-Signature": signature(f"http://testserver{path}", "")}
    answer = Client().generic("POST", path, '{"Body": "hi"}', "application/json", headers=headers)
    assert answer.status_code == 200
    work_once()
    (one,) = quarantined()
    assert (one.reason, one.sentence) == (
        "unreadable",
        "The delivery can’t be read. Its content is application/json. Twilio sends forms "
        "(application/x-www-form-urlencoded): something on the way changed it.",
    )


def test_chunked_bodies_are_read_to_their_end(shop: Company, twilio: Connection) -> None:
    tracker(shop)
    path = f"/hooks/{twilio.key}/message"
    body = "MessageSid=SM77&Body=chunked&From=%2B14045550112&To=%2B14045550180"
    headers = {"X-Twilio-Signature": signature(f"http://testserver{path}", body)}
    assert post_raw(path, body.encode(), headers, None) == 200
    work_once()
    assert bodies(shop) == ["chunked"]


def test_without_a_database_the_carrier_has_to_try_again(
    shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTRACT: answer 2xx only after the receipt is on disk. Database gone: 503."""
    line = tracker(shop, destination="+14045550199")
    assert post(twilio, "voice", {"CallSid": ref("CA"), "To": line.number, "From": "+1"}).status_code == 200
    write = receipts._write

    def fails(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(receipts, "_write", fails)
    answer = post(twilio, "message", inbound())
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert post(twilio, "message", inbound(), "wrong").status_code == 503
    calling = post(twilio, "voice", {"CallSid": ref("CA"), "To": line.number, "From": "+14045550112"})
    assert calling.status_code == 200
    assert b">+14045550199</Number></Dial>" in calling.content
    assert post(twilio, "voice", {"CallSid": ref("CA"), "To": line.number}, "wrong").status_code == 503
    monkeypatch.setattr(receipts, "_write", write)
    assert post(twilio, "message", inbound()).status_code == 200
    assert [row[0] for row in kept()] == ["voice", "message"]


def test_without_a_table_too(twilio: Connection) -> None:
    known.connection_of(twilio.key)
    with database.cursor() as cursor:
        cursor.execute("ALTER TABLE intake_receipt RENAME TO elsewhere")
    try:
        assert post(twilio, "message", inbound()).status_code == 503
    finally:
        with database.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO intake_receipt")
    assert post(twilio, "message", inbound()).status_code == 200


def test_a_call_is_put_through_without_a_database_on_a_number_that_nobody_called_before(
    shop: Company, twilio: Connection
) -> None:
    tracker(shop, destination="+14045550199")
    assert post(twilio, "message", inbound()).status_code == 200
    for table in ("ledger_tracker", "intake_receipt"):
        with database.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_elsewhere")
    try:
        calling = post(twilio, "voice", {"CallSid": ref("CA"), "To": LINE, "From": "+14045550112"})
    finally:
        for table in ("ledger_tracker", "intake_receipt"):
            with database.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {table}_elsewhere RENAME TO {table}")
    assert b">+14045550199</Number></Dial>" in calling.content


def test_a_caller_hears_a_sentence_where_the_line_was_never_known(twilio: Connection) -> None:
    """Only in the words of a carrier: who bears no carrier's headers is told to come again."""
    fields = {"CallSid": ref("CA"), "To": LINE, "From": "+14045550112"}
    with database.cursor() as cursor:
        cursor.execute("ALTER TABLE intake_connection RENAME TO intake_connection_elsewhere")
    try:
        calling = post(twilio, "voice", fields)
        texting = post(twilio, "message", inbound())
        stranger = Client().post(f"/hooks/{twilio.key}/voice", fields)
    finally:
        with database.cursor() as cursor:
            cursor.execute("ALTER TABLE intake_connection_elsewhere RENAME TO intake_connection")
    assert (calling.status_code, NOBODY_THERE in calling.content.decode()) == (200, True)
    assert [(one.status_code, one["Retry-After"]) for one in (texting, stranger)] == [(503, "5")] * 2


def test_duplicates_are_two_receipts_and_one_text(shop: Company, twilio: Connection) -> None:
    tracker(shop)
    fields = inbound("once")
    for _ in range(3):
        assert post(twilio, "message", fields).status_code == 200
    assert work_once() == 3
    assert bodies(shop) == ["once"]


def test_nul_becomes_the_replacement_sign_and_the_receipt_keeps_the_bytes(
    shop: Company, twilio: Connection
) -> None:
    """CONTRACT: NUL in a text becomes U+FFFD in the ledger; the receipt keeps the bytes."""
    tracker(shop)
    assert post(twilio, "message", inbound("a\0b 😀 ü")).status_code == 200
    work_once()
    assert bodies(shop) == ["a\ufffdb 😀 ü"]
    assert b"Body=a%00b+%F0%9F%98%80+%C3%BC" in bytes(kept()[0][3])


def test_status_before_its_message(shop: Company, twilio: Connection) -> None:
    tracker(shop)
    sid = ref()
    post(twilio, "status", status(sid, "delivered"))
    post(twilio, "status", status(sid, "sent"))
    work_once()
    assert fetch("SELECT body, status FROM ledger_message", []) == [(None, 90)]
    assert fetch("SELECT carrier_ref, attempts FROM intake_fetch", []) == [(sid, 0)]


def test_voice_dials_the_destination_and_records_when_asked(shop: Company, twilio: Connection) -> None:
    tracker(shop, destination="+14045550199", record_calls=True)
    fields = {"CallSid": ref("CA"), "To": LINE, "From": "+14045550112", "CallStatus": "ringing"}
    answer = post(twilio, "voice", fields)
    hooks = f"http://testserver/hooks/{twilio.key}"
    assert answer.content.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Response><Dial action="{hooks}/dial-status" record="record-from-answer-dual"'
        f' recordingStatusCallback="{hooks}/recording">'
        f'<Number statusCallback="{hooks}/voice-status"'
        ' statusCallbackEvent="initiated ringing answered completed">+14045550199</Number></Dial></Response>'
    )


def test_voice_speaks_where_there_is_nobody_to_dial(shop: Company, twilio: Connection) -> None:
    tracker(shop)
    elsewhere = company("Elsewhere")
    tracker(elsewhere, "+14045550181", destination="+14045550197")
    for number in (LINE, "+14045550181", "+14045550999", "sip:x@y", ""):
        answer = post(twilio, "voice", {"CallSid": ref("CA"), "To": number, "From": "anonymous"})
        assert b"<Response><Say>Thank you for calling." in answer.content
        assert b"Dial" not in answer.content


def test_voice_on_a_disabled_tracker_dials_nobody_and_is_recorded(shop: Company, twilio: Connection) -> None:
    line = tracker(shop, destination="+14045550199", record_calls=True)
    change_tracker(shop.id, line.id, is_disabled=True)
    fields = {"CallSid": ref("CA"), "To": LINE, "From": "+14045550112", "CallStatus": "ringing"}
    answer = post(twilio, "voice", fields)
    assert b"<Response><Say>Thank you for calling." in answer.content
    assert work_once() == 1
    assert fetch("SELECT tracker_id FROM ledger_call WHERE company_id = %s", [shop.id]) == [(line.id,)]


def test_dial_status_is_answered_in_twiml(twilio: Connection) -> None:
    answer = post(twilio, "dial-status", {"CallSid": ref("CA"), "DialCallStatus": "completed"})
    assert answer.content == b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
