"""The bench's companies: which there are, and that nothing but them is touched."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from secrets import token_hex

from django.db import transaction

from textmeter.accounts.models import Company
from textmeter.intake.connections import add_connection
from textmeter.intake.models import Connection
from textmeter.ledger.trackers import add_tracker, trackers_of

# Connections of this account mark the bench's companies: no other company has one.
ACCOUNT_SID = "AC" + blake2b(b"textmeter bench", digest_size=16).hexdigest()
# Nobody listens there, so nothing of the bench ever reaches a real carrier.
NOWHERE = "http://127.0.0.1:9"
TRACKERS = 200
# (zone, share of all messages in percent, trackers); the first has half of everything.
SIZES = (
    ("America/New_York", 50, 100),
    ("America/Chicago", 15, 30),
    ("America/Los_Angeles", 11, 20),
    ("America/Denver", 8, 15),
    ("America/New_York", 6, 10),
    ("America/Chicago", 4, 8),
    ("America/Phoenix", 3, 7),
    ("America/Los_Angeles", 1.5, 5),
    ("America/Toronto", 1, 3),
    ("America/New_York", 0.5, 2),
)
_SOURCES = ("Google Ads", "Google Business Profile", "Website", "Facebook", "Direct mail", "Offline")


def bench_names() -> list[str]:
    """Of the companies that `bench data` fills, the biggest first."""
    return [f"Bench {place + 1:02d}" for place in range(len(SIZES))]


class NotForTheBench(RuntimeError):
    """The installation holds other companies; the text says so to people."""


def bench_companies() -> list[Company]:
    """The biggest first."""
    ours = Company.objects.filter(connections__account_sid=ACCOUNT_SID, name__in=bench_names())
    return list(ours.order_by("name").distinct())


def refuse_others() -> None:
    """Raises NotForTheBench where any company isn't the bench's own."""
    others = Company.objects.exclude(connections__account_sid=ACCOUNT_SID).count()
    if others:
        raise NotForTheBench(
            f"This installation holds {others} other compan{'y' if others == 1 else 'ies'}. The bench fills"
            " only an empty one: name another with TEXTMETER_DATA_DIR, such as TEXTMETER_DATA_DIR=data/bench."
        )


def make_companies() -> list[Company]:
    """The companies with their trackers and connections, and nothing on them yet."""
    made: list[Company] = []
    line = 0
    for name, (zone_name, _, trackers) in zip(bench_names(), SIZES, strict=True):
        with transaction.atomic():
            company = Company.objects.create(name=name, time_zone=zone_name)
            for number in range(trackers):
                add_tracker(
                    company.id,
                    number=_number(line),
                    name=f"Line {number + 1:03d}",
                    source=_SOURCES[number % len(_SOURCES)],
                    destination="+14045550199",
                )
                line += 1
            make_connection(company)
        made.append(company)
    return made


def make_connection(company: Company) -> Connection:
    return add_connection(
        company, account_sid=ACCOUNT_SID, secret=token_hex(16), api_url=NOWHERE, is_sample=True
    )


def trackers_by_use(company_id: int) -> list[tuple[int, str]]:
    """(id, number), the busiest first: by name, as the plan gives them out."""
    return [(one.id, one.number) for one in trackers_of(company_id)]


def shares(messages: int) -> Sequence[int]:
    """How many messages each company gets."""
    return [round(messages * share / 100) for _, share, _ in SIZES]


def _number(line: int) -> str:
    """New York's 332-555: no customer of the bench has such a number."""
    return f"+1332555{line:04d}"
