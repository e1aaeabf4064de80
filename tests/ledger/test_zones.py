"""DOMAIN.md, "Time": local day and hour in the company's zone; days of 23 and 25 hours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.ledger.tables import calls_of, conversations, customers, messages, table
from tests.scene import calls, company, says, text, tracker
from tests.scene import put as record_seen
from textmeter.carriers.seen import Source
from textmeter.ledger.check import check
from textmeter.lib.days import to_ms

pytestmark = pytest.mark.django_db
ANN = "+14045550112"


def utc(at: str) -> int:
    return to_ms(datetime.fromisoformat(at).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "at", "day", "hour"),
    [
        ("America/New_York", "2026-03-05 04:59:59.999", 20260304, 23),
        ("America/New_York", "2026-03-05 05:00", 20260305, 0),
        ("America/New_York", "2026-03-08 06:59:59.999", 20260308, 1),  # clocks go on from 2 to 3
        ("America/New_York", "2026-03-08 07:00", 20260308, 3),
        ("America/New_York", "2026-03-09 03:59:59.999", 20260308, 23),
        ("America/New_York", "2026-11-01 05:30", 20261101, 1),  # clocks go back from 2 to 1
        ("America/New_York", "2026-11-01 06:30", 20261101, 1),
        ("America/New_York", "2026-11-02 04:59:59.999", 20261101, 23),
        ("America/New_York", "2026-11-02 05:00", 20261102, 0),
        ("America/St_Johns", "2026-01-10 03:29:59.999", 20260109, 23),  # half an hour
        ("America/St_Johns", "2026-01-10 03:30", 20260110, 0),
        ("America/St_Johns", "2026-07-10 02:30", 20260710, 0),
        ("America/Phoenix", "2026-07-10 06:59:59.999", 20260709, 23),  # no change
        ("America/Phoenix", "2026-01-10 07:00", 20260110, 0),
        ("Pacific/Honolulu", "2026-03-08 09:59:59.999", 20260307, 23),
        ("Pacific/Honolulu", "2026-03-08 10:00", 20260308, 0),
    ],
)
def test_local_day_and_hour(zone: str, at: str, day: int, hour: int) -> None:
    shop = company(time_zone=zone)
    line = tracker(shop)
    says(shop, line, ANN, "Hi", at=utc(at))
    calls(shop, line, ANN, at=utc(at))
    assert messages(shop, "sent_at, local_date, local_hour") == [(utc(at), day, hour)]
    assert calls_of(shop, "started_at, local_date, local_hour") == [(utc(at), day, hour)]
    assert conversations(shop, "local_date") == [(day,)]
    assert table(shop, "volume_hour", "local_date, local_hour, inbound", "local_date") == [(day, hour, 1)]
    assert customers(shop, "first_text_date, waiting_date") == [(day, day)]
    assert check() == []


def test_days_of_23_and_25_hours() -> None:
    """The missing hour is empty, both of the doubled hours count in the same bar."""
    shop = company()
    line = tracker(shop)
    for day, hours in (("2026-03-08", 23), ("2026-11-01", 25)):
        start = utc(f"{day} {5 if hours == 23 else 4:02}:00")
        for hour in range(hours):
            says(shop, line, ANN, "Hi", at=start + hour * 3_600_000)
    short = [hour for hour in range(24) if hour != 2]
    assert table(shop, "volume_hour", "local_date, local_hour, inbound", "local_date, local_hour") == [
        *((20260308, hour, 1) for hour in short),
        *((20261101, hour, 2 if hour == 1 else 1) for hour in range(24)),
    ]
    assert conversations(shop, "local_date, total") == [(20260308, 23), (20261101, 25)]


def test_clocks_that_go_back_over_midnight() -> None:
    """St. John's did so at 0:01 until 2011: a later message can stand on the day before."""
    shop = company(time_zone="America/St_Johns")
    line = tracker(shop)
    after_midnight, then = utc("2010-11-07 02:30:30"), utc("2010-11-07 02:45")
    for at in (then, after_midnight):
        says(shop, line, ANN, "Hi", at=at)
    assert messages(shop, "sent_at, local_date, local_hour") == [
        (after_midnight, 20101107, 0),
        (then, 20101106, 23),
    ]
    assert customers(shop, "last_text_at, waiting_since, waiting_date, first_text_date") == [
        (then, after_midnight, 20101106, 20101107)
    ]
    assert check() == []


def test_a_message_whose_time_is_corrected_moves_to_its_right_day() -> None:
    """sent_at comes from the carrier's own time; else the webhook's arrival; else a status's arrival;
    of several arrivals the earliest."""
    shop = company()
    line = tracker(shop)
    says(shop, line, ANN, "Morning", at="2026-03-04 09:00")
    late = {"carrier_ref": "SM1", "carrier_time": None}
    for source, at, day, rank in (
        (Source.STATUS, "2026-03-07 12:00", 20260307, 2),
        (Source.STATUS, "2026-03-06 12:00", 20260306, 2),
        (Source.WEBHOOK, "2026-03-08 12:00", 20260308, 1),
        (Source.WEBHOOK, "2026-03-05 00:30", 20260305, 1),
        (Source.STATUS, "2026-03-04 23:00", 20260305, 1),
    ):
        record_seen(shop, text(shop, line, ANN, "Hi", at, source=source, **late))
        assert conversations(shop, "local_date, total") == [(20260304, 1), (day, 1)]
        assert messages(shop, "local_date, sent_at_source")[1] == (day, rank)
        assert check() == []
    history = text(shop, line, ANN, "Hi", "2026-03-04 23:59:59.999", carrier_ref="SM1")
    record_seen(shop, history)
    assert conversations(shop, "local_date, total") == [(20260304, 2)]
    assert table(shop, "volume_hour", "local_date, local_hour, inbound", "local_date, local_hour") == [
        (20260304, 9, 1),
        (20260304, 23, 1),
    ]
    assert check() == []
