"""What the import takes, refuses and makes (CONTRACT.md, "CSV"; docs/files.md)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.files.reading import LINE, export, file_of, imported, reader_of, refusals, taken_apart
from tests.scene import at_ms, company, says, tracker
from textmeter.accounts.models import Company
from textmeter.intake import import_pace
from textmeter.intake.import_csv import UnreadableFile, import_messages
from textmeter.ledger.check import check
from textmeter.ledger.public_ids import public_id
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import trackers_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Company:
    return company()


def messages(owner: Company, columns: str = "body") -> list[Any]:
    rows = fetch(
        f"SELECT {columns} FROM ledger_message WHERE company_id = %s ORDER BY sent_at, carrier, carrier_ref",
        [owner.id],
    )
    return [row[0] if len(row) == 1 else row for row in rows]


def test_the_least_of_files(shop: Company) -> None:
    """Columns that the product makes itself may be missing; the tracker is made, named by its number."""
    report = imported(shop, file_of({}))
    assert (report.added, report.known, report.refused, report.ignored) == (1, 0, [], ())
    (line,) = trackers_of(shop.id)
    assert (line.number, line.name, line.source) == ("+14045550180", "(404) 555-0180", "")
    (row,) = taken_apart(export(reader_of(shop), shop))
    assert (row["carrier"], row["status"], row["segments"], row["automatic"]) == ("file", "", "", "false")
    assert row["sent_at"] == LINE["sent_at"]
    assert check(shop.id) == []


def test_order_and_case_of_columns_bom_and_line_ends_dont_matter(shop: Company) -> None:
    file = (
        "\ufeffBody, Tracking_Number ,customer_number,direction,mood,sent_at\n"
        "Hi,(404) 555-0180,404-555-0112,INBOUND,fine,2026-03-04T14:33:00Z\n"
    )
    report = imported(shop, file)
    assert (report.added, report.ignored) == (1, ("mood",))
    assert messages(shop, "sent_at, body, direction") == [(at_ms(shop, "2026-03-04 09:33"), "Hi", 0)]
    assert fetch("SELECT number FROM ledger_customer WHERE company_id = %s", [shop.id]) == [("+14045550112",)]


def test_importing_twice_adds_nothing(shop: Company) -> None:
    """Rows without a carrier_ref get one from their content; equal rows in one file are as many messages."""
    file = file_of({}, {}, {"body": "Hi "}, {"customer_number": "404 555 0112"}, {"carrier_ref": "SM1"})
    first, second = imported(shop, file), imported(shop, file)
    assert (first.added, first.known) == (5, 0)
    assert (second.added, second.known) == (0, 5)
    more = imported(shop, file_of({"status": "received"}, {"body": "New"}))
    assert (more.added, more.known) == (1, 1)
    again = imported(shop, export(reader_of(shop), shop))
    assert (again.added, again.known) == (0, 6)
    assert check(shop.id) == []


def test_the_same_message_twice_in_a_file_is_one(shop: Company) -> None:
    file = file_of({"carrier": "twilio", "carrier_ref": "SM1"}, {"carrier": "twilio", "carrier_ref": "SM1"})
    for dry_run in (True, False):
        report = imported(shop, file, dry_run=dry_run)
        assert (report.added, report.known) == (1, 1)


NO_TIME = "which is no time. Write it like 2026-03-04T09:33:00-05:00."
OUT_OF_RANGE = "which is out of range. Times from 1970 to 9998 are allowed."
TOLL_FREE = "Toll-free numbers can’t text: only local U.S. and Canadian numbers can."
IN_QUOTES = "A cell that holds the sign between cells, such as a comma, must stand in quotes."
REFUSED: dict[str, dict[str, str]] = {
    f"“sent_at” is “soon”, {NO_TIME}": {"sent_at": "soon"},
    f"“sent_at” is “2026-03-04”, {NO_TIME}": {"sent_at": "2026-03-04"},
    "“sent_at” is “2026-02-30 09:00:00”, which no calendar and no clock has. Correct the day or the hour.": {
        "sent_at": "2026-02-30 09:00:00"
    },
    f"“sent_at” is “1969-12-31T00:00:00Z”, {OUT_OF_RANGE}": {"sent_at": "1969-12-31T00:00:00Z"},
    f"“sent_at” is “9999-12-31T23:59:59-12:00”, {OUT_OF_RANGE}": {"sent_at": "9999-12-31T23:59:59-12:00"},
    "“sent_at” is “2026-03-08 02:30:00”, which never was in America/New_York: the clocks went forward over"
    " it. Write what they showed, or an offset such as -05:00 behind it.": {"sent_at": "2026-03-08 02:30:00"},
    f"“local_time” is “soon”, {NO_TIME}": {"sent_at": "", "local_time": "soon"},
    "“sent_at” is empty; it should hold date and time.": {"sent_at": ""},
    "“sent_at” and “local_time” are both empty; one of them should hold date and time.": {
        "sent_at": "",
        "local_time": "",
    },
    "“time_zone” is “EST”, which is no time zone. Write one like America/New_York.": {
        "sent_at": "2026-03-04 09:33",
        "time_zone": "EST",
    },
    "“direction” is “incoming”; allowed: inbound, outbound.": {"direction": "incoming"},
    "“direction” is empty; allowed: inbound, outbound.": {"direction": ""},
    "“customer_number” is empty; it should hold the customer’s number.": {"customer_number": "  "},
    "“tracking_number” is empty; it should hold the tracking number.": {"tracking_number": ""},
    "“tracking_number” is “desk”, which is no phone number. Write it like +14045550180.": {
        "tracking_number": "desk"
    },
    f"+18005550199 can’t text. {TOLL_FREE}": {"tracking_number": "+18005550199"},
    f"+18885550199 can’t text. {TOLL_FREE}": {"tracking_number": "888 555 0199"},
    "+14045550190 is not a tracking number of this company.": {"tracking_number": "+14045550190"},
    "“media_count” is “two”; allowed: a whole number from 0 to 10,000, or nothing at all.": {
        "media_count": "two"
    },
    "“segments” is “-1”; allowed: a whole number from 0 to 2,147,483,647, or nothing at all.": {
        "segments": "-1"
    },
    "“automatic” is “maybe”; allowed: true, false, or nothing at all.": {"automatic": "maybe"},
    "“message_id” is “msg_1”, which doesn’t belong to this line’s “carrier” and “carrier_ref”. Leave all"
    " three as they were exported, or empty the first.": {
        "message_id": "msg_1",
        "carrier_ref": "SM1",
    },
}


@pytest.mark.parametrize(("reason", "cells"), REFUSED.items())
def test_a_refused_line_says_why_and_stops_nothing_else(
    shop: Company, reason: str, cells: dict[str, str]
) -> None:
    tracker(company("Elsewhere"), "+14045550190", "Theirs")
    tracker(shop, "+18885550199", "Calls only")
    file = file_of({"body": "two\r\nlines"}, cells, {"body": "after"})
    for dry_run in (True, False):
        report = imported(shop, file, dry_run=dry_run)
        assert (report.added, refusals(report)) == (2, [(4, reason)])
    assert sorted(messages(shop)) == ["after", "two\r\nlines"]
    assert check(shop.id) == []


def test_a_wrong_status_names_those_that_there_are(shop: Company) -> None:
    ((line, reason),) = refusals(imported(shop, file_of({"status": "lost"})))
    assert line == 2
    assert reason.startswith("“status” is “lost”; allowed: receiving, received, accepted,")
    assert imported(shop, file_of({"status": "Delivered"})).added == 1


def test_a_column_is_called_as_the_file_calls_it(shop: Company) -> None:
    file = file_of({"sent_at": "soon"}, {"direction": "up\x1b[31m"}).replace("sent_at", "Sent_At")
    reasons = refusals(imported(shop, file.replace("direction", " DIRECTION ")))
    assert reasons == [
        (2, f"“Sent_At” is “soon”, {NO_TIME}"),
        (3, "“DIRECTION” is “up�[31m”; allowed: inbound, outbound."),
    ]


def test_broken_lines_are_refused_by_themselves(shop: Company) -> None:
    head = ",".join(LINE)
    good = "2026-03-04T09:33:00-05:00,inbound,+14045550112,+14045550180,"
    file = (
        f'{head}\n{good}one\n{good}\0\n{good}two,more\nshort\n{good}"never closed\n{good}three\n\n'.encode()
    )
    report = imported(shop, file + good.encode() + b"\xff\n" + good.encode() + b"four")
    assert report.added == 3
    assert [line for line, _ in refusals(report)] == [3, 4, 5, 6, 9]
    assert refusals(report)[1:3] == [
        (4, f"This line has 6 cells, the first line 5 cells. {IN_QUOTES}"),
        (5, f"This line has 1 cell, the first line 5 cells. {IN_QUOTES}"),
    ]
    assert sorted(messages(shop)) == ["four", "one", "three"]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n", "The file is empty."),
        (
            b"a,b\r\n1,2\r\n",
            "The first line must name the columns; missing: sent_at (or local_time), direction,"
            " customer_number, tracking_number, body.",
        ),
        (
            b"sent_at;direction;customer_number;tracking_number;body\r\n",
            "The first line must name the columns; missing: sent_at (or local_time), direction,"
            " customer_number, tracking_number, body. Cells must be separated by commas.",
        ),
        (
            b"sent_at,direction,customer_number,tracking_number\r\n",
            "The first line must name the columns; missing: body.",
        ),
        (
            b"sent_at,direction,customer_number,tracking_number,body,body\r\n",
            "The first line names body more than once.",
        ),
        ("body".encode("utf-16"), "The file is in UTF-16. Save it as CSV with the encoding UTF-8."),
        (
            b"caf\xe9,b\r\n",
            "The first line can’t be read. This line is not in UTF-8 (byte 4). Save the file as CSV with the"
            " encoding UTF-8.",
        ),
    ],
)
def test_a_file_of_another_kind_is_said_in_one_sentence(shop: Company, file: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFile) as told:
        imported(shop, file)
    assert str(told.value) == sentence


@pytest.mark.parametrize(
    ("cells", "zone_name", "at"),
    [
        ({"local_time": "2026-03-04 09:33:00"}, None, "2026-03-04T14:33:00Z"),
        ({"local_time": "2026-03-04 09:33:00"}, "America/Phoenix", "2026-03-04T16:33:00Z"),
        ({"local_time": "2026-03-04 09:33", "time_zone": "Pacific/Honolulu"}, None, "2026-03-04T19:33:00Z"),
        (
            {"local_time": "2026-03-04 09:33:00", "time_zone": "Pacific/Honolulu"},
            "America/Phoenix",
            "2026-03-04T16:33:00Z",
        ),
        ({"local_time": "2026-11-01 01:30:00"}, None, "2026-11-01T05:30:00Z"),
        (
            {"sent_at": "2026-03-04T09:33:00.1239+05:30", "time_zone": "Mars/Base"},
            None,
            "2026-03-04T04:03:00.123Z",
        ),
        ({"sent_at": "", "local_time": "2026-03-04 09:33:00"}, None, "2026-03-04T14:33:00Z"),
        ({"sent_at": "2026-03-04 14:33:00 +00:00"}, "America/Phoenix", "2026-03-04T14:33:00Z"),
    ],
)
def test_times_without_an_offset_take_a_zone(
    shop: Company, cells: dict[str, str], zone_name: str | None, at: str
) -> None:
    """The zone that is asked for, else the row's own, else the company's; of a doubled hour the first."""
    without = () if "sent_at" in cells else ("sent_at",)
    report = imported(shop, file_of(cells, without=without), zone_name=zone_name)
    assert refusals(report) == []
    imported(shop, file_of({"sent_at": at, "body": "the same"}))
    ((first, _), (second, _)) = messages(shop, "sent_at, body")
    assert first == second


def test_a_number_that_went_on_to_another_tracker_comes_back_so(shop: Company) -> None:
    """DOMAIN.md, "Who owns a number": a message keeps the tracker that owned the number at its instant."""
    tracker(shop, name="Spring", source="print")
    for month, name in ((5, "Summer"), (8, "Spring"), (9, "Autumn")):
        tracker(shop, name=name, owns_from=at_ms(shop, f"2026-0{month}-01 00:00"))
    line = trackers_of(shop.id)[0]
    for month in (3, 4, 5, 6, 8, 9):
        says(shop, line, "+17705550101", f"in {month}", f"2026-0{month}-15 09:00")
    reader = reader_of(shop)
    file = export(reader, shop)
    assert [row["number_name"] for row in taken_apart(file)] == [
        "Spring", "Spring", "Summer", "Summer", "Spring", "Autumn",
    ]  # fmt: skip
    _free(shop)
    copy = company("Copy")
    for dry_run in (True, False):
        report = imported(copy, file, dry_run=dry_run)
        assert report.added == 6
        assert report.notes == (
            "By the file +14045550180 goes on from “Spring” to “Summer” at 2026-05-15 09:00 EDT.",
            "By the file +14045550180 goes on from “Summer” to “Spring” at 2026-08-15 09:00 EDT.",
            "By the file +14045550180 goes on from “Spring” to “Autumn” at 2026-09-15 09:00 EDT.",
        )
    assert imported(copy, file).notes == ()
    assert export(reader_of(copy), copy) == file


def _free(owner: Company) -> None:
    from textmeter.ledger.remove import remove_ledger

    remove_ledger(owner.id)


def test_a_dry_run_writes_nothing(shop: Company) -> None:
    def everything() -> dict[str, list[Any]]:
        with connection.cursor() as cursor:
            names = [
                name for name in connection.introspection.table_names(cursor) if name.startswith("ledger_")
            ]
        return {name: fetch(f"SELECT * FROM {name}", []) for name in sorted(names) if "words" not in name}

    says(shop, tracker(shop), "+17705550101", "Hi", "2026-03-04 09:00")
    before = everything()
    rows = [
        {"body": str(n), "tracking_number": f"+140455501{80 + n % 5}", "media_count": "1"} for n in range(450)
    ]
    report = imported(shop, file_of(*rows, {"sent_at": "x"}), dry_run=True)
    assert (report.added, report.known, len(report.refused)) == (450, 0, 1)
    assert everything() == before


def test_names_and_words_from_a_file_are_heard_exactly(shop: Company) -> None:
    imported(shop, file_of({"customer_name": "'=Ann", "body": "''=1 + 1", "agent": "'-Bo"}))
    assert messages(shop, "body, agent") == [("'=1 + 1", "-Bo")]
    rows = fetch("SELECT heard_name, name FROM ledger_customer WHERE company_id = %s", [shop.id])
    assert rows == [("=Ann", "=Ann")]


def test_strangers_stay_apart(shop: Company) -> None:
    """The same file in two companies: the numbers are the first one's, and the second learns nothing."""
    file = file_of({}, {"tracking_number": "+14045550181"})
    other = company("Elsewhere")
    assert imported(shop, file).added == 2
    report = imported(other, file)
    assert (report.added, report.known) == (0, 0)
    assert refusals(report) == [
        (2, "+14045550180 is not a tracking number of this company."),
        (3, "+14045550181 is not a tracking number of this company."),
    ]
    assert trackers_of(other.id) == []
    assert messages(other) == []


