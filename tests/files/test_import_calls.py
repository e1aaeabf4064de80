"""Files of calls, our own and others', into the ledger (docs/files.md, "Calls")."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from tests.files.reading import export, lines, messages_of, refusals, signed_in_reader, taken, taken_apart
from tests.scene import calls, company, put, says, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import CallSeen, Direction, LegStatus, Place, Recording, Source
from textmeter.intake.import_csv import UnreadableFile
from textmeter.ledger.check import check
from textmeter.ledger.rebuild import rebuild
from textmeter.ledger.remove import remove_ledger
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import trackers_of

pytestmark = pytest.mark.django_db

OURS, ANN, BEN = "+14045550180", "+14045550112", "+17705550101"
VOICEMAIL = Recording("RE1", "https://api.example/RE1", 9, True)


@pytest.fixture
def shop() -> Company:
    return company()


def calls_of(owner: Company, **query: Any) -> list[dict[str, str]]:
    return taken_apart(export(signed_in_reader(), owner, "calls_csv", **query))


def outcomes(owner: Company) -> list[tuple[str, str, str, str]]:
    names = ("direction", "outcome", "duration_seconds", "recording_seconds")
    return [tuple(row[name] for name in names) for row in calls_of(owner, sort="latest")]  # type: ignore[misc]


def full(shop: Company) -> None:
    """A call of each kind, on days of 23 and 25 hours too."""
    ads = tracker(shop, name="Ads", source="Google Ads")
    desk = tracker(shop, "+18885550199", "Toll-free")
    out = {"direction": Direction.OUTBOUND, "from_number": OURS}
    calls(shop, ads, ANN, "2026-03-08 01:59", seconds=61, customer_name="=Ann", place=Place("Atlanta", "GA"))
    calls(shop, ads, BEN, "2026-03-08 03:00", recording=VOICEMAIL)
    calls(shop, desk, BEN, "2026-11-01 01:30", dial_status=LegStatus.BUSY)
    calls(shop, ads, "anonymous", "2026-11-01 01:31")
    calls(shop, ads, ANN, "2026-11-01 09:00", seconds=5, recording=Recording("RE2", "", 4))
    calls(shop, ads, ANN, "2026-11-02 09:00", parent_status=LegStatus.RINGING, dial_status=LegStatus.UNKNOWN)
    unknown = {"dial_status": LegStatus.UNKNOWN, "seconds": None}
    calls(shop, ads, ANN, "2026-11-02 10:00", to_number=ANN, parent_seconds=33, **out, **unknown)
    calls(shop, ads, ANN, "2026-11-02 11:00", to_number=ANN, parent_status=LegStatus.BUSY, **out, **unknown)
    says(shop, ads, BEN, "Are you there?", "2026-03-08 09:00")


def test_our_own_file_into_an_empty_company_gives_the_same_rows(shop: Company) -> None:
    """Outcome, seconds, voicemail, place and tracker of each; what became of a missed call follows."""
    full(shop)
    file, texts = export(signed_in_reader(), shop, "calls_csv"), export(signed_in_reader(), shop)
    before = taken_apart(file)
    assert sorted({row["outcome"] for row in before}) == ["answered", "going_on", "missed", "voicemail"]
    remove_ledger(shop.id)
    copy = company("Copy")
    assert taken(copy, texts).added == 1
    for dry_run in (True, False):
        report = taken(copy, file, dry_run=dry_run)
        assert (report.kind, report.added, report.known, report.refused) == ("calls", 8, 0, [])
        assert report.ignored == ()
    key = "call_id"
    assert sorted(calls_of(copy), key=lambda row: row[key]) == sorted(before, key=lambda row: row[key])
    assert [(one.number, one.name) for one in trackers_of(copy.id)] == [
        (OURS, "Ads"),
        ("+18885550199", "Toll-free"),
    ]
    again = taken(copy, file)
    assert (again.added, again.known) == (0, 8)
    assert check(copy.id) == []
    assert taken(company("Elsewhere"), file).added == 0


def test_our_own_file_changes_nothing_where_it_came_from(shop: Company) -> None:
    """What callbacks said of legs and recordings stands: the file knows less."""
    full(shop)
    columns = "id, outcome, dial_status, parent_status, seconds, recording_ref, recording_url"
    question = f"SELECT {columns} FROM ledger_call WHERE company_id = %s ORDER BY id"
    before = fetch(question, [shop.id])
    assert taken(shop, export(signed_in_reader(), shop, "calls_csv")).known == 8
    after = fetch(question, [shop.id])
    assert [row[:2] + row[4:] for row in after] == [row[:2] + row[4:] for row in before]
    assert ("RE1", VOICEMAIL.url) in [row[5:] for row in after]


def test_a_recording_that_comes_after_the_import_is_shown(shop: Company) -> None:
    line = tracker(shop)
    calls(shop, line, BEN, "2026-03-08 03:00", recording=VOICEMAIL, carrier_ref="CA" + "1" * 32)
    file = export(signed_in_reader(), shop, "calls_csv")
    remove_ledger(shop.id)
    taken(shop, file)
    late = CallSeen(
        carrier="twilio",
        carrier_ref="CA" + "1" * 32,
        source=Source.STATUS,
        arrived_at=2_000_000_000_000,
        recording=VOICEMAIL,
    )
    put(shop, late)
    assert fetch("SELECT recording_ref, recording_url FROM ledger_call WHERE company_id = %s", [shop.id]) == [
        ("RE1", VOICEMAIL.url)
    ]


REFUSED = {
    "“outcome” is “lost”; allowed: answered, missed, voicemail, going_on.": {"outcome": "lost"},
    "“duration_seconds” is “1:00”; allowed: a whole number from 0 to 2,147,483,647, or nothing at all.": {
        "duration_seconds": "1:00"
    },
    "“direction” is “in”; allowed: inbound, outbound.": {"direction": "in"},
    "“started_at” is empty; it should hold date and time.": {"started_at": ""},
    "“call_id” is “call_1”, which doesn’t belong to this line’s “carrier” and “carrier_ref”. Leave all"
    " three as they were exported, or empty the first.": {
        "call_id": "call_1",
        "carrier_ref": "CA1",
    },
    "+14045550190 is not a tracking number of this company.": {"tracking_number": "+14045550190"},
    "“tracking_number” is “desk”, which is no phone number. Write it like +14045550180.": {
        "tracking_number": "desk"
    },
    "“carrier_ref” has more than 200 signs. Shorten it, or leave it empty.": {"carrier_ref": "x" * 201},
}


@pytest.mark.parametrize(("reason", "cells"), REFUSED.items())
def test_a_refused_line_says_why_and_stops_nothing_else(
    shop: Company, reason: str, cells: dict[str, str]
) -> None:
    tracker(company("Elsewhere"), "+14045550190")
    good = {
        "call_id": "",
        "started_at": "2026-03-04T09:33:00-05:00",
        "direction": "inbound",
        "outcome": "answered",
        "customer_number": ANN,
        "tracking_number": OURS,
        "duration_seconds": "61",
        "carrier_ref": "",
    }
    rows = [",".join(row.values()) for row in (good, good | cells, good)]
    report = taken(shop, lines(",".join(good), *rows))
    assert (report.added, refusals(report)) == (2, [(3, reason)])


def test_another_systems_calls(shop: Company) -> None:
    """By the words of CallRail's API, and as a spreadsheet would head them."""
    file = lines(
        "Call Status;Number Name;Tracking Number;Source;Start Time;Duration (seconds);Name;Phone Number;City;"
        "State",
        "Answered Call;Ads;404-555-0180;Google Ads;3/4/2026 9:33 AM;61;Ann;404-555-0112;Atlanta;GA",
        "Abandoned Call;Ads;404-555-0180;Google Ads;3/4/2026 9:34 AM;0:12;Ben;770-555-0101;;",
        "Voicemail;Ads;404-555-0180;Google Ads;3/4/2026 9:35 AM;1m 2s;;770-555-0102;;",
        "Odd;Ads;404-555-0180;Google Ads;3/4/2026 9:36 AM;;;Anonymous;;",
    )
    report = taken(shop, file)
    assert (report.kind, report.added, refusals(report), report.ignored) == ("calls", 4, [], ())
    assert outcomes(shop) == [
        ("inbound", "answered", "61", ""),
        ("inbound", "missed", "12", ""),
        ("inbound", "voicemail", "62", ""),
        ("inbound", "missed", "", ""),
    ]
    assert report.notes[2:] == (
        "Statuses that are none of ours were left out: “Odd” (1).",
        "Where nothing says how a call ended, those with a duration were taken as answered, the others as"
        " missed.",
    )
    assert [row["customer_number"] for row in calls_of(shop)][::3] == ["", ANN]
    assert calls_of(shop)[-1]["customer_city"] == "Atlanta"
    assert (taken(shop, file).added, taken(shop, file).known) == (0, 4)
    assert check(shop.id) == []


