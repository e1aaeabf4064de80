"""The two files of Text Conversations, column by column, and who gets them (CONTRACT.md, "CSV")."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.files.reading import export, reader_of, taken_apart
from tests.scene import answers, at_ms, company, put, says, text, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import Direction, Media, Place, Status
from textmeter.ledger.public_ids import public_id
from textmeter.lib.days import as_key
from textmeter.reports import conversation_lines as lines_module
from textmeter.reports.conversation_lines import conversation_lines
from textmeter.reports.conversations import each_conversation
from textmeter.reports.filter import Filter
from textmeter.reports.messages import each_message
from textmeter.reports.query import read_filter

pytestmark = pytest.mark.django_db
FILES = ("conversations_csv", "messages_csv")
DANA = "+17705550101"


@pytest.fixture
def shop() -> Company:
    """A day on two numbers in Atlanta, and the same customer at another company."""
    shop, other = company(), company("Stranger & Sons")
    ads, site = tracker(shop, name="Google Ads", source="=ads"), tracker(shop, "+14045550181", "Site")
    place = Place("Atlanta", "GA", "30303", "US")
    says(shop, ads, DANA, "=HYPERLINK(1)", "2026-03-04 09:33", customer_name="Dana", place=place, segments=1)
    answers(
        shop, ads, DANA, 'Hi, "Dana"\nyours, Ann', "2026-03-04 09:34:05.999", agent="Ann", carrier_ref="SM-1"
    )
    answers(
        shop,
        site,
        DANA,
        "",
        "2026-03-04 23:59:59.999",
        agent="Bo",
        is_automatic=True,
        status=Status.UNDELIVERED,
        error_code="30003",
        media=(Media("https://api.example/1", "image/jpeg"),),
    )
    says(shop, site, "ACME", "Code 1", "2026-03-05 00:00")
    says(other, tracker(other, "+14045550190", "Theirs"), DANA, "secret", "2026-03-04 10:00")
    return shop


@pytest.fixture
def reader(shop: Company) -> Client:
    return reader_of(shop)


def test_messages_column_by_column(shop: Company, reader: Client) -> None:
    file = export(reader, shop).decode()
    lines = file.split("\r\n")
    assert lines[0] == (
        "message_id,sent_at,local_time,time_zone,direction,customer_name,customer_number,number_name,"
        "tracking_number,source,agent,body,media_count,status,error_code,segments,carrier,carrier_ref,automatic"
    )
    assert lines[2] == (
        f"{public_id('twilio', 'SM-1')},2026-03-04T09:34:05.999-05:00,2026-03-04 09:34:05,America/New_York,"
        "outbound,Dana,+17705550101,Google Ads,+14045550180,'=ads,Ann,"
        '"Hi, ""Dana""\nyours, Ann",0,delivered,,,twilio,SM-1,false'
    )
    asked, _, photo, code = taken_apart(file.encode())
    assert asked["body"] == "'=HYPERLINK(1)"
    assert (asked["segments"], asked["status"], asked["agent"]) == ("1", "received", "")
    assert (photo["body"], photo["media_count"], photo["automatic"]) == ("", "1", "true")
    assert (photo["status"], photo["error_code"], photo["number_name"]) == ("undelivered", "30003", "Site")
    assert (code["customer_number"], code["customer_name"], code["source"]) == ("ACME", "", "")
    assert code["sent_at"] == "2026-03-05T00:00:00.000-05:00"
    assert lines[-1] == ""


def test_conversations_column_by_column(shop: Company, reader: Client) -> None:
    """`number_name` and the totals are the whole conversation's; the first response in whole seconds."""
    file = export(reader, shop, "conversations_csv", direction="inbound", sort="latest").decode()
    lines = file.split("\r\n")
    assert lines == [
        "date,time_zone,customer_name,customer_number,customer_city,customer_state,number_name,"
        "tracking_number,source,total_messages,inbound_messages,outbound_messages,matching_messages,"
        "first_message_at,last_message_at,last_message,agents,first_response_seconds,unanswered",
        "2026-03-04,America/New_York,Dana,+17705550101,Atlanta,GA,Site,+14045550181,,3,1,2,1,"
        "2026-03-04T09:33:00.000-05:00,2026-03-04T23:59:59.999-05:00,,Ann; Bo,65,false",
        "2026-03-05,America/New_York,,ACME,,,Site,+14045550181,,1,1,0,1,"
        "2026-03-05T00:00:00.000-05:00,2026-03-05T00:00:00.000-05:00,Code 1,,,true",
        "",
    ]


