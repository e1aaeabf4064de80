"""`bench export`: the CSV files over HTTP, their speed and what they cost the server's memory."""

from __future__ import annotations

import csv
import io
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from textmeter.accounts.models import Company
from textmeter.bench import duck
from textmeter.bench.memory import family, private_dirty
from textmeter.bench.page_choice import biggest_company
from textmeter.bench.result import Case, Result
from textmeter.bench.server import Reader, Server, serving, signed_in
from textmeter.bench.spread import ratio
from textmeter.ledger.statements import fetch
from textmeter.lib.days import as_key, day_bounds, now_ms
from textmeter.reports.filter import Filter
from textmeter.reports.query import read_filter
from textmeter.reports.statements import Sql, stream

LOOKS_EVERY = 0.05

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class File:
    """One file: its address, how many rows it has, the bare statement of its rows, the same for DuckDB."""

    name: str
    address: str
    rows: int
    bare: Sql
    for_duckdb: Sql


def measure_export(days: int, progress: Progress) -> Result:
    """Conversations of all time and messages of the last `days` days, of the biggest company."""
    company = biggest_company()
    progress("Finding out what to export", 0, 0)
    files = [_conversations(company), _messages(company, days)]
    with ExitStack() as stack:
        session = stack.enter_context(signed_in())
        rows = None
        if duck.is_there():
            progress("Copying the messages to DuckDB", 0, 0)
            rows = stack.enter_context(duck.duck_of(company.id))
        server = stack.enter_context(serving())
        cases = []
        for one in files:
            progress(f"Exporting {one.name}", 0, 0)
            cases.append(_measured(one, server, session, rows))
    notes = [] if duck.is_there() else [duck.HOW_TO_GET_IT]
    return Result("export", {"company": str(company.id)}, cases, notes)


def _measured(file: File, server: Server, session: str, rows: duck.Duck | None) -> Case:
    reader = Reader(server.port, session)
    path = file.address.partition("?")[0]
    for part in reader.stream(f"{path}?range=today"):  # warms up
        del part
    size, began = 0, perf_counter()
    with _watched(server) as memory:
        for part in reader.stream(file.address):
            size += len(part)
        seconds = perf_counter() - began
    floor = _bare(file)
    duckdb = _by_duckdb(file, rows) if rows else None
    return {
        "case": file.name,
        "rows": file.rows,
        "mb": round(size / (1 << 20), 1),
        "seconds": round(seconds, 2),
        "rows_per_second": round(file.rows / seconds),
        "memory_above_idle_mb": round(max(memory) - memory[0], 1),
        "floor_rows_per_second": round(file.rows / floor),
        "duckdb_rows_per_second": round(file.rows / duckdb) if duckdb else None,
        "over_floor": ratio(seconds, floor),
        "duckdb_over_export": ratio(duckdb, seconds),
    }


@contextmanager
def _watched(server: Server) -> Iterator[list[float]]:
    """What all of the server's processes have written of their memory, in MB, first before and then again
    and again."""
    seen = [_written(server)]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(LOOKS_EVERY):
            with suppress(OSError):
                seen.append(_written(server))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _written(server: Server) -> float:
    return sum(private_dirty(pid) for pid in family(server.pid))


def _bare(file: File) -> float:
    """Seconds that csv.writer takes over the statement's rows."""
    began = perf_counter()
    sink = io.StringIO()
    writer = csv.writer(sink)
    for rows in stream(file.bare):
        writer.writerows(rows)
        sink.seek(0)
        sink.truncate()
    return perf_counter() - began


def _by_duckdb(file: File, rows: duck.Duck) -> float:
    with tempfile.TemporaryDirectory(prefix="textmeter-duck-") as folder:
        began = perf_counter()
        rows.write_csv(file.for_duckdb, Path(folder) / "rows.csv")
        return perf_counter() - began


def _conversations(company: Company) -> File:
    ((count,),) = fetch("SELECT COUNT(*) FROM ledger_conversation WHERE company_id = %s", [company.id])
    bare = """SELECT c.local_date, cu.name, cu.number, cu.city, cu.state, t.name, t.number, t.source,
            c.total, c.inbound, c.first_at, c.last_at, m.body, c.agents, c.first_response_ms, c.unanswered
        FROM ledger_conversation c CROSS JOIN ledger_customer cu CROSS JOIN ledger_tracker t
            CROSS JOIN ledger_message m
        WHERE c.company_id = %s AND cu.company_id = c.company_id AND cu.id = c.customer_id
            AND t.company_id = c.company_id AND t.id = c.tracker_id
            AND m.company_id = c.company_id AND m.id = c.last_message_id
        ORDER BY c.last_at DESC"""
    for_duckdb = """SELECT local_date, customer_id, arg_max(tracker_id, sent_at), COUNT(*),
            SUM(1 - direction), MIN(sent_at), MAX(sent_at), arg_max(body, sent_at)
        FROM ledger_message WHERE company_id = %s GROUP BY local_date, customer_id ORDER BY 7 DESC"""
    address = f"{reverse('conversations_csv', args=[company.id])}?range=all_time"
    return File(
        "conversations of all time", address, count, Sql(bare, (company.id,)), Sql(for_duckdb, (company.id,))
    )


def _messages(company: Company, days: int) -> File:
    flt, _ = read_filter(QueryDict(), company, now_ms())
    flt = replace(flt, range="custom", start=flt.today - timedelta(days=days - 1))
    query = urlencode({"start": flt.start.isoformat(), "end": flt.end.isoformat()})
    ((count,),) = fetch(
        "SELECT SUM(inbound + outbound) FROM ledger_volume_hour"
        " WHERE company_id = %s AND local_date BETWEEN %s AND %s",
        [company.id, as_key(flt.start), as_key(flt.end)],
    )
    bare = """SELECT m.sent_at, m.direction, cu.name, cu.number, t.name, t.number, t.source, m.agent, m.body,
            m.status, m.error_code, m.segments, m.carrier, m.carrier_ref, m.automatic
        FROM ledger_conversation d CROSS JOIN ledger_message m
            JOIN ledger_customer cu ON cu.company_id = m.company_id AND cu.id = m.customer_id
            JOIN ledger_tracker t ON t.company_id = m.company_id AND t.id = m.tracker_id"""
    of_days = """WHERE d.company_id = %s AND d.local_date BETWEEN %s AND %s AND m.company_id = %s
        AND m.customer_id = d.customer_id AND m.local_date = +d.local_date ORDER BY m.sent_at"""
    for_duckdb = """SELECT sent_at, direction, customer_id, tracker_id, agent, body, status
        FROM ledger_message m"""
    return File(
        f"messages of {days} days",
        f"{reverse('messages_csv', args=[company.id])}?{query}",
        int(count or 0),
        Sql(bare).then(Sql(of_days, (company.id, as_key(flt.start), as_key(flt.end), company.id))),
        Sql(for_duckdb).then(_span(flt)),
    )


def _span(flt: Filter) -> Sql:
    start, end = day_bounds(flt.start, flt.end, flt.zone)
    return Sql(
        "WHERE m.company_id = %s AND m.sent_at >= %s AND m.sent_at < %s AND m.local_date BETWEEN %s AND %s"
        " ORDER BY m.sent_at",
        (flt.company_id, start, end, as_key(flt.start), as_key(flt.end)),
    )
