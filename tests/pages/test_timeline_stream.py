"""What the stream says of each text and call; the rows are made by hand."""

from __future__ import annotations

import pytest

from tests.pages.hand_made import ADS, PHOTO, SITE, ZONE, answer, at, call, card, day, message
from textmeter.carriers import twilio_errors
from textmeter.carriers.seen import Direction, LegStatus, Media, Status
from textmeter.pages.hits import Part
from textmeter.pages.stream import Bubble, Call, Day, Note, draw
from textmeter.reports.rows import CustomerCard, MessageRow, OptOutLine, TimelineDay, TimelinePage


def drawn(*days: TimelineDay, of: CustomerCard | None = None) -> tuple[Day, ...]:
    return draw(TimelinePage(days, None, None), of or card(), ZONE, "Piedmont Dental")


def bubble(row: MessageRow, **more: object) -> Bubble:
    entries = drawn(day(row, **more))[0].entries
    found = [entry for entry in entries if isinstance(entry, Bubble)]
    assert len(found) == 1
    return found[0]


def test_a_day_is_headed_by_its_date_its_tracker_and_its_counts() -> None:
    head = drawn(
        day(
            message(1, "Hi", at("09:33")),
            answer(2, "Hello", at("09:36")),
            call(3, at("10:00"), "answered", seconds=252),
        )
    )[0]
    assert (head.id, head.heading, head.tracker, head.count) == (
        "2026-03-04",
        "Wednesday, March 4, 2026",
        "Google Ads",
        "2 texts · 1 call",
    )


def test_entries_keep_their_order_and_days_too() -> None:
    days = drawn(
        day(message(1, "a", at("09:00")), message(2, "b", at("09:01"))),
        day(message(3, "c", at("09:00", "2026-03-01"))),
    )
    assert [entry.id for each in days for entry in each.entries if isinstance(entry, Bubble)] == [
        "m1",
        "m2",
        "m3",
    ]


def test_a_text_of_the_customer() -> None:
    assert bubble(message(1, "Thursday works", at("09:36"))) == Bubble(
        id="m1",
        from_customer=True,
        who="Dana Whitfield",
        time="9:36 AM",
        at_iso="2026-03-04T09:36:00.000-05:00",
        body=(Part("Thursday works"),),
        attachments=(),
        tick=None,
        reason="",
        via="",
        automatic=False,
        breach=False,
    )


def test_an_agent_may_be_unknown_and_then_the_company_wrote() -> None:
    assert bubble(answer(1, "x", at("09:00"), agent="Maria Ortiz")).who == "Maria Ortiz"
    assert bubble(answer(1, "x", at("09:00"))).who == "Piedmont Dental"


@pytest.mark.parametrize("status", [each for each in Status if each >= Status.ACCEPTED])
def test_every_status_of_an_outbound_text_has_words(status: Status) -> None:
    tick = bubble(answer(1, "x", at("09:00"), status=status)).tick
    assert tick is not None
    assert tick.words
    assert (tick.look == "bad") == (status in (Status.CANCELED, Status.FAILED, Status.UNDELIVERED))


@pytest.mark.parametrize(
    ("carrier", "code", "words"),
    [
        (
            "twilio",
            "30006",
            "The customer’s number is a landline, or its carrier can’t be reached (error 30006)",
        ),
        ("twilio", "39999", "The carrier’s error code is 39999"),
        ("telnyx", "30006", "The carrier’s error code is 30006"),
        ("twilio", None, ""),
    ],
)
def test_a_failed_text_says_the_carriers_reason_in_words(carrier: str, code: str | None, words: str) -> None:
    row = answer(1, "x", at("09:00"), status=Status.UNDELIVERED, error_code=code, carrier=carrier)
    assert bubble(row).reason == words


@pytest.mark.parametrize(
    "code",
    ["30003", "30004", "30005", "30006", "30007", "30008", "30034", "21610", "21211", "21408", "21614"],
)
def test_the_common_codes_of_twilio_are_known(code: str) -> None:
    words = twilio_errors.reason(code)
    assert words
    assert not words.endswith(".")
    assert words[0].isupper()


def test_attachments_say_their_kind_and_type() -> None:
    media = (
        PHOTO,
        Media("", "video/mp4"),
        Media("", "audio/amr"),
        Media("", "application/zip"),
        Media("", ""),
    )
    assert bubble(message(1, "", at("09:00"), media=media)).attachments == (
        "Photo, image/jpeg",
        "Video, video/mp4",
        "Audio, audio/amr",
        "File, application/zip",
        "File",
    )


