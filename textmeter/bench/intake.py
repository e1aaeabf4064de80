"""`bench intake`: signed webhooks, answered once they are on disk, and applied by a real worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from django.db import connection

from textmeter.accounts.models import Company
from textmeter.bench.companies import ACCOUNT_SID
from textmeter.bench.plan import customer_number
from textmeter.bench.posting import Job, Posted, posting, requests_of
from textmeter.bench.result import Case, Result
from textmeter.bench.server import serving
from textmeter.bench.spread import ratio, spread
from textmeter.bench.temporary import temporary_company
from textmeter.intake.models import Connection
from textmeter.intake.receipts import State
from textmeter.intake.secrets import decrypt
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.trackers import Tracker, trackers_of
from textmeter.lib.ids import new_id

CUSTOMERS = 20_000
TRACKERS = 10
FLOOR_SECONDS = 5.0
DRAINS_WITHIN = 600.0

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class IntakeAsked:
    """`seconds`: of each measurement, None: until told to end; `rates`: webhooks a second, beside as fast as
    it goes."""

    seconds: float | None
    connections: int
    rates: tuple[float, ...]


def measure_intake(asked: IntakeAsked, progress: Progress) -> Result:
    """In a company of its own, gone at the end."""
    progress("Measuring the floor", 0, 0)
    with temporary_company("intake", TRACKERS) as (company, trackers, connection_):
        floor = bare_commits(job_of(company, trackers, connection_, asked, None, port=1, seed=0))
        rates = (None, *asked.rates)
        cases = []
        for done, rate in enumerate(rates):
            progress("Sending webhooks", done, len(rates))
            cases.append(_measured(company, trackers, connection_, asked, rate))
        progress("Removing what was sent", 0, 0)
    for one in cases:
        one["floor_per_second"] = round(floor)
        one["over_floor"] = ratio(one["answered_per_second"], floor)
    facts = {"connections": asked.connections, "seconds": asked.seconds}
    return Result("intake", facts, cases, ["BEHIND is from a webhook's arrival to its being applied, in s."])


def job_of(
    company: Company,
    trackers: Sequence[Tracker],
    connection_: Connection,
    asked: IntakeAsked,
    rate: float | None,
    *,
    port: int,
    seed: int,
) -> Job:
    return Job(
        port=port,
        key=connection_.key,
        account_sid=ACCOUNT_SID,
        secret=decrypt(connection_.secret),
        numbers=tuple(one.number for one in trackers or trackers_of(company.id)),
        customers=tuple(customer_number(place) for place in range(CUSTOMERS)),
        connections=asked.connections,
        seconds=asked.seconds,
        rate=rate,
        seed=seed,
    )


def _measured(
    company: Company,
    trackers: Sequence[Tracker],
    connection_: Connection,
    asked: IntakeAsked,
    rate: float | None,
) -> Case:
    with serving(with_worker=True) as server:
        seed = time.time_ns()
        job = job_of(company, trackers, connection_, asked, rate, port=server.port, seed=seed)
        began = new_id()
        with posting(job) as poster:
            poster.begin()
            posted = poster.wait()
        drained = _drained(company.id)
    return _case(rate, posted) | _behind(company.id, began) | {"drained_after_s": drained}


def _case(rate: float | None, posted: Posted) -> Case:
    refused = {str(status): count for status, count in posted.answered.items() if not 200 <= status < 300}
    return {
        "case": "as fast as it goes" if rate is None else f"{rate:g} a second",
        "answered_per_second": round(posted.accepted / posted.seconds, 1),
        "refused": sum(refused.values()),
        **spread(posted.times).as_json(),
    }


def _drained(company_id: int) -> float | None:
    """Seconds until the worker had applied everything; None when it hadn't in ten minutes."""
    began = perf_counter()
    while perf_counter() - began < DRAINS_WITHIN:
        waits = fetch(
            "SELECT 1 FROM intake_receipt WHERE company_id = %s AND state = %s LIMIT 1",
            [company_id, int(State.WAITING)],
        )
        if not waits:
            return round(perf_counter() - began, 2)
        time.sleep(0.05)
    return None


def _behind(company_id: int, since: int) -> Case:
    """How long after its arrival each receipt kept since then was applied."""
    rows = fetch(
        "SELECT settled_at - received_at FROM intake_receipt"
        " WHERE company_id = %s AND id >= %s AND state = %s",
        [company_id, since, int(State.APPLIED)],
    )
    if not rows:
        return {"behind_p50_s": None, "behind_most_s": None}
    behind = spread([row[0] / 1000 for row in rows])
    return {"behind_p50_s": round(behind.p50 / 1000, 2), "behind_most_s": round(behind.most / 1000, 2)}


def bare_commits(job: Job) -> float:
    """Rows a second that the bare driver commits, as many together as there are connections: the same
    bytes, durable, and nothing else."""
    bodies = [one.partition(b"\r\n\r\n")[2] for one in requests_of(job, 2_000)]
    kind = "blob" if connection.vendor == "sqlite" else "bytea"
    run("DROP TABLE IF EXISTS textmeter_bench_floor", [])
    run(f"CREATE TABLE textmeter_bench_floor (id bigint NOT NULL PRIMARY KEY, body {kind} NOT NULL)", [])
    try:
        done, number, began = 0, 0, perf_counter()
        while perf_counter() - began < FLOOR_SECONDS:
            rows = [(done + n, bodies[(number + n) % len(bodies)]) for n in range(job.connections)]
            _commit(rows)
            done, number = done + len(rows), number + len(rows)
        return done / (perf_counter() - began)
    finally:
        run("DROP TABLE textmeter_bench_floor", [])


def _commit(rows: Sequence[tuple[int, bytes]]) -> None:
    driver = connection.connection
    if connection.vendor == "sqlite":
        driver.execute("BEGIN IMMEDIATE")
        driver.executemany("INSERT INTO textmeter_bench_floor VALUES (?, ?)", rows)
        driver.execute("COMMIT")
    else:
        with driver.transaction(), driver.cursor() as cursor:
            cursor.executemany("INSERT INTO textmeter_bench_floor VALUES (%s, %s)", rows)
