"""Other people's files with anything in their cells: each line is taken or refused with a word."""

from __future__ import annotations

import csv
import io
from random import Random

import pytest

from tests.files.reading import taken
from tests.scene import company, tracker
from textmeter.accounts.models import Company
from textmeter.intake.import_csv import UnreadableFile
from textmeter.ledger.check import check

pytestmark = pytest.mark.django_db

OURS, CUSTOMER = "+14045550180", "+14045550112"
SID = "SM" + "0a" * 16


@pytest.fixture
def shop() -> Company:
    return company()


ODD = [
    *("", " ", "0", "-1", "٣", "²", "NaN", "1e9", "+", "'", "=1+1", "\u202e", "🙂", "x" * 300, "a\nb", '"'),
    *("2026-03-04 09:33", "3/4/2026 9:33 AM", "31/12/9999 23:59", "0/0/0000 0:00", "99:99", "9999999999999"),
    *("2026-03-04 09:33 +99:99", "2026-13-45 25:61", "Feb 30, 2026 1:00 PM", "0001-01-01T00:00:00+14:00"),
    *(CUSTOMER, OURS, "anonymous", "24273", "whatsapp:+14045550112", "inbound", "sent", "outbound-reply"),
    *(
        "Delivered",
        "answered",
        "voicemail",
        "1:00",
        "99999999999",
        SID,
        "EST",
        "Mars/Base",
        "America/New_York",
    ),
]


@pytest.mark.parametrize(
    "head",
    [
        (
            "Sent",
            "Time Zone",
            "Direction",
            "From",
            "To",
            "Message",
            "Status",
            "Segments",
            "Media",
            "Sid",
            "Name",
        ),
        (
            "Date",
            "Time",
            "Direction",
            "Phone",
            "Tracking Number",
            "Text",
            "Error Code",
            "Agent",
            "Id",
            "Source",
        ),
        (
            "Start Time",
            "Direction",
            "From",
            "To",
            "Duration",
            "Call Status",
            "Answered",
            "Voicemail",
            "Id",
            "City",
        ),
    ],
)
def test_whatever_the_cells_hold_each_line_is_taken_or_refused(shop: Company, head: tuple[str, ...]) -> None:
    tracker(shop)
    random = Random(head[0])
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(head)
    for _ in range(600):
        row = [random.choice(ODD) for _ in head]
        usual = {"Sent": ODD[16], "Date": ODD[17], "Time": "", "Start Time": ODD[16], "Time Zone": ""}
        usual |= {"From": CUSTOMER, "To": OURS, "Phone": CUSTOMER, "Tracking Number": OURS}
        usual["Direction"] = "inbound"
        row = [
            usual[name] if name in usual and random.random() < 0.9 else cell
            for name, cell in zip(head, row, strict=True)
        ]
        writer.writerow(row)
    trial = taken(shop, page.getvalue(), dry_run=True)
    report = taken(shop, page.getvalue())
    assert (trial.added, trial.known, trial.refused) == (report.added, report.known, report.refused)
    assert report.added + report.known + len(report.refused) == 600
    assert report.added > 100
    again = taken(shop, page.getvalue())
    assert (again.added, len(again.refused)) == (0, len(report.refused))
    assert check(shop.id) == []


def test_a_file_of_too_many_columns(shop: Company) -> None:
    with pytest.raises(UnreadableFile, match="It has 300 columns"):
        taken(shop, ",".join(f"c{n}" for n in range(300)) + "\n")
