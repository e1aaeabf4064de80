"""What Twilio's webhooks say, field by field."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmeter.carriers.seen import (
    CallSeen,
    Direction,
    LegStatus,
    Media,
    Place,
    Recording,
    Source,
    Status,
    TextSeen,
)
from textmeter.carriers.trouble import Unreadable
from textmeter.carriers.twilio import WHATS, read, read_fields

AT = 1_772_634_780_000
US, CUSTOMER = "+14045550180", "+14045550112"
PLACES = {
    "FromCity": "DECATUR",
    "FromState": "GA",
    "FromZip": "30030",
    "FromCountry": "US",
    "ToCity": "ATLANTA",
    "ToState": "GA",
    "ToZip": "30303",
    "ToCountry": "US",
}
TEXT: dict[str, str] = {
    "MessageSid": "SM1",
    "SmsStatus": "received",
    "From": CUSTOMER,
    "To": US,
    "Body": "Hi",
}
CALL: dict[str, str] = {"CallSid": "CA1", "From": CUSTOMER, "To": US, "Direction": "inbound"}


def one(what: str, fields: dict[str, str]) -> Any:
    (seen,) = read(what, {}, urlencode(fields).encode(), AT)
    return seen


def test_an_inbound_text_with_all_it_may_carry() -> None:
    fields = (
        TEXT
        | PLACES
        | {
            "NumSegments": "2",
            "NumMedia": "2",
            "MediaUrl1": "https://api.twilio.com/ME2",
            "MediaContentType1": "video/mp4",
            "MediaUrl0": "https://api.twilio.com/ME1",
            "MediaContentType0": "image/jpeg",
            "OptOutType": "STOP",
            "Whatever": "new",
        }
    )
    assert one("message", fields) == TextSeen(
        carrier="twilio",
        carrier_ref="SM1",
        source=Source.WEBHOOK,
        arrived_at=AT,
        from_number=CUSTOMER,
        to_number=US,
        direction=Direction.INBOUND,
        status=Status.RECEIVED,
        body="Hi",
        media=(
            Media("https://api.twilio.com/ME1", "image/jpeg"),
            Media("https://api.twilio.com/ME2", "video/mp4"),
        ),
        segments=2,
        opt_out_type="STOP",
        place=Place("DECATUR", "GA", "30030", "US"),
    )


def test_a_status_has_no_words() -> None:
    fields = {
        "MessageSid": "SM1",
        "MessageStatus": "undelivered",
        "ErrorCode": "30003",
        "From": US,
        "To": CUSTOMER,
        "RawDlrDoneDate": "2603041433",
    }
    assert one("status", fields) == TextSeen(
        carrier="twilio",
        carrier_ref="SM1",
        source=Source.STATUS,
        arrived_at=AT,
        from_number=US,
        to_number=CUSTOMER,
        direction=Direction.OUTBOUND,
        status=Status.UNDELIVERED,
        error_code="30003",
    )


def test_a_status_that_says_not_between_whom() -> None:
    for fields in ({}, {"From": US}, {"To": CUSTOMER, "From": " "}):
        seen = one("status", {"SmsSid": "SM1", "SmsStatus": "sent"} | fields)
        assert (seen.from_number, seen.to_number, seen.status) == (None, None, Status.SENT)


@pytest.mark.parametrize("word", [word.lower() for word in Status.__members__ if word != "UNKNOWN"])
def test_every_status_of_the_published_specification(word: str) -> None:
    assert one("status", {"MessageSid": "SM1", "MessageStatus": word}).status == Status[word.upper()]


def test_a_status_word_of_the_future_loses_nothing_else() -> None:
    seen = one("status", {"MessageSid": "SM1", "MessageStatus": "teleported", "ErrorCode": "1", "From": US})
    assert (seen.status, seen.direction, seen.error_code) == (Status.UNKNOWN, None, "1")
    assert one("message", TEXT | {"SmsStatus": "teleported"}).body == "Hi"


def test_a_status_that_was_sent_to_the_address_of_messages() -> None:
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered", "From": US, "To": CUSTOMER}
    seen = one("message", fields)
    assert (seen.source, seen.direction, seen.body) == (Source.STATUS, Direction.OUTBOUND, None)


@pytest.mark.parametrize("body", ["", "a\0b", "😀 ü 你好", " \n\t", "=1+1", "x" * 1600])
def test_words_come_through_as_they_are(body: str) -> None:
    assert one("message", TEXT | {"Body": body}).body == body.replace("\0", "\ufffd")


@pytest.mark.parametrize(
    ("field", "value"),
    [("NumSegments", "many"), ("NumSegments", "-1"), ("NumSegments", "٣"), ("NumMedia", "999999999999")],
)
def test_a_count_that_is_none_costs_no_customers_words(field: str, value: str) -> None:
    seen = one("message", TEXT | {field: value})
    assert (seen.body, seen.segments, seen.media) == ("Hi", None, ())


@pytest.mark.parametrize("number", ["whatsapp:+14045550112", "rcs:brand_agent", "24273", "ACME", "sip:a@b"])
def test_any_kind_of_customer(number: str) -> None:
    """DOMAIN: the customer's side is free."""
    assert one("message", TEXT | {"From": number}).from_number == number