def test_both_of_a_doubled_hour_can_be_told_apart(shop: Company, reader: Client) -> None:
    """DOMAIN.md, "Time": days of 25 hours."""
    line = tracker(shop, "+14045550182", "Autumn")
    first = at_ms(shop, "2026-11-01 01:30")
    for at in (first, first + 3_600_000):
        says(shop, line, DANA, "now", at)
    rows = taken_apart(export(reader, shop, start="2026-11-01", end="2026-11-01"))
    assert [(row["sent_at"], row["local_time"]) for row in rows] == [
        ("2026-11-01T01:30:00.000-04:00", "2026-11-01 01:30:00"),
        ("2026-11-01T01:30:00.000-05:00", "2026-11-01 01:30:00"),
    ]


@pytest.mark.parametrize("name", FILES)
def test_the_file_says_what_it_is(shop: Company, reader: Client, name: str) -> None:
    response = reader.get(reverse(name, args=[shop.id]), {"start": "2026-03-04", "end": "2026-03-05"})
    what = {"conversations_csv": "text-conversations", "messages_csv": "text-messages"}[name]
    expected = f'attachment; filename="{what}_{shop.id}_2026-03-04_2026-03-05.csv"'
    assert response["Content-Disposition"] == expected
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"
    assert response.streaming
    assert not response.getvalue().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", FILES)
def test_head_tells_the_same_without_reading(shop: Company, reader: Client, name: str) -> None:
    address = reverse(name, args=[shop.id])
    got = reader.get(address)
    with CaptureQueriesContext(connection) as questions:
        told = reader.head(address)
    assert (told.status_code, told.getvalue()) == (200, b"")
    assert "Content-Length" not in told
    assert "ledger" not in str([question["sql"] for question in questions])
    assert {key: told[key] for key in ("Content-Type", "Content-Disposition", "Cache-Control")} == {
        key: got[key] for key in ("Content-Type", "Content-Disposition", "Cache-Control")
    }
    assert reader.post(address).status_code == 405


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"direction": "outbound"},
        {"q": "dana"},
        {"q": "code"},
        {"start": "2026-03-04", "end": "2026-03-04", "hour": "9"},
        {"sort": "customer"},
        {"sort": "-total", "numbers": "site"},
        {"q": "nothing like it"},
    ],
)
def test_the_files_hold_what_the_filter_selects(shop: Company, reader: Client, query: dict[str, Any]) -> None:
    """DOMAIN.md, "Filters and figures": rows of the message export = sum of Matching over the log."""
    if "numbers" in query:
        query = query | {"numbers": _tracker_named(shop, "Site")}
    flt, wrong = read_filter(_query(query), shop, at_ms(shop, "2026-03-06 12:00"))
    assert wrong == []
    conversations = taken_apart(export(reader, shop, "conversations_csv", **query))
    messages = taken_apart(export(reader, shop, **query))
    assert [row["customer_number"] for row in conversations] == [
        row.customer_number for row in each_conversation(flt)
    ]
    assert [row["carrier_ref"] for row in messages] == [row.carrier_ref for row in each_message(flt)]
    assert sum(int(row["matching_messages"]) for row in conversations) == len(messages)
    assert "secret" not in str(messages) + str(conversations)


