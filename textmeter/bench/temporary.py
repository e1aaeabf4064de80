"""A company for the time of a measurement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from textmeter.accounts.models import Company
from textmeter.bench.companies import ACCOUNT_SID, bench_names, make_connection
from textmeter.intake.models import Connection
from textmeter.intake.remove import remove_intake
from textmeter.ledger.remove import remove_ledger
from textmeter.ledger.trackers import Tracker, add_tracker


@contextmanager
def temporary_company(what: str, trackers: int = 0) -> Iterator[tuple[Company, list[Tracker], Connection]]:
    """With so many trackers and a connection; removed whole at the end, however that comes. What a bench
    that was killed has left goes first."""
    remove_left()
    company = Company.objects.create(name=f"Bench of {what}", time_zone="America/New_York")
    connection = make_connection(company)
    try:
        lines = [
            add_tracker(company.id, number=f"+1646555{place:04d}", name=f"Line {place + 1:03d}")
            for place in range(trackers)
        ]
        yield company, lines, connection
    finally:
        remove_company(company)


def remove_left() -> None:
    """Removes companies that a bench which was killed has left."""
    left = Company.objects.filter(connections__account_sid=ACCOUNT_SID).exclude(name__in=bench_names())
    for company in left.distinct():
        remove_company(company)


def remove_company(company: Company) -> None:
    """With everything that happened on it; its connection, which marks it as the bench's, late."""
    remove_ledger(company.id)
    remove_intake(company.id)
    company.delete()