@pytest.mark.parametrize(
    ("what", "fields", "why"),
    [
        ("message", {}, "It doesn’t say between which numbers the text went (From, To)."),
        (
            "message",
            {"From": CUSTOMER, "To": US},
            "It has no MessageSid, so it doesn’t say what it is about.",
        ),
        ("message", TEXT | {"From": ""}, "It doesn’t say between which numbers the text went (From, To)."),
        ("message", TEXT | {"MessageSid": "a b"}, "Its MessageSid is not an id of Twilio."),
        ("status", {"MessageSid": "x" * 65}, "Its MessageSid is not an id of Twilio."),
        ("voice", {"From": CUSTOMER, "To": US}, "It has no CallSid, so it doesn’t say what it is about."),
        ("voice", {"CallSid": "CA1", "From": CUSTOMER}, "It doesn’t say which number was called (To)."),
        ("recording", {"CallSid": "CA1"}, "It names no recording (RecordingSid)."),
    ],
)
def test_unreadable_says_why(what: str, fields: dict[str, str], why: str) -> None:
    with pytest.raises(Unreadable) as raised:
        one(what, fields)
    assert str(raised.value) == why


def test_what_is_no_form_is_unreadable() -> None:
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        with pytest.raises(Unreadable, match="Twilio sends forms"):
            read("message", {"content-type": kind}, urlencode(TEXT).encode(), AT)
    with pytest.raises(Unreadable, match="more fields"):
        read("message", {}, b"&".join([b"a=1"] * 10_001), AT)


def test_a_call_rings() -> None:
    fields = CALL | PLACES | {"CallStatus": "ringing", "CallerName": "ANN LEE"}
    assert one("voice", fields) == CallSeen(
        carrier="twilio",
        carrier_ref="CA1",
        source=Source.WEBHOOK,
        arrived_at=AT,
        from_number=CUSTOMER,
        to_number=US,
        direction=Direction.INBOUND,
        parent_status=LegStatus.RINGING,
        customer_name="ANN LEE",
        place=Place("DECATUR", "GA", "30030", "US"),
    )


@pytest.mark.parametrize("number", ["anonymous", "+266696687", ""])
def test_a_withheld_caller(number: str) -> None:
    assert one("voice", CALL | {"From": number}).from_number == number