@pytest.mark.parametrize("name", FILES)
def test_strangers_find_nothing_there(shop: Company, reader: Client, name: str) -> None:
    """DOMAIN.md, "Who may what": no right to read: 404; and no sign-in: the way to it."""
    address = reverse(name, args=[shop.id])
    assert reader.get(address).status_code == 200
    for method in ("get", "head"):
        assert getattr(reader_of(company("Elsewhere")), method)(address).status_code == 404
    assert reader.get(reverse(name, args=[shop.id + 1])).status_code == 404
    signed_out = Client().get(address)
    assert (signed_out.status_code, signed_out["Location"].split("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_value_is_said_plainly(shop: Company, reader: Client, name: str) -> None:
    """400 with parameter, value and what is allowed; another company's tracker is as wrong as any."""
    address = reverse(name, args=[shop.id])
    theirs = tracker(company("Elsewhere"), "+14045550195")
    answer = reader.get(address, {"direction": "sideways", "numbers": [theirs.id, "x"], "range": "today"})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().splitlines() == [
        f"numbers is “{theirs.id}”; allowed: ids of this company’s tracking numbers.",
        "numbers is “x”; allowed: ids of this company’s tracking numbers.",
        "direction is “sideways”; allowed: inbound, outbound.",
    ]
    assert "filename" not in str(answer.headers)


def test_an_empty_file_is_a_header(shop: Company, reader: Client) -> None:
    rows = export(reader, shop, start="2020-01-01", end="2020-01-02")
    assert rows.count(b"\r\n") == 1


def _many(shop: Company, count: int) -> None:
    line = tracker(shop, "+14045550183", "Busy")
    start = at_ms(shop, "2026-04-01 08:00")
    put(
        shop,
        *(
            text(shop, line, f"+1770555{n % 1000:04d}", "x" * 500, start + n * 60_000, direction=_way(n))
            for n in range(count)
        ),
    )


def _way(n: int) -> Direction:
    return Direction.OUTBOUND if n % 3 == 0 else Direction.INBOUND


@pytest.mark.parametrize(
    ("name", "rows_a_query"),
    [("messages_csv", None), ("conversations_csv", 500 if connection.vendor == "sqlite" else None)],
)
def test_a_long_file_takes_no_more_memory_or_questions(
    shop: Company, reader: Client, name: str, rows_a_query: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One piece of some hundred rows at a time, however many there are."""
    monkeypatch.setattr(lines_module, "ROWS_A_PART", 500)
    _many(shop, 6_000)

    few, many = {"start": "2026-04-01", "end": "2026-04-01"}, {"start": "2026-03-04", "end": "2026-05-01"}
    sizes = [_size(reader, shop, name, query) for query in (few, few, many)]
    (_, _), (rows, small), (more_rows, large) = sizes
    assert more_rows > 4 * rows > 3_500
    assert large < small * 1.3
    asked = [_questions(reader, shop, name, query) for query in (few, many)]
    assert asked[1] - asked[0] <= (more_rows // rows_a_query + 1 if rows_a_query else 0)


@pytest.mark.parametrize("in_one_transaction", [True, False])
@pytest.mark.parametrize("rows_a_part", [1, 2, 5, 4000])
@pytest.mark.parametrize("query", ["", "sort=latest", "direction=inbound", "direction=outbound&sort=latest"])
@pytest.mark.django_db(transaction=True)
def test_the_lines_are_the_logs_whatever_a_part_holds(
    shop: Company, query: str, rows_a_part: int, in_one_transaction: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of conversations that end in the same instant, and whatever their words are."""
    monkeypatch.setattr(lines_module, "ROWS_A_PART", rows_a_part)
    line, at = tracker(shop, "+14045550183", "Busy"), at_ms(shop, "2026-04-01 08:00")
    words = ['"],["', "a\u2028b\\", "{}", "[1,2]", "\x01\x1f", "\U0001f600", ""]
    for n in range(20):
        put(shop, text(shop, line, f"+1770555{n:04d}", words[n % 7], at + n // 4 * 60_000, direction=_way(n)))
    flt, _ = read_filter(QueryDict(f"range=all_time&{query}"), shop, at + 3_600_000)
    with transaction.atomic() if in_one_transaction else nullcontext():
        lines = list(conversation_lines(flt))
    listed = list(each_conversation(flt))
    assert [(line.customer_id, line.local_date, line.matching, line.body) for line in lines] == [
        (row.customer_id, as_key(row.date), row.matching, row.last_message.body) for row in listed
    ]
    assert len(lines) > 7


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rows_of", [each_message, conversation_lines])
def test_who_goes_away_ends_the_reading(shop: Company, rows_of: Callable[[Filter], Iterator[Any]]) -> None:
    """And the connection is free for the next page at once."""
    _many(shop, 3_000)
    flt, _ = read_filter(_query({}), shop, at_ms(shop, "2026-05-01 12:00"))
    rows = rows_of(flt)
    next(rows)
    rows.close()
    assert len(list(rows_of(flt))) > 1_000


def _size(reader: Client, shop: Company, name: str, query: dict[str, Any]) -> tuple[int, int]:
    """Rows, and the most bytes that were held at once."""
    tracemalloc.start()
    rows = sum(chunk.count(b"\r\n") for chunk in _chunks(reader, shop, name, query))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return rows, peak


def _questions(reader: Client, shop: Company, name: str, query: dict[str, Any]) -> int:
    with CaptureQueriesContext(connection) as questions:
        for _ in _chunks(reader, shop, name, query):
            pass
    return len(questions)


def _chunks(reader: Client, shop: Company, name: str, query: dict[str, Any]) -> Any:
    return reader.get(reverse(name, args=[shop.id]), query).streaming_content


def _tracker_named(shop: Company, name: str) -> int:
    from textmeter.ledger.trackers import trackers_of

    return next(one.id for one in trackers_of(shop.id) if one.name == name)


def _query(values: dict[str, Any]) -> Any:
    from django.http import QueryDict

    query = QueryDict(mutable=True)
    if not {"range", "start"} & values.keys():
        query["range"] = "all_time"
    for key, value in values.items():
        query[key] = str(value)
    return query


def test_dates_in_names_and_cells_are_the_companys(reader: Client, shop: Company) -> None:
    """DOMAIN.md, "Time": a file that shows time names its zone."""
    rows = taken_apart(export(reader, shop))
    assert {row["time_zone"] for row in rows} == {"America/New_York"}
    for row in rows:
        assert datetime.fromisoformat(row["sent_at"]).strftime("%Y-%m-%d %H:%M:%S") == row["local_time"]