def test_callrails_words(shop: Company) -> None:
    head = "id,answered,voicemail,direction,duration,recording_duration,start_time,customer_phone_number"
    head += ",tracking_phone_number"
    when = "2026-03-04T09:3{}:00.000-05:00"
    file = lines(
        head,
        f"CAL{'0' * 32},true,false,inbound,61,60,{when.format(0)},{ANN},{OURS}",
        f"CAL{'1' * 32},false,true,inbound,20,9,{when.format(1)},{ANN},{OURS}",
        f"CAL{'2' * 32},false,false,outbound,7,,{when.format(2)},{ANN},{OURS}",
    )
    assert taken(shop, file).added == 3
    assert outcomes(shop) == [
        ("inbound", "answered", "61", "60"),
        ("inbound", "voicemail", "20", "9"),
        ("outbound", "missed", "7", ""),
    ]
    assert {row["carrier"] for row in calls_of(shop)} == {"callrail"}


def test_whether_a_call_was_answered_in_words_of_an_end_or_in_none_of_ours(shop: Company) -> None:
    """What can't be told is guessed by the length and noted, and is no missed call for that."""
    tracker(shop)
    cells = ["completed;", "no-answer;", "perhaps;", "vielleicht;", "yes;", "no;left voicemail", "0;odd", ";"]
    rows = [f"3/4/2026 9:3{at} AM;{ANN};{OURS};in;{60 + at};{cell}" for at, cell in enumerate(cells)]
    rows.append(f"3/4/2026 9:39 AM;{ANN};{OURS};in;zwei;no;no")
    head = "Start time;Phone number;Tracking number;Direction;Duration;Answered;Voicemail"
    report = taken(shop, lines(head, *rows))
    assert (report.added, refusals(report)) == (9, [])
    ends = ["answered", "missed", "answered", "answered", "answered", "voicemail", "missed", "answered"]
    lengths = [str(60 + at) for at in range(8)]
    assert [end[1:3] for end in outcomes(shop)] == [*zip(ends, lengths, strict=True), ("missed", "")]
    assert report.notes[2:] == (
        "Statuses that are none of ours were left out: “perhaps” (1), “vielleicht” (1), “odd” (1).",
        "Where nothing says how a call ended, those with a duration were taken as answered, the others as"
        " missed.",
        "Lengths that can’t be read were left empty: “zwei” (1).",
    )


