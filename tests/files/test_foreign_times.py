"""When the rows of other people's files were (docs/files.md, "Files of others")."""

from __future__ import annotations

import pytest

from tests.files.reading import lines, messages_of, refusals, taken
from tests.scene import at_ms, company, tracker
from textmeter.accounts.models import Company
from textmeter.ledger.statements import fetch

pytestmark = pytest.mark.django_db

OURS, CUSTOMER = "+14045550180", "+14045550112"


@pytest.fixture
def shop() -> Company:
    return company()


DAY = "2026-03-04T14:33:00.000"


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ("2026-03-04T09:33:00-05:00", DAY),
        ("2026-03-04 14:33:00 UTC", DAY),
        ("2026-03-04 09:33:00.000 EST", DAY),
        ("2026-03-04 10:33 EDT", DAY),
        ("3/4/2026 9:33 AM", DAY),
        ("3/4/26 9:33:00am", DAY),
        ("03-04-2026 09:33", DAY),
        ("3/4/2026, 9:33:00\u202fAM", DAY),
        ("3/4/2026 6:33 AM PST", DAY),
        ("3/4/2026 8:33 AM CT", DAY),
        ("Wed, 04 Mar 2026 14:33:00 +0000", DAY),
        ("Wed 04 Mar 2026 14:33:00 +0000", DAY),
        ("4 March 2026 14:33 GMT", DAY),
        ("Mar 4, 2026 9:33 AM", DAY),
        ("Wednesday, March 4th, 2026 at 9:33 AM", DAY),
        ("09:33:00 EST 2026-03-04", DAY),
        ("2026/03/04 09:33", DAY),
        ("2026-03-04 09:33 America/New_York", DAY),
        ("1772634780", DAY),
        ("1772634780000", DAY),
        ("3/4/2026 12:05 AM", "2026-03-04T05:05:00.000"),
        ("3/4/2026 12:05 PM", "2026-03-04T17:05:00.000"),
        ("11/1/2026 1:30 AM", "2026-11-01T05:30:00.000"),  # of a doubled hour the first
        ("11/1/2026 1:30 AM EST", "2026-11-01T06:30:00.000"),
        ("7/4/2026 9:33 AM", "2026-07-04T13:33:00.000"),
    ],
)
def test_times(shop: Company, cell: str, at: str) -> None:
    tracker(shop)
    report = taken(shop, lines("Date;From;To;Message", f"{cell};{CUSTOMER};{OURS};Hi"))
    assert refusals(report) == []
    rows = fetch("SELECT sent_at FROM ledger_message WHERE company_id = %s", [shop.id])
    assert rows == [(at_ms(company("UTC", "UTC"), at),)]


NEVER = "which no calendar and no clock has. Correct the day or the hour."


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("soon", "“Date” is “soon”, which is no time. Write it like 2026-03-04 09:33 or 3/4/2026 9:33 AM."),
        (
            "3/4/2026",
            "“Date” is “3/4/2026”, a day without a time. Write the time behind it, or into a column of its"
            " own.",
        ),
        ("2/30/2026 9:00", f"“Date” is “2/30/2026 9:00”, {NEVER}"),
        ("3/4/2026 13:33 PM", f"“Date” is “3/4/2026 13:33 PM”, {NEVER}"),
        (
            "3/8/2026 2:30 AM",
            "“Date” is “2026-03-08 02:30:00”, which never was in America/New_York: the clocks went forward"
            " over it. Write what they showed, or an offset such as -05:00 behind it.",
        ),
        (
            "3/4/2026 9:33 IST",
            "“Date” is “3/4/2026 9:33 IST”, whose zone “IST” stands for several places or none. Write an"
            " offset instead, such as -05:00.",
        ),
        (
            "3/4/1950 9:33",
            "“Date” is “3/4/1950 9:33”, which is out of range. Times from 1970 to 9998 are allowed.",
        ),
        ("", "“Date” is empty; it should hold date and time."),
    ],
)
def test_times_that_are_none(shop: Company, cell: str, reason: str) -> None:
    tracker(shop)
    report = taken(shop, lines("Date,From,To,Message", f'"{cell}",{CUSTOMER},{OURS},Hi'))
    assert refusals(report) == [(2, reason)]


def test_a_time_of_two_columns_names_both(shop: Company) -> None:
    tracker(shop)
    by_hand = {"date": "Day", "time": "Hour", "time_zone": "Zone"}
    rows = [f"3/4/2026,{clock},UTC+1,{CUSTOMER},{OURS},Hi" for clock in ("25:00", "", "9:33 AM")]
    report = taken(shop, lines("Day,Hour,Zone,From,To,Message", *rows), columns=by_hand)
    assert refusals(report) == [
        (2, f"“Day” with “Hour” is “3/4/2026 25:00”, {NEVER}"),
        (
            3,
            "“Day” is “3/4/2026”, a day without a time. Write the time behind it, or into a column of its"
            " own.",
        ),
        (4, "“Zone” is “UTC+1”, which is no time zone. Write one like America/New_York, or EST."),
    ]


