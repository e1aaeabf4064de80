"""Files as tests ask for them, take them apart and make them."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.people import person, signed_in
from textmeter.accounts.models import Company, Role, User
from textmeter.intake.import_csv import ImportReport, import_messages
from textmeter.intake.import_file import import_file

LINE = {
    "sent_at": "2026-03-04T09:33:00.000-05:00",
    "direction": "inbound",
    "customer_number": "+14045550112",
    "tracking_number": "+14045550180",
    "body": "Hi",
}


def reader_of(*companies: Company) -> Client:
    """Somebody who may read these companies and change nothing."""
    return signed_in(person(f"reads-{companies[0].id}@example.com", Role.REPORTING, *companies))


def export(client: Client, owner: Company, name: str = "messages_csv", **query: Any) -> bytes:
    """The file of all time, unless a range is given."""
    if not {"range", "start", "end"} & query.keys():
        query["range"] = "all_time"
    response = client.get(reverse(name, args=[owner.id]), query)
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def taken_apart(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode(), newline="")))


def file_of(*rows: dict[str, str], without: tuple[str, ...] = ()) -> str:
    """A file of rows that each differ from LINE in what is given."""
    names = list(dict.fromkeys([*LINE, *(name for row in rows for name in row)]))
    names = [name for name in names if name not in without]
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([[(LINE | row).get(name, "") for name in names] for row in rows])
    return page.getvalue()


def imported(owner: Company, file: str | bytes, **options: Any) -> ImportReport:
    raw = file.encode() if isinstance(file, str) else file
    return import_messages(owner, io.BytesIO(raw), **options)


def taken(owner: Company, file: str | bytes, **options: Any) -> ImportReport:
    """By the door for everybody's files."""
    return import_file(owner, io.BytesIO(file.encode() if isinstance(file, str) else file), **options)


def signed_in_reader() -> Client:
    """Somebody who may read every company."""
    email = "files@example.com"
    return signed_in(User.objects.filter(email=email).first() or person(email, Role.ADMIN))


def messages_of(owner: Company) -> list[dict[str, str]]:
    return taken_apart(export(signed_in_reader(), owner))


def lines(*rows: str) -> str:
    return "".join(f"{row}\r\n" for row in rows)


def refusals(report: ImportReport) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for one in report.refused]