def test_what_is_no_call_or_says_not_how_it_ended_is_refused(shop: Company) -> None:
    tracker(shop)
    file = lines(
        "Sid,ParentCallSid,From,To,Direction,StartTime,Duration,Status",
        f"CA{'0' * 32},,{ANN},{OURS},inbound,2026-03-04 14:33:00 UTC,9,completed",
        f"CA{'1' * 32},CA{'0' * 32},{ANN},{OURS},outbound-dial,2026-03-04 14:33:00 UTC,9,completed",
    )
    (first, second) = refusals(taken(shop, file))
    assert first[1].startswith("Twilio’s log doesn’t say whether somebody answered")
    assert second == (
        3,
        "“ParentCallSid” names another call: the line is a leg of that, and no call of its own.",
    )


def test_a_file_of_both_kinds_is_said(shop: Company) -> None:
    tracker(shop)
    file = lines("Time,From,To,Message,Duration", f"2026-03-04 09:33,{ANN},{OURS},Hi,")
    with pytest.raises(UnreadableFile, match=r"a column of texts \(Message\) and one of calls \(Duration\)"):
        taken(shop, file)
    assert taken(shop, file, columns={"seconds": ""}).kind == "messages"
    assert [row["body"] for row in messages_of(shop)] == ["Hi"]


def test_a_company_of_calls_alone_stays_right_when_it_is_rebuilt(shop: Company) -> None:
    full(shop)
    file = export(signed_in_reader(), shop, "calls_csv")
    with transaction.atomic():
        remove_ledger(shop.id)
    taken(shop, file)
    before = calls_of(shop)
    rebuild(shop)
    assert calls_of(shop) == before
