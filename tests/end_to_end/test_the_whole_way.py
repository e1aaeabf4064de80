"""The whole way: from a carrier's signed webhook to Text Conversations, the timeline and the file, on a
server in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx

from tests.cli.terminal import wait_for
from tests.end_to_end.conftest import ADS, OTHERS, WEB, Town
from tests.end_to_end.installation import Carrier, new_ref
from textmeter.sample.carrier_api import CarrierApi


def seconds_until(condition: Callable[[], object], within: float = 5.0) -> float:
    began = time.monotonic()
    wait_for(condition, "the page to show it", within)
    return time.monotonic() - began


def test_a_text_is_on_page_timeline_and_in_the_files_a_moment_after_its_answer(town: Town) -> None:
    """Visible on the page within 1 second of the webhook's answer (waited for longer: other programs
    may keep the machine busy)."""
    ref = town.twilio.text("+14045550112", ADS, "Do you see kids? Ünïcode & <b>markup</b> 🦷")
    took = seconds_until(lambda: "Do you see kids?" in town.ana.conversations(town.shop))
    print(f"visible {took:.2f} s after the webhook's answer")
    page = town.ana.conversations(town.shop)
    assert "Ünïcode &amp; &lt;b&gt;markup&lt;/b&gt; 🦷" in page
    assert "Google Ads" in page
    timeline = town.ana.page(town.ana.timeline_path(town.shop, "+14045550112"))
    assert "Do you see kids?" in timeline
    assert "(404) 555-0112" in timeline
    (row,) = [one for one in town.ana.messages(town.shop) if one["carrier_ref"] == ref]
    assert (
        row["direction"],
        row["customer_number"],
        row["number_name"],
        row["status"],
        row["time_zone"],
    ) == (*("inbound", "+14045550112", "Google Ads", "received", "America/New_York"),)
    assert row["body"] == "Do you see kids? Ünïcode & <b>markup</b> 🦷"
    (conversation,) = town.ana.file(town.shop, "export.csv", q="4045550112")
    assert (conversation["total_messages"], conversation["last_message"]) == ("1", row["body"])


def test_a_text_that_comes_twice_is_there_once(town: Town) -> None:
    """DOMAIN, Order decides nothing: the same deliveries any number of times lead to the same rows."""
    ref = new_ref("SM")
    fields = {"MessageSid": ref, "From": "+14045550113", "To": ADS, "Body": "Only once", "NumMedia": "0"}
    for _ in range(3):
        assert town.twilio.post("message", fields).status_code == 200
    seconds_until(lambda: [one for one in town.ana.messages(town.shop) if one["carrier_ref"] == ref])
    assert [one["body"] for one in town.ana.messages(town.shop, q="4045550113")] == ["Only once"]


def test_a_text_known_by_its_statuses_gets_its_words_from_the_carrier(town: Town) -> None:
    """Statuses in any order; the words come from the API that the connection names."""
    account = "AC" + "7" * 32
    api = CarrierApi(account, account, "the auth token")
    api.start()
    sender = Carrier(town.house.url, town.house.connection(town.shop, account, "--api-url", api.url))
    ref = new_ref("SM")
    body = "See you Thursday at 9!"
    sent_at = int(time.time() * 1000) - 60_000
    api.add(ref, sender=WEB, receiver="+14045550114", body=body, at=sent_at)
    for status in ("delivered", "queued", "sent", "delivered"):
        sender.status(ref, WEB, "+14045550114", status)
    took = seconds_until(lambda: body in town.ana.conversations(town.shop), within=15)
    print(f"words there {took:.2f} s after the last status")
    (row,) = town.ana.messages(town.shop, q="4045550114")
    assert (row["direction"], row["status"], row["number_name"], row["body"]) == (
        *("outbound", "delivered", "Website", body),
    )
    # Its own time is the carrier's, not that of the first status.
    there = datetime.fromisoformat(row["sent_at"])
    assert int(there.timestamp()) == sent_at // 1000
    assert there.utcoffset() == datetime.now(ZoneInfo("America/New_York")).utcoffset()
    api.stop()


def test_a_failed_text_says_why(town: Town) -> None:
    ref = new_ref("SM")
    town.twilio.status(ref, ADS, "+14045550115", "undelivered", ErrorCode="30003")
    seconds_until(lambda: town.ana.messages(town.shop, q="4045550115"))
    (row,) = town.ana.messages(town.shop, q="4045550115")
    assert (row["status"], row["error_code"], row["body"]) == ("undelivered", "30003", "")
    timeline = town.ana.page(town.ana.timeline_path(town.shop, "+14045550115"))
    assert "Text not received yet" in timeline
    assert "phone is off" in timeline


def test_a_call_is_put_through_and_stands_on_the_timeline(town: Town) -> None:
    """DOMAIN, Calls: the parent leg is the call; its duration is the dialled leg's."""
    town.twilio.text("+14045550116", ADS, "May I call you?")
    call, leg = new_ref("CA"), new_ref("CA")
    parties = {"CallSid": call, "From": "+14045550116", "To": ADS, "Direction": "inbound"}
    answer = town.twilio.post("voice", parties | {"CallStatus": "ringing"})
    assert answer.status_code == 200
    assert "<Dial" in answer.text
    assert "+14045550199</Number>" in answer.text
    dialled = {"CallSid": leg, "ParentCallSid": call, "From": "+14045550116", "To": "+14045550199"}
    for fields in (
        dialled | {"CallStatus": "completed", "CallDuration": "83"},
        dialled | {"CallStatus": "ringing"},
    ):
        assert town.twilio.post("voice-status", fields).is_success
    ended = {"CallStatus": "completed", "DialCallStatus": "completed", "DialCallDuration": "83"}
    assert town.twilio.post("dial-status", parties | ended | {"DialCallSid": leg}).is_success
    recording = {"CallSid": call, "RecordingSid": new_ref("RE"), "RecordingDuration": "83"}
    recording |= {"RecordingUrl": "https://api.twilio.com/r", "RecordingStatus": "completed"}
    assert town.twilio.post("recording", recording).is_success
    seconds_until(lambda: "May I call you?" in town.ana.conversations(town.shop))
    path = town.ana.timeline_path(town.shop, "+14045550116")
    seconds_until(lambda: "Recording" in town.ana.page(path))
    timeline = town.ana.page(path)
    assert "1:23" in timeline
    assert timeline.count("Recording") == 1


