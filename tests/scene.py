"""Small scenes for tests: a company, its trackers, and what was said on them.

    shop = company("Piedmont Dental", "America/New_York")
    ads = tracker(shop, "+14045550180", "Google Ads")
    says(shop, ads, "+14045550112", "Hi", at="2026-03-04 09:00")
    answers(shop, ads, "+14045550112", "Hello!", at="2026-03-04 09:05")

Times are the company's local time. Everything goes through `record`, as in the product.
"""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction

from textmeter.accounts.models import Company, Role, User
from textmeter.carriers.seen import CallSeen, Direction, LegStatus, Seen, Source, Status, TextSeen
from textmeter.ledger.record import Outcome, record
from textmeter.ledger.trackers import Tracker, add_tracker
from textmeter.lib.days import to_ms, zone

_refs = count(1)


def company(name: str = "Piedmont Dental", time_zone: str = "America/New_York") -> Company:
    return Company.objects.create(name=name, time_zone=time_zone)


def user(email: str, role: Role, *companies: Company, password: str = "correct horse battery") -> User:
    person = User.objects.create_user(email, password, role)
    person.companies.set(companies)
    return person


def tracker(owner: Company, number: str = "+14045550180", name: str = "Main line", **more: Any) -> Tracker:
    return add_tracker(owner.id, number=number, name=name, **more)


def at_ms(owner: Company, at: str | int) -> int:
    """`2026-03-04 09:00[:30[.250]]` in the company's zone as an instant; an int is one already."""
    if isinstance(at, int):
        return at
    return to_ms(datetime.fromisoformat(at).replace(tzinfo=zone(owner.time_zone)))


def text(
    owner: Company, line: Tracker, customer: str, body: str | None, at: str | int, **more: Any
) -> TextSeen:
    """A text as the carrier's history gives it: with the carrier's own time."""
    direction = more.pop("direction", Direction.INBOUND)
    inbound = direction == Direction.INBOUND
    fields: dict[str, Any] = {
        "carrier": "twilio",
        "carrier_ref": f"SM{next(_refs):032x}",
        "source": Source.HISTORY,
        "arrived_at": at_ms(owner, at),
        "carrier_time": at_ms(owner, at),
        "from_number": customer if inbound else line.number,
        "to_number": line.number if inbound else customer,
        "direction": direction,
        "status": Status.RECEIVED if inbound else Status.DELIVERED,
        "body": body,
    }
    return TextSeen(**(fields | more))


def says(
    owner: Company, line: Tracker, customer: str, body: str | None, at: str | int, **more: Any
) -> TextSeen:
    seen = text(owner, line, customer, body, at, **more)
    put(owner, seen)
    return seen


def answers(
    owner: Company, line: Tracker, customer: str, body: str | None, at: str | int, **more: Any
) -> TextSeen:
    return says(owner, line, customer, body, at, direction=Direction.OUTBOUND, **more)


def calls(
    owner: Company, line: Tracker, customer: str, at: str | int, *, seconds: int | None = None, **more: Any
) -> CallSeen:
    """A call: answered when it has seconds, else missed."""
    fields: dict[str, Any] = {
        "carrier": "twilio",
        "carrier_ref": f"CA{next(_refs):032x}",
        "source": Source.HISTORY,
        "arrived_at": at_ms(owner, at),
        "carrier_time": at_ms(owner, at),
        "from_number": customer,
        "to_number": line.number,
        "direction": Direction.INBOUND,
        "parent_status": LegStatus.COMPLETED,
        "dial_status": LegStatus.NO_ANSWER if seconds is None else LegStatus.COMPLETED,
        "seconds": seconds,
    }
    seen = CallSeen(**(fields | more))
    put(owner, seen)
    return seen


def put(owner: Company, *seen: Seen) -> list[Outcome]:
    with transaction.atomic():
        return record(owner, seen).outcomes