def test_a_text_known_only_by_its_status_has_no_words_yet() -> None:
    assert bubble(answer(1, None, at("09:00"))).body is None


def test_a_text_through_another_number_than_the_days_names_it() -> None:
    assert bubble(message(1, "x", at("09:00"), tracker=SITE)).via == "Website"
    assert bubble(message(1, "x", at("09:00"), tracker=ADS)).via == ""


def test_automatic_texts_and_breaches_are_marked() -> None:
    assert bubble(answer(1, "x", at("09:00"), automatic=True)).automatic
    assert bubble(answer(1, "x", at("09:00")), breaches=frozenset({1})).breach


def test_opt_out_words_leave_a_note_behind_the_text() -> None:
    of = card(opt_outs=(OptOutLine(1, at("09:00"), False), OptOutLine(2, at("09:05"), True)))
    entries = drawn(day(message(1, "STOP", at("09:00")), message(2, "START", at("09:05"))), of=of)[0].entries
    assert [entry.words if isinstance(entry, Note) else entry.id for entry in entries] == [
        "m1",
        "Opted out with this text: no more texts until the customer writes START",
        "m2",
        "Opted in again with this text",
    ]


def test_the_very_first_contact_is_told_once() -> None:
    first = message(1, "Saw your ad", at("17:41", "2026-02-09"))
    entries = drawn(day(first, message(2, "And evenings?", at("18:02", "2026-02-09"))))[0].entries
    assert entries[0] == Note("megaphone", "", "First contact, through Google Ads (source: Google Ads)")
    assert sum(isinstance(entry, Note) for entry in entries) == 1


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            call(1, at("16:51"), "answered", seconds=252),
            ("phone-in", "", "Inbound call", "Answered · 4m 12s", "To Google Ads, (404) 555-0180", ""),
        ),
        (
            call(1, at("16:51"), "answered", direction=Direction.OUTBOUND, seconds=9),
            ("phone-out", "", "Outbound call", "Answered · 9s", "From Google Ads, (404) 555-0180", ""),
        ),
        (
            call(1, at("16:51"), "answered", seconds=30, recording_ref="RE1", recording_seconds=27),
            (
                "phone-in",
                "",
                "Inbound call",
                "Answered · 30s",
                "To Google Ads, (404) 555-0180",
                "Recording, 0:27",
            ),
        ),
        (
            call(1, at("16:51"), "missed", dial_status=LegStatus.BUSY),
            ("phone-missed", "missed", "Missed call", "Busy", "To Google Ads, (404) 555-0180", ""),
        ),
        (
            call(1, at("16:51"), "voicemail", recording_ref="RE1", recording_seconds=65),
            (
                "voicemail",
                "missed",
                "Missed call",
                "Left a voicemail, 1:05",
                "To Google Ads, (404) 555-0180",
                "",
            ),
        ),
        (
            call(1, at("16:51"), "going_on"),
            ("phone-in", "", "Inbound call", "Going on", "To Google Ads, (404) 555-0180", ""),
        ),
        (
            call(1, at("16:51"), "missed", direction=Direction.OUTBOUND, dial_status=LegStatus.UNKNOWN),
            ("phone-out", "missed", "Outbound call", "Not answered", "From Google Ads, (404) 555-0180", ""),
        ),
    ],
)
def test_calls(row: object, says: tuple[str, ...]) -> None:
    entry = drawn(day(row))[0].entries[0]
    assert isinstance(entry, Call)
    assert (entry.icon, entry.look, entry.title, entry.words, entry.line, entry.recording) == says
    assert entry.time == "4:51 PM"


@pytest.mark.parametrize(
    ("outcome", "direction", "answered_at", "is_marked"),
    [
        ("missed", Direction.INBOUND, None, True),
        ("voicemail", Direction.INBOUND, at("16:50"), True),
        ("missed", Direction.INBOUND, at("16:52"), False),
        ("answered", Direction.INBOUND, None, False),
        ("missed", Direction.OUTBOUND, None, False),
    ],
)
def test_a_missed_call_is_marked_until_something_came_of_it(
    outcome: str, direction: Direction, answered_at: int | None, is_marked: bool
) -> None:
    row = call(1, at("16:51"), outcome, direction=direction)
    (entry,) = drawn(day(row), of=card(answered_at=answered_at))[0].entries
    assert isinstance(entry, Call)
    assert entry.is_unanswered is is_marked


def test_a_customer_without_a_name_goes_by_the_number() -> None:
    entry = drawn(day(message(1, "x", at("09:00"))), of=card(name=""))[0].entries[0]
    assert isinstance(entry, Bubble)
    assert entry.who == "(404) 555-0112"