def test_the_end_of_the_parent_leg_tells_when_it_began() -> None:
    """DOMAIN, Time: the carrier's own time is the best; an event's time is not the call's beginning."""
    end = {"CallStatus": "completed", "CallDuration": "27", "Timestamp": "Wed, 04 Mar 2026 14:33:27 +0000"}
    seen = one("voice-status", CALL | end)
    assert (seen.carrier_time, seen.parent_status, seen.parent_seconds, seen.seconds) == (
        AT,
        LegStatus.COMPLETED,
        27,
        None,
    )
    for word, time in (("ringing", AT + 27_000), ("no-answer", None), ("in-progress", None)):
        fields = CALL | end | {"CallStatus": word, "CallDuration": ""}
        assert one("voice-status", fields).carrier_time == time
    assert one("voice-status", CALL | end | {"Timestamp": "yesterday"}).carrier_time is None


def test_a_dialled_leg_speaks_of_its_parent() -> None:
    """DOMAIN, Calls: only a parent leg is a call; the duration is the dialled leg's."""
    fields = {
        "CallSid": "CA2",
        "ParentCallSid": "CA1",
        "From": US,
        "To": "+14045550199",
        "Direction": "outbound-dial",
        "CallStatus": "completed",
        "CallDuration": "20",
    }
    assert one("voice-status", fields) == CallSeen(
        carrier="twilio",
        carrier_ref="CA1",
        source=Source.STATUS,
        arrived_at=AT,
        dial_status=LegStatus.COMPLETED,
        seconds=20,
    )


def test_the_answer_to_dial_with_its_recording() -> None:
    fields = CALL | {
        "CallStatus": "in-progress",
        "DialCallSid": "CA2",
        "DialCallStatus": "no-answer",
        "RecordingUrl": "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1",
        "RecordingDuration": "3",
    }
    seen = one("dial-status", fields)
    assert (seen.carrier_ref, seen.parent_status, seen.dial_status, seen.seconds, seen.recording) == (
        "CA1",
        LegStatus.IN_PROGRESS,
        LegStatus.NO_ANSWER,
        None,
        Recording("RE1", fields["RecordingUrl"], 3),
    )


@pytest.mark.parametrize(
    ("source", "is_voicemail"),
    [("RecordVerb", True), ("DialVerb", False), ("OutboundAPI", False), ("", False)],
)
def test_only_the_verb_record_takes_voicemail(source: str, is_voicemail: bool) -> None:
    """DOMAIN, Calls: voicemail only when a recording says so."""
    fields = {
        "CallSid": "CA1",
        "RecordingSid": "RE1",
        "RecordingUrl": "https://x/RE1",
        "RecordingDuration": "27",
        "RecordingSource": source,
    }
    assert one("recording", fields).recording == Recording("RE1", "https://x/RE1", 27, is_voicemail)
    assert read_fields("recording", fields | {"RecordingStatus": "absent"}, AT) == []


def test_an_outbound_call_shows_where_its_receiver_is() -> None:
    seen = one("voice-status", CALL | PLACES | {"Direction": "outbound-api", "CallerName": "US"})
    assert (seen.direction, seen.place, seen.customer_name) == (
        Direction.OUTBOUND,
        Place("ATLANTA", "GA", "30303", "US"),
        None,
    )


_MORE = (
    "MessageStatus CallStatus DialCallStatus ParentCallSid CallDuration NumMedia MediaUrl0 MediaUrl01"
    " MediaUrl² RecordingSid Timestamp ErrorCode NumSegments"
)
_names = st.sampled_from([*TEXT, *CALL, *PLACES, *_MORE.split()])
_values = st.text(max_size=12) | st.sampled_from(["SM1", "CA1", "completed", "sent", "0", "-1", "1e9", "\0"])


@given(what=st.sampled_from(WHATS), fields=st.dictionaries(_names, _values, max_size=14))
@settings(max_examples=60, deadline=None)
def test_nothing_breaks_it(what: str, fields: dict[str, str]) -> None:
    with suppress(Unreadable):
        assert {seen.arrived_at for seen in read_fields(what, fields, AT)} <= {AT}


def test_the_fallback_addresses_error_is_not_the_texts() -> None:
    fields = TEXT | {"ErrorCode": "11200", "ErrorUrl": "https://texts.example.com/hooks/k/message"}
    assert one("message", fields).error_code is None
