"""Other people's files of messages: what their columns, dates and numbers are taken for (docs/files.md)."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import pytest

from tests.files.reading import export, imported, lines, messages_of, reader_of, refusals, taken
from tests.scene import company, put, says, text, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import Source
from textmeter.intake.import_columns import UnknownColumns
from textmeter.intake.import_csv import UnreadableFile
from textmeter.intake.import_file import import_file
from textmeter.ledger.check import check
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import trackers_of

pytestmark = pytest.mark.django_db

OURS, CUSTOMER = "+14045550180", "+14045550112"
SID = "SM" + "0a" * 16
# As Twilio's console writes its log of messages.
TWILIO = (
    "From,To,Body,Status,SentDate,ApiVersion,NumSegments,ErrorCode,AccountSid,Sid,Direction,Price,PriceUnit\r\n"
    f'{CUSTOMER},{OURS},"Hi, there",received,2026-03-04T14:33:00Z,2010-04-01,1,0,AC1,{SID},inbound,,USD\r\n'
    f"{OURS},{CUSTOMER},Hello,delivered,2026-03-04T14:35:00Z,2010-04-01,2,,AC1,SM{'0b' * 16},"
    "outbound-api,,USD\r\n"
    f"{OURS},{CUSTOMER},We are closed,failed,2026-03-04T14:36:00Z,2010-04-01,1,30003,AC1,SM{'0c' * 16},"
    "outbound-reply,,USD\r\n"
    f"{OURS},{CUSTOMER},Offer,failed,2026-03-04T14:37:00Z,2010-04-01,1,21610,AC1,SM{'0d' * 16},"
    "outbound-api,,USD\r\n"
)


@pytest.fixture
def shop() -> Company:
    return company()


def test_twilios_log_of_messages(shop: Company) -> None:
    report = taken(shop, TWILIO, dry_run=True)
    assert (report.added, messages_of(shop)) == (3, [])
    report = taken(shop, TWILIO)
    assert (report.added, report.known) == (3, 0)
    assert refusals(report) == [
        (5, "The carrier didn’t send this text, for the customer had opted out (21610): it is no message.")
    ]
    assert report.ignored == ("ApiVersion", "AccountSid", "Price", "PriceUnit")
    wanted = "sent_at direction body status error_code segments carrier carrier_ref automatic"
    assert [[row[name] for name in wanted.split()] for row in messages_of(shop)] == [
        [
            "2026-03-04T09:33:00.000-05:00",
            "inbound",
            "Hi, there",
            "received",
            "",
            "1",
            "twilio",
            SID,
            "false",
        ],
        [
            "2026-03-04T09:35:00.000-05:00",
            "outbound",
            "Hello",
            "delivered",
            "",
            "2",
            "twilio",
            "SM" + "0b" * 16,
            "false",
        ],
        [
            "2026-03-04T09:36:00.000-05:00",
            "outbound",
            "We are closed",
            "failed",
            "30003",
            "1",
            "twilio",
            "SM" + "0c" * 16,
            "true",
        ],
    ]
    assert [line.number for line in trackers_of(shop.id)] == [OURS]
    assert taken(shop, TWILIO).known == 3
    assert check(shop.id) == []


def test_a_message_that_the_webhook_brought_is_not_doubled(shop: Company) -> None:
    line = tracker(shop)
    put(
        shop,
        text(shop, line, CUSTOMER, "Hi, there", "2026-03-04 09:33", carrier_ref=SID, source=Source.WEBHOOK),
    )
    report = taken(shop, TWILIO)
    assert (report.added, report.known) == (2, 1)


def test_words_of_callrails_api_as_columns(shop: Company) -> None:
    """What its API and webhooks call the fields (the columns of its CSV are published nowhere)."""
    file = lines(
        "id,direction,customer_name,customer_phone_number,tracker_name,tracking_phone_number,source,content,"
        "created_at,status,message_type,agent",
        f"SCI{'0' * 32},incoming,MANN KEVIN,404-555-0112,Ads,404-555-0180,Google Ads,Hi,"
        "2026-03-04T09:33:00.100-05:00,,sms,",
        f"SCI{'1' * 32},outgoing,MANN KEVIN,404-555-0112,Ads,404-555-0180,Google Ads,Hello,"
        "2026-03-04T09:35:00.000-05:00,sent,sms,Keith Rail",
    )
    report = taken(shop, file)
    assert (report.added, refusals(report), report.ignored) == (2, [], ("message_type",))
    wanted = "direction customer_name customer_number number_name source agent body status carrier"
    assert [[row[name] for name in wanted.split()] for row in messages_of(shop)] == [
        ["inbound", "MANN KEVIN", CUSTOMER, "Ads", "Google Ads", "", "Hi", "", "callrail"],
        ["outbound", "MANN KEVIN", CUSTOMER, "Ads", "Google Ads", "Keith Rail", "Hello", "sent", "callrail"],
    ]


def test_without_a_direction_the_side_of_a_tracker_is_ours(shop: Company) -> None:
    tracker(shop)
    tracker(shop, "+14045550181", "Second")
    tracker(company("Elsewhere"), "+14045550190", "Theirs")
    file = lines(
        "Date,Time,From,To,Message",
        "3/4/2026,9:33 AM,(404) 555-0112,(404) 555-0180,in",
        "3/4/2026,9:34 AM,(404) 555-0180,(404) 555-0112,out",
        "3/4/2026,9:35 AM,(404) 555-0112,(404) 555-0190,theirs",
        "3/4/2026,9:36 AM,(404) 555-0180,(404) 555-0181,both",
    )
    report = taken(shop, file)
    neither = (
        "Neither “From”, “(404) 555-0112”, nor “To”, “(404) 555-0190”, is a tracking number of this"
        " company, and no direction says which should be. Add the tracking number first, then import the"
        " file again."
    )
    both = (
        "“From” and “To” are both the company’s own numbers, and no direction says which wrote. Add a"
        " column with it."
    )
    assert refusals(report) == [(4, neither), (5, both)]
    assert [(row["local_time"], row["direction"], row["body"]) for row in messages_of(shop)] == [
        ("2026-03-04 09:33:00", "inbound", "in"),
        ("2026-03-04 09:34:00", "outbound", "out"),
    ]


def test_a_direction_that_the_numbers_contradict_is_refused(shop: Company) -> None:
    """Or the customer's number would become a tracker."""
    tracker(shop)
    report = taken(shop, lines("sent,direction,from,to,text", f"2026-03-04 09:33,sent,{CUSTOMER},{OURS},Hi"))
    assert refusals(report) == [
        (2, f"“direction” is “sent”, but {OURS} is the company’s own tracking number. Correct one of them.")
    ]
    assert len(trackers_of(shop.id)) == 1