def test_a_number_that_another_company_once_had_is_not_free(shop: Company) -> None:
    mine = tracker(company("Elsewhere"))
    tracker(shop, mine.number, owns_from=at_ms(shop, "2026-03-04 12:00"))
    report = imported(shop, file_of({}, {"sent_at": "2026-03-04 12:00"}))
    assert report.added == 1
    assert refusals(report) == [(2, "+14045550180 is not a tracking number of this company.")]


def test_any_way_of_giving_the_file(shop: Company, tmp_path: Path) -> None:
    file, path = file_of({"body": "é"}), tmp_path / "texts.csv"
    path.write_bytes(file.encode())
    told: list[tuple[int, int]] = []
    assert import_messages(shop, path, progress=lambda *at: told.append(at)).added == 1
    assert told == [(path.stat().st_size, path.stat().st_size)]
    assert import_messages(shop, str(path)).known == 1
    assert import_messages(shop, io.StringIO(file)).known == 1
    with path.open(encoding="ascii", newline="") as opened:
        assert import_messages(shop, opened).known == 1
    with pytest.raises(FileNotFoundError):
        import_messages(shop, tmp_path / "missing.csv")


def test_progress_goes_up_to_the_end(shop: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_pace, "LARGEST_BATCH", 10)
    monkeypatch.setattr(import_pace, "SMALLEST_BATCH", 10)
    path = tmp_path / "texts.csv"
    path.write_text(file_of(*({"body": str(n)} for n in range(35))), newline="")
    told: list[tuple[int, int]] = []
    assert import_messages(shop, path, progress=lambda *at: told.append(at)).added == 35
    done = [at for at, _ in told]
    assert (len(done), done) == (4, sorted(done))
    assert told[-1] == (path.stat().st_size, path.stat().st_size)


def test_questions_grow_with_batches_and_not_with_rows(shop: Company) -> None:
    def asked(start: int, count: int) -> int:
        rows = [{"body": str(n), "customer_number": f"+1770555{n:04d}"} for n in range(start, start + count)]
        with CaptureQueriesContext(connection) as questions:
            assert imported(shop, file_of(*rows)).added == count
        return len(questions)

    asked(0, 1)
    assert asked(10, 90) <= asked(1, 9) + 2


def test_a_ref_may_be_of_any_carrier_and_its_id_is_checked(shop: Company) -> None:
    cells = {"carrier": "telnyx", "carrier_ref": "a/b=="}
    good = file_of(cells | {"message_id": public_id("telnyx", "a/b==")})
    assert imported(shop, good).added == 1
    assert imported(shop, file_of(cells)).known == 1
    assert messages(shop, "carrier, carrier_ref") == [("telnyx", "a/b==")]
