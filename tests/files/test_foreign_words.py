"""What people are told of somebody else's file: in the names of its own columns (docs/files.md)."""

from __future__ import annotations

import pytest

from tests.files.reading import lines, messages_of, refusals, taken
from tests.scene import company, tracker
from textmeter.accounts.models import Company
from textmeter.ledger.statements import fetch
from textmeter.lib.phone import is_odd_customer

pytestmark = pytest.mark.django_db

OURS, ANN = "+14045550180", "+14045550112"
AT = "3/4/2026 9:33 AM"
HEAD = "Date,Customer Phone,Tracking Number,Direction,Content"


@pytest.fixture
def shop() -> Company:
    return company()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"{AT},,{OURS},in,Hi", "“Customer Phone” is empty; it should hold the customer’s number."),
        (f"{AT},{ANN},,in,Hi", "“Tracking Number” is empty; it should hold the tracking number."),
        (f"{AT},',{OURS},in,Hi", "“Customer Phone” is empty; it should hold the customer’s number."),
        (f",{ANN},{OURS},in,Hi", "“Date” is empty; it should hold date and time."),
        (f"{AT},{ANN},{OURS},,Hi", "“Direction” is empty; it should hold direction."),
        (
            f"{AT},{ANN},Main line,in,Hi",
            "“Tracking Number”, the company’s side, is “Main line”, which is no phone number. Write it like "
            "+14045550180.",
        ),
        (
            f"{AT},{ANN},{OURS},sideways,Hi",
            "“Direction” is “sideways”; allowed: inbound, outbound, or words like incoming and sent.",
        ),
    ],
)
def test_a_reason_names_the_column_of_the_file(shop: Company, row: str, reason: str) -> None:
    tracker(shop)
    assert refusals(taken(shop, lines(HEAD, row))) == [(2, reason)]


def test_sender_and_receiver_have_columns_of_their_own(shop: Company) -> None:
    tracker(shop)
    report = taken(
        shop,
        lines(
            "Sent,Sender,Recipient,Direction,Text",
            f"2026-03-04 09:33,,{OURS},in,Hi",
            f"2026-03-04 09:33,{ANN},,in,Hi",
            f"2026-03-04 09:33,Shop,{ANN},out,Hi",
        ),
    )
    assert refusals(report) == [
        (2, "“Sender” is empty; it should hold the sender’s number."),
        (3, "“Recipient” is empty; it should hold the receiver’s number."),
        (4, "“Sender”, the company’s side, is “Shop”, which is no phone number. Write it like +14045550180."),
    ]


def test_calls_are_told_of_in_the_same_way(shop: Company) -> None:
    """But for the caller, who may withhold the number."""
    tracker(shop)
    report = taken(
        shop,
        lines(
            "Call Date,Caller Phone Number,Tracking Number,Duration",
            f"{AT},,{OURS},0",
            f"{AT},{ANN},,0",
        ),
    )
    assert report.added == 1
    assert refusals(report) == [(3, "“Tracking Number” is empty; it should hold the tracking number.")]


@pytest.mark.parametrize(
    ("head", "cells", "shown"),
    [
        ("Date", "3/4/2026 9:33 AM", {"at": "Date"}),
        ("Time", "3/4/2026 9:33 AM", {"at": "Time"}),
        ("Date,Time", "3/4/2026,9:33 AM", {"date": "Date", "time": "Time"}),
        ("Date,Time", "3/4/2026 9:33 AM,9:33 AM", {"at": "Date", "time": "Time"}),
        ("Sent,Time", "3/4/2026,9:33 AM", {"date": "Sent", "time": "Time"}),
        ("Sent,Time", "1772634780,9:33 AM", {"at": "Sent", "time": "Time"}),
    ],
)
def test_dates_and_times_are_shown_as_what_the_first_rows_hold(
    shop: Company, head: str, cells: str, shown: dict[str, str]
) -> None:
    tracker(shop)
    report = taken(shop, lines(f"{head},From,To,Message", f"{cells},{ANN},{OURS},Hi"))
    assert {what: name for what, name in report.columns if what in ("at", "date", "time")} == shown
    assert [row["local_time"] for row in messages_of(shop)] == ["2026-03-04 09:33:00"]


def test_a_customers_number_that_is_none_is_taken_and_noted(shop: Company) -> None:
    """The customer's side is free (docs/domain.md), so it is kept as it came; a mistake shall be seen."""
    tracker(shop)
    odd = ["12", "555-0143"]
    fine = ["72975", "262966", "BANK", "(404) 555-0112", "+442071838750"]
    rows = [f"{AT},{number},{OURS},in,Hi" for number in (*odd, *fine, "12")]
    report = taken(shop, lines(HEAD, *rows))
    assert (report.added, refusals(report)) == (8, [])
    assert report.notes[-1] == (
        "Customers’ numbers that are neither phone numbers nor short codes nor words were taken as they "
        "stand: “12” (2), “555-0143” (1)."
    )
    numbers = {row[0] for row in fetch("SELECT number FROM ledger_customer", [])}
    assert {"12", "555-0143", "72975", "BANK"} <= numbers


@pytest.mark.parametrize(
    ("number", "is_odd"),
    [("12", True), ("1234567", True), ("+1", True), ("24273", False), ("anonymous", False), ("", False)],
)
def test_what_is_odd_of_a_customers_number(number: str, is_odd: bool) -> None:
    assert is_odd_customer(number) is is_odd


def test_words_of_germany_france_and_spain(shop: Company) -> None:
    """Their columns are chosen by hand; what stands in them nobody can choose."""
    tracker(shop)
    ways = ["Eingehend", "gesendet", "Reçu", "sortant", "ENTRANTE", "enviado"]
    rows = [f"04.03.2026 09:3{place};{ANN};{OURS};{way};Grüße" for place, way in enumerate(ways)]
    by_hand = {"at": "Zeit", "customer_number": "Kunde", "tracking_number": "Nummer"}
    by_hand |= {"direction": "Richtung", "body": "Text"}
    report = taken(shop, lines("Zeit;Kunde;Nummer;Richtung;Text", *rows), columns=by_hand)
    assert (report.added, refusals(report)) == (6, [])
    assert [row["direction"] for row in messages_of(shop)] == ["inbound", "outbound"] * 3
    head = "Startzeit;Kunde;Nummer;Richtung;Angenommen;Mailbox"
    by_hand = {"at": "Startzeit", "customer_number": "Kunde", "tracking_number": "Nummer"}
    by_hand |= {"direction": "Richtung", "answered": "Angenommen", "voicemail": "Mailbox"}
    rows = [
        f"14.03.2026 09:3{place};{ANN};{OURS};eingehend;{end}"
        for place, end in enumerate(["ja;nein", "verpasst;non", "nein;oui"])
    ]
    report = taken(shop, lines(head, *rows), columns=by_hand)
    assert (report.added, refusals(report)) == (3, [])
    ends = [outcome for (outcome,) in fetch("SELECT outcome FROM ledger_call ORDER BY started_at", [])]
    assert len(set(ends)) == 3