@pytest.mark.parametrize(
    ("kinds", "directions"),
    [(("Received", "Sent"), ["inbound", "outbound"]), (("SMS", "MMS"), ["inbound", "inbound"])],
)
def test_a_column_of_types_tells_the_direction_where_its_words_do(
    shop: Company, kinds: tuple[str, str], directions: list[str]
) -> None:
    tracker(shop)
    other = f"{CUSTOMER},{OURS}" if kinds[1] == "MMS" else f"{OURS},{CUSTOMER}"
    file = lines(
        "Timestamp,Type,From,To,Text",
        f"2026-03-04 09:33:00 UTC,{kinds[0]},{CUSTOMER},{OURS},a",
        f"2026-03-04 09:34:00 UTC,{kinds[1]},{other},b",
    )
    report = taken(shop, file)
    assert [row["direction"] for row in messages_of(shop)] == directions
    assert ("direction", "Type") in report.columns or "Type" in report.ignored


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiters_and_encodings(shop: Company, delimiter: str, encoding: str) -> None:
    tracker(shop)
    page = io.StringIO()
    writer = csv.writer(page, delimiter=delimiter)
    writer.writerow(["Sent", "From", "To", "Message", "Name"])
    writer.writerow(["2026-03-04 09:33", CUSTOMER, OURS, 'déjà; vu, "so"\n\t|', "Zoë"])
    report = taken(shop, page.getvalue().encode(encoding))
    assert refusals(report) == []
    assert [(row["body"], row["customer_name"]) for row in messages_of(shop)] == [
        ('déjà; vu, "so"\n\t|', "Zoë")
    ]
    said = {
        "utf-16": "The file is in UTF-16.",
        "cp1252": "The file is not in UTF-8; it was read as Windows-1252.",
    }
    assert report.notes[:1] == ((said[encoding],) if encoding in said else report.notes[:1])
    assert ("UTF-8" in str(report.notes)) == (encoding == "cp1252")


def test_one_broken_line_makes_no_other_encoding(shop: Company) -> None:
    tracker(shop)
    good = f"2026-03-04 09:33,{CUSTOMER},{OURS},"
    file = f"Sent,From,To,Message\r\n{good}Zoë\r\n{good}".encode() + b"\xff\r\n" + f"{good}é\r\n".encode()
    report = taken(shop, file)
    assert refusals(report) == [
        (3, "This line is not in UTF-8 (byte 44). Save the file as CSV with the encoding UTF-8.")
    ]
    assert sorted(row["body"] for row in messages_of(shop)) == ["Zoë", "é"]


