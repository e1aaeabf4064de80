"""Rows of reports made by hand, for tests of what is drawn from them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from textmeter.carriers.seen import Direction, LegStatus, Media, Status
from textmeter.lib.days import local, to_ms
from textmeter.reports.rows import (
    CallRow,
    CustomerCard,
    Frequency,
    HourBar,
    MessageRow,
    TimelineDay,
    TrackerRow,
    TrackerUse,
)

ZONE = ZoneInfo("America/New_York")
ADS = TrackerRow(1, "+14045550180", "Google Ads", "Google Ads", "+14045550199", None)
SITE = TrackerRow(2, "+14045550182", "Website", "Website", "", None)
PHOTO = Media("https://api.example/1", "image/jpeg")


def at(clock: str, day: str = "2026-03-04") -> int:
    return to_ms(datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=ZONE))


def message(id_: int, body: str | None, when: int, **more: Any) -> MessageRow:
    """Inbound unless told otherwise."""
    inbound = more.get("direction", Direction.INBOUND) == Direction.INBOUND
    there = local(when, ZONE)
    fields: dict[str, Any] = {
        "id": id_,
        "public_id": f"msg_{id_}",
        "carrier": "twilio",
        "carrier_ref": f"SM{id_}",
        "customer_id": 7,
        "customer_name": "Dana Whitfield",
        "customer_number": "+14045550112",
        "tracker": ADS,
        "direction": Direction.INBOUND,
        "sent_at": when,
        "day": there.date(),
        "hour": there.hour,
        "body": body,
        "media": (),
        "status": Status.RECEIVED if inbound else Status.DELIVERED,
        "error_code": None,
        "segments": 1,
        "agent": None,
        "automatic": False,
        "opt_out_type": None,
    }
    return MessageRow(**(fields | more))


def answer(id_: int, body: str | None, when: int, **more: Any) -> MessageRow:
    return message(id_, body, when, direction=Direction.OUTBOUND, **more)


def call(id_: int, when: int, outcome: str, **more: Any) -> CallRow:
    there = local(when, ZONE)
    fields: dict[str, Any] = {
        "id": id_,
        "customer_id": 7,
        "tracker": ADS,
        "direction": Direction.INBOUND,
        "started_at": when,
        "day": there.date(),
        "hour": there.hour,
        "outcome": outcome,
        "dial_status": LegStatus.COMPLETED if outcome == "answered" else LegStatus.NO_ANSWER,
        "seconds": None,
        "recording_ref": None,
        "recording_seconds": None,
    }
    return CallRow(**(fields | more))


def day(*entries: MessageRow | CallRow, **more: Any) -> TimelineDay:
    texts = sum(isinstance(entry, MessageRow) for entry in entries)
    fields: dict[str, Any] = {
        "day": entries[0].day,
        "tracker": ADS if texts else None,
        "texts": texts,
        "calls": len(entries) - texts,
        "entries": entries,
        "breaches": frozenset(),
    }
    return TimelineDay(**(fields | more))


def card(**more: Any) -> CustomerCard:
    fields: dict[str, Any] = {
        "id": 7,
        "name": "Dana Whitfield",
        "heard_name": "",
        "number": "+14045550112",
        "city": "Atlanta",
        "state": "GA",
        "zip": "30309",
        "country": "US",
        "first_seen_at": at("17:41", "2026-02-09"),
        "first_source": "Google Ads",
        "first_tracker": ADS,
        "texts": 26,
        "inbound": 13,
        "outbound": 13,
        "calls": 2,
        "answered_calls": 1,
        "conversations": 4,
        "waiting_since": None,
        "answered_at": None,
        "erased_to": None,
        "opt_outs": (),
        "trackers": (TrackerUse(ADS, 20, 2, True), TrackerUse(SITE, 6, 0, False)),
    }
    return CustomerCard(**(fields | more))


def frequency(scope: str = "all_time", first: date | None = None, **counts: tuple[int, int]) -> Frequency:
    """`h9=(2, 3)`: two of the customer and three of agents from 9 to 10."""
    bars = tuple(HourBar(hour, *counts.get(f"h{hour}", (0, 0))) for hour in range(24))
    return Frequency(scope, first, first, bars)