def test_a_number_without_destination_speaks_to_the_caller(town: Town) -> None:
    fields = {"CallSid": new_ref("CA"), "From": "+14045550117", "To": WEB, "CallStatus": "ringing"}
    answer = town.twilio.post("voice", fields)
    assert (answer.status_code, "<Say>" in answer.text, "<Dial" in answer.text) == (200, True, False)


def test_another_company_sees_nothing_of_it(town: Town) -> None:
    """DOMAIN, Who may what: no right to read is 404; a company never learns that another one exists."""
    town.twilio.text("+14045550118", ADS, "A secret between us")
    seconds_until(lambda: "A secret between us" in town.ana.conversations(town.shop))
    town.strangers_twilio.text("+14045550118", OTHERS, "Hello next door")
    seconds_until(lambda: "Hello next door" in town.sam.conversations(town.stranger))
    assert "A secret between us" not in town.sam.conversations(town.stranger)
    assert [one["body"] for one in town.sam.messages(town.stranger)] == ["Hello next door"]
    own = town.sam.page(town.sam.timeline_path(town.stranger, "+14045550118"))
    assert "A secret between us" not in own
    secret = town.ana.timeline_path(town.shop, "+14045550118").partition("?")[0]
    texts = f"/c/{town.shop}/analytics/activity/text-conversations"
    for path in (texts, f"{texts}/export.csv", f"{texts}/messages.csv", f"{texts}/print", secret):
        answer = town.sam.http.get(path)
        assert answer.status_code == 404, path
        assert "Piedmont" not in answer.text
    assert "Piedmont Dental" not in town.sam.page("/companies/")


def test_without_a_sign_in_there_is_nothing(town: Town) -> None:
    for path in (
        f"/c/{town.shop}/analytics/activity/text-conversations",
        f"/c/{town.shop}/analytics/activity/text-conversations/messages.csv",
    ):
        answer = httpx.get(town.house.url + path)
        assert (answer.status_code, "Google Ads" in answer.text) == (302, False)
        assert answer.headers["location"].startswith("/sign-in/")


def test_a_wrong_signature_is_refused_and_kept(town: Town) -> None:
    forger = Carrier(town.house.url, town.twilio.key, token="guessed")
    fields = {"MessageSid": new_ref("SM"), "From": "+14045550119", "To": ADS, "Body": "Forged"}
    assert forger.post("message", fields).status_code == 403
    assert Carrier(town.house.url, "0" * 24).post("message", fields).status_code == 404
    reasons = [one["reason"] for one in town.house.json("quarantine", "list", "--company", town.shop)]
    assert reasons == ["bad_signature"]
    assert town.ana.messages(town.shop, q="4045550119") == []


def test_a_text_for_an_unknown_number_waits_for_its_tracker_and_keeps_its_time(town: Town) -> None:
    """DOMAIN, Time: a replayed receipt keeps its own arrival time."""
    ref = town.twilio.text("+14045550120", "+14045550185", "Is anybody there?")
    arrived = time.time()
    waiting = wait_for(
        lambda: [
            one
            for one in town.house.json("quarantine", "list", "--company", town.shop)
            if one["reason"] == "unknown_number"
        ],
        "the receipt in quarantine",
    )
    assert len(waiting) == 1
    assert town.ana.messages(town.shop, q="4045550120") == []
    town.house.tracker(town.shop, "+14045550185", "Postcard")
    town.house.cli("replay", "--reason", "unknown_number")
    seconds_until(lambda: town.ana.messages(town.shop, q="4045550120"))
    (row,) = town.ana.messages(town.shop, q="4045550120")
    assert (row["carrier_ref"], row["number_name"], row["body"]) == (ref, "Postcard", "Is anybody there?")
    assert abs(datetime.fromisoformat(row["sent_at"]).timestamp() - arrived) < 1.5


def test_in_the_end_everything_equals_what_the_messages_say(town: Town) -> None:
    assert town.house.json("check") == {"differences": []}
