"""What the page Health shows of the installation, gathered once a view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from textmeter.accounts.models import Company
from textmeter.intake.database_size import DatabaseSize, database_size
from textmeter.intake.heard import last_heard
from textmeter.intake.locked import locked_connections
from textmeter.intake.models import Connection
from textmeter.intake.quarantine import Reason, counts_everywhere
from textmeter.intake.waiting import oldest_waiting, waiting_by_company
from textmeter.intake.worker import is_running
from textmeter.lib.machine import Disk, disk
from textmeter.reports.number_health import NumberHealth, numbers_health, quiet_of


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """`heard` by connection: ms, None when never."""

    company: Company
    connections: tuple[tuple[Connection, int | None], ...]
    numbers: tuple[NumberHealth, ...]
    waiting: int
    quarantined: int

    @property
    def quiet(self) -> int:
        return quiet_of(self.company, self.numbers)


@dataclass(frozen=True, slots=True)
class Facts:
    """Of the whole installation, but for `companies`: those of this page. `oldest`: ms, when the oldest
    delivery that waits came; `quarantine`: counts by company, the most first, of each reason; `locked`:
    connections whose secrets don't open."""

    now: int
    has_worker: bool
    waiting: int
    oldest: int | None
    quarantine: dict[Reason, Counter[int]]
    database: DatabaseSize
    disk: Disk
    locked: frozenset[int]
    companies: tuple[CompanyFacts, ...]

    @property
    def quiet(self) -> int:
        return sum(one.quiet for one in self.companies)

    @property
    def quarantined(self) -> int:
        return sum(each.total() for each in self.quarantine.values())

    @property
    def never_heard(self) -> list[Connection]:
        return [
            connection
            for company in self.companies
            for connection, at in company.connections
            if at is None and not connection.is_sample
        ]


def gather(companies: Sequence[Company], now: int) -> Facts:
    quarantine: dict[Reason, Counter[int]] = {}
    by_company: Counter[int] = Counter()
    for (company_id, reason), count in counts_everywhere().items():
        quarantine.setdefault(reason, Counter())[company_id] += count
        by_company[company_id] += count
    waiting, heard = waiting_by_company(), last_heard()
    connections: dict[int, list[tuple[Connection, int | None]]] = {one.id: [] for one in companies}
    for connection in Connection.objects.filter(company_id__in=connections):
        connections[connection.company_id].append((connection, heard.get(connection.id)))
    return Facts(
        now=now,
        has_worker=is_running(),
        waiting=sum(waiting.values()),
        oldest=oldest_waiting(),
        quarantine=dict(sorted(quarantine.items(), key=lambda each: -each[1].total())),
        database=database_size(),
        disk=disk(Path(settings.DATA_DIR)),
        locked=locked_connections(),
        companies=tuple(
            CompanyFacts(
                company,
                tuple(connections[company.id]),
                tuple(numbers_health(company, now)),
                waiting.get(company.id, 0),
                by_company[company.id],
            )
            for company in companies
        ),
    )
