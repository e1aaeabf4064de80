"""Fills an installation with made-up texts, much faster than they could be recorded, and as `record` would
have left them: `textmeter check` finds no difference.

First every company's conversations are planned, in several processes, each into a file of its own; then the
database makes the rows of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryDirectory

from django.db import connection, transaction

from textmeter.bench.companies import (
    bench_companies,
    make_companies,
    refuse_others,
    shares,
    trackers_by_use,
)
from textmeter.bench.fill_postgres import fill_postgres
from textmeter.bench.fill_sqlite import fill_sqlite
from textmeter.bench.plan import Business
from textmeter.bench.plan_files import Progress, plan_all
from textmeter.ledger.search_index import index_customers

TEMPLATES = 6_000


@dataclass(frozen=True, slots=True)
class Filled:
    """`companies`: (id, messages), the biggest first."""

    messages: int
    conversations: int
    companies: tuple[tuple[int, int], ...]


def businesses(messages: int, seed: int, now: int) -> list[Business]:
    """The bench's companies, made where there are none, as what the plan needs to know of them."""
    refuse_others()
    companies = bench_companies() or make_companies()
    templates = max(min(TEMPLATES, messages // 20), 20)
    return [
        Business(one.id, place, one.time_zone, tuple(trackers_by_use(one.id)), share, templates, seed, now)
        for place, (one, share) in enumerate(zip(companies, shares(messages), strict=True))
    ]


def fill(messages: int, seed: int, now: int, progress: Progress) -> Filled:
    """Fills the bench's companies with about so many messages of the 25 months before `now` (ms); what they
    had before is gone. The same messages, seed and now give the same texts. Raises NotForTheBench."""
    asked = businesses(messages, seed, now)
    with TemporaryDirectory(prefix="textmeter-bench-") as folder:
        planned = plan_all(folder, asked, progress)
        (fill_sqlite if connection.vendor == "sqlite" else fill_postgres)(planned, progress)
    progress("Indexing customers", 0, 0)
    with transaction.atomic():
        index_customers()
    return Filled(
        sum(one.messages for one in planned),
        sum(one.conversations for one in planned),
        tuple((one.company_id, one.messages) for one in planned),
    )
