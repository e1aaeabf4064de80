"""`bench pages`: whole pages over HTTP, as a browser asks for them, beside their floor and the other ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from textmeter.accounts.models import Company
from textmeter.bench import duck
from textmeter.bench.floor import as_asked, asked_by, run_bare, runs_within
from textmeter.bench.other_ways import plain_statements
from textmeter.bench.page_choice import NothingToMeasure, Page, biggest_company, count_messages, pages
from textmeter.bench.result import Case, Result
from textmeter.bench.server import Reader, Server, serving, signed_in
from textmeter.bench.spread import Spread, ratio, timed
from textmeter.bench.traffic import Traffic, incoming

WARM_UP = 3
SLOW = 20.0  # seconds: so long one way of one page is tried, but a few times at least
LEAST = 5
PLAIN_SLOW = 5.0
PLAIN_STOPPED = 30.0

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """One page. `plain`: from the messages by GROUP BY; `duckdb`: the same in DuckDB, None without it."""

    page: Page
    size: int  # bytes
    answers: Spread
    floor: Spread
    plain: Spread | None
    duckdb: Spread | None

    def as_json(self, other: Case) -> Case:
        """`other`: this page in another run, or nothing."""
        plain, duckdb = self.plain, self.duckdb
        return {
            "case": self.page.name,
            "bytes": self.size,
            **self.answers.as_json(),
            "floor_p50_ms": round(self.floor.p50, 3),
            "floor_p95_ms": round(self.floor.p95, 3),
            "plain_sql_p50_ms": round(plain.p50, 3) if plain else None,
            "duckdb_p50_ms": round(duckdb.p50, 3) if duckdb else None,
            "over_floor": ratio(self.answers.p50, self.floor.p50),
            "plain_sql_over_page": ratio(plain.p50, self.answers.p50) if plain else None,
            "duckdb_over_page": ratio(duckdb.p50, self.answers.p50) if duckdb else None,
            "p95_over_other_run": ratio(self.answers.p95, other.get("p95_ms")),
        }


@dataclass(frozen=True, slots=True)
class PagesAsked:
    """`requests`: of each page; `with_others`: measure plain SQL and DuckDB too; `only`: pages whose name
    holds it; `traffic`: webhooks a second that come in meanwhile."""

    requests: int
    with_others: bool
    only: str = ""
    traffic: float | None = None


def measure_pages(asked: PagesAsked, other: Mapping[str, Case], progress: Progress) -> Result:
    """`other`: the cases of a former run, by name. Raises NothingToMeasure, NoServer."""
    company = biggest_company()
    progress("Finding out what to ask for", 0, 0)
    chosen = [one for one in pages(company) if asked.only in one.name]
    if not chosen:
        raise NothingToMeasure(f"No page's name holds {asked.only!r}.")
    notes = [] if not asked.with_others or duck.is_there() else [duck.HOW_TO_GET_IT]
    with ExitStack() as stack:
        session = stack.enter_context(signed_in())
        rows = None
        if asked.with_others and duck.is_there():
            progress("Copying the messages to DuckDB", 0, 0)
            rows = stack.enter_context(duck.duck_of(company.id))
        server = stack.enter_context(serving(with_worker=asked.traffic is not None))
        traffic = (
            stack.enter_context(incoming(company, asked.traffic, server.port)) if asked.traffic else None
        )
        measured = []
        for done, page in enumerate(chosen):
            progress("Measuring pages", done, len(chosen))
            measured.append(_measured(page, asked, server, session, rows))
        facts = _facts(company, traffic)
    if asked.with_others and any(one.plain is None for one in measured):
        notes.append(f"Plain SQL that took longer than {PLAIN_STOPPED:.0f} s was stopped.")
    return Result("pages", facts, [one.as_json(other.get(one.page.name, {})) for one in measured], notes)


def _facts(company: Company, traffic: Traffic | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"company": str(company.id), "messages": count_messages(company.id)}
    if traffic:
        facts |= traffic.end()
    return facts


def _measured(
    page: Page, asked: PagesAsked, server: Server, session: str, rows: duck.Duck | None
) -> Measured:
    # A connection for each: the server ends one that was quiet while the other ways were measured.
    reader = Reader(server.port, session)
    for _ in range(WARM_UP):
        size = len(reader.page(page.address))
    answers = timed(lambda: reader.page(page.address), most=asked.requests, least=LEAST, seconds=SLOW)
    reader.close()
    statements = asked_by(page.address, session)
    run_bare(statements)
    floor = timed(lambda: run_bare(statements), most=asked.requests, least=LEAST, seconds=SLOW)
    plain = duckdb = None
    if asked.with_others:
        others = plain_statements(page)
        bare = as_asked(others)
        if runs_within(PLAIN_STOPPED, bare):
            plain = timed(lambda: run_bare(bare), most=LEAST, least=1, seconds=PLAIN_SLOW)
        if rows is not None:
            there = rows
            duckdb = timed(lambda: there.run(others), most=LEAST, least=1, seconds=PLAIN_SLOW)
    return Measured(page, size, answers, floor, plain, duckdb)