def test_our_own_file_saved_by_a_spreadsheet(shop: Company) -> None:
    """With semicolons, in another encoding, TRUE in capitals: the same messages by their ids."""
    line = tracker(shop, name="Anzeigen für Köln")
    says(shop, line, CUSTOMER, "=déjà", "2026-03-04 09:33")
    file = export(reader_of(shop), shop).decode()
    rows = list(csv.reader(io.StringIO(file)))
    rows[1] = [cell.upper() if cell == "false" else cell for cell in rows[1]]
    page = io.StringIO()
    csv.writer(page, delimiter=";").writerows([["sep="], *rows])
    for encoding in ("utf-8", "cp1252", "utf-16"):
        report = taken(shop, page.getvalue().replace("sep=", "sep=;").encode(encoding))
        assert (report.added, report.known, report.refused) == (0, 1, [])


def test_a_row_number_is_no_id_of_a_message(shop: Company) -> None:
    """Two systems that number their rows 1, 2, 3 have different messages; the same file again, the same."""
    tracker(shop)
    head = "Id,Sent,From,To,Message"
    first = lines(
        head, f"1,2026-03-04 09:33,{CUSTOMER},{OURS},Hi", f"2,2026-03-04 09:33,{CUSTOMER},{OURS},Hi"
    )
    other = lines(head, f"1,2026-03-05 09:33,{CUSTOMER},{OURS},Ho")
    assert (taken(shop, first).added, taken(shop, first).known) == (2, 2)
    assert taken(shop, other).added == 1


def test_no_text_is_lost_over_a_detail(shop: Company) -> None:
    """Odd statuses, counts and attachments are left out; the words stand."""
    tracker(shop)
    file = lines(
        "Sent,From,To,Message,Status,Segments,Media URLs",
        f"2026-03-04 09:33,{CUSTOMER},{OURS},a,Complete,99999999999,²",
        f"2026-03-04 09:34,{CUSTOMER},{OURS},,Delivered,2,https://a.example/1 https://a.example/2",
        f"2026-03-04 09:35,{CUSTOMER},{OURS},,,,,",
    )
    report = taken(shop, file)
    assert (report.added, refusals(report)) == (3, [])
    assert "Statuses that are none of ours were left out: “Complete” (1)." in report.notes
    wanted = "body status segments media_count"
    assert [[row[name] for name in wanted.split()] for row in messages_of(shop)] == [
        ["a", "", "", "0"],
        ["", "delivered", "2", "2"],
        ["", "", "", "0"],
    ]
    assert fetch("SELECT COUNT(*) FROM ledger_message WHERE body IS NULL", []) == [(0,)]


def test_a_number_that_a_spreadsheet_cut_short(shop: Company) -> None:
    tracker(shop)
    report = taken(shop, lines("Sent,From,To,Message", f"2026-03-04 09:33,1.40456E+10,{OURS},Hi"))
    ((_, reason),) = refusals(report)
    assert reason.startswith("“From” is “1.40456E+10”: a spreadsheet cut the number short.")


def test_columns_by_hand(shop: Company) -> None:
    tracker(shop)
    file = lines("When,A,B,Message,What he wrote", f"2026-03-04 09:33,{CUSTOMER},{OURS},sms,Hi")
    with pytest.raises(UnknownColumns) as told:
        taken(shop, file)
    assert str(told.value) == (
        "No column is known for date and time; nor for the numbers of sender and receiver (or customer,"
        " tracking number and direction). It has: When, A, B, Message, What he wrote."
    )
    by_hand = {"at": "when", "from": "A", "to": "B", "body": "What he wrote"}
    report = taken(shop, file, columns=by_hand)
    assert report.columns == (("at", "When"), ("from", "A"), ("to", "B"), ("body", "What he wrote"))
    assert report.ignored == ("Message",)
    assert [row["body"] for row in messages_of(shop)] == ["Hi"]
    with pytest.raises(UnreadableFile, match=r"It has no column “C”\. It has: When, A"):
        taken(shop, file, columns={"from": "C"})
    with pytest.raises(UnknownColumns):
        taken(shop, file, columns=by_hand | {"body": ""})


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", codecs.BOM_UTF16_LE, b"\r\n\r\n"])
def test_an_empty_file(shop: Company, content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="The file is empty"):
        taken(shop, content)


def test_a_path_and_a_stranger(shop: Company, tmp_path: Path) -> None:
    tracker(shop)
    path = tmp_path / "log.csv"
    path.write_text(TWILIO, newline="")
    assert import_file(shop, path).added == 3
    other = company("Elsewhere")
    report = import_file(other, path)
    assert (report.added, report.refused[0].reason) == (
        0,
        f"{OURS} is not a tracking number of this company.",
    )
    assert trackers_of(other.id) == []


def test_our_own_file_goes_the_short_way(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is done for others costs our own file nothing."""
    from textmeter.intake import import_file as door

    says(shop, tracker(shop), CUSTOMER, "Hi", "2026-03-04 09:33")
    monkeypatch.setattr(door, "opened", None)
    file = export(reader_of(shop), shop)
    assert taken(shop, file).known == imported(shop, file).known == 1