@pytest.mark.parametrize(
    ("zone", "dates", "read", "note"),
    [
        (
            "America/New_York",
            ["3/4/2026", "5/6/2026"],
            ["2026-03-04", "2026-05-06"],
            "Dates were read month first, as is usual in America/New_York: no line shows which it is.",
        ),
        (
            "Europe/London",
            ["3/4/2026"],
            ["2026-04-03"],
            "Dates were read day first, as is usual in Europe/London: no line shows which it is.",
        ),
        (
            "America/New_York",
            ["3/4/2026", "25/4/2026"],
            ["2026-04-03", "2026-04-25"],
            "Dates were read day first: line 3 can only be so.",
        ),
        (
            "Europe/London",
            ["3/4/2026", "4/25/2026"],
            ["2026-03-04", "2026-04-25"],
            "Dates were read month first: line 3 can only be so.",
        ),
        (
            "America/New_York",
            ["4/25/2026", "25/4/2026", "3/4/2026", "5/5/2026"],
            ["2026-04-25", "2026-04-25", "2026-05-05"],
            "Line 2 has its date month first, line 3 day first: lines that could be either are refused.",
        ),
        (  # a date of no calendar, refused itself, says nothing of the others
            "Europe/London",
            ["1/45/2026", "3/4/2026", "2/30/2026"],
            ["2026-04-03"],
            "Dates were read day first, as is usual in Europe/London: no line shows which it is.",
        ),
    ],
)
def test_the_order_of_a_dates_parts_is_the_files(
    zone: str, dates: list[str], read: list[str], note: str
) -> None:
    shop = company("Shop", zone)
    tracker(shop)
    file = lines("Sent;From;To;Message", *(f"{day} 12:00;{CUSTOMER};{OURS};Hi" for day in dates))
    for dry_run in (True, False):
        report = taken(shop, file, dry_run=dry_run)
        assert (report.added, len(report.refused)) == (len(read), len(dates) - len(read))
        assert report.notes[0] == note
    assert [row["sent_at"][:10] for row in messages_of(shop)] == sorted(read)


@pytest.mark.parametrize(
    ("head", "cells", "asked", "local"),
    [
        ("Date,Time Zone", "3/4/2026 9:33 AM,America/Denver", None, "2026-03-04 11:33:00"),
        ("Date,Time Zone", "3/4/2026 9:33 AM,Pacific", None, "2026-03-04 12:33:00"),
        ("Date (UTC),Zone", "3/4/2026 14:33,", None, "2026-03-04 09:33:00"),
        ("Date (UTC),Zone", "3/4/2026 14:33,", "Asia/Kathmandu", "2026-03-04 03:48:00"),  # UTC+5:45
        ("Date,Zone", "3/4/2026 9:33,", None, "2026-03-04 09:33:00"),
        ("Date (local),Zone", "3/4/2026 9:33,", None, "2026-03-04 09:33:00"),
    ],
)
def test_zones_of_times_without_an_offset(
    shop: Company, head: str, cells: str, asked: str | None, local: str
) -> None:
    tracker(shop)
    report = taken(shop, lines(f"{head},From,To,Message", f"{cells},{CUSTOMER},{OURS},Hi"), zone_name=asked)
    assert refusals(report) == []
    assert [row["local_time"] for row in messages_of(shop)] == [local]
    assert "local" not in str(report.notes)


@pytest.mark.parametrize(
    ("zone", "cell", "at"),
    [
        ("Australia/Lord_Howe", "5/4/2026 1:45", "2026-04-04T14:45:00.000"),  # half an hour twice: the first
        ("Australia/Lord_Howe", "4/10/2026 2:15", ""),  # half an hour that never was
        ("America/St_Johns", "11/1/2026 1:30 AM", "2026-11-01T04:00:00.000"),
        ("America/St_Johns", "11/1/2026 1:30 AM NST", "2026-11-01T05:00:00.000"),
        ("America/St_Johns", "3/8/2026 2:59 AM", ""),
        ("Asia/Kathmandu", "2026-03-04 00:10", "2026-03-03T18:25:00.000"),
    ],
)
def test_zones_of_half_hours(zone: str, cell: str, at: str) -> None:
    shop = company("Shop", zone)
    tracker(shop)
    report = taken(shop, lines("Date,From,To,Message", f"{cell},{CUSTOMER},{OURS},Hi"))
    rows = fetch("SELECT sent_at FROM ledger_message WHERE company_id = %s", [shop.id])
    assert rows == ([(at_ms(company("UTC", "UTC"), at),)] if at else [])
    assert all("never was" in one.reason for one in report.refused)
    assert len(report.refused) == (not at)
