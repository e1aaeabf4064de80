"""`bench import`: a file of messages into an empty company, with everything derived."""

from __future__ import annotations

import csv
import resource
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from time import perf_counter

from django.db import connection

from textmeter.bench.plan import Business, Conversation, Plan
from textmeter.bench.result import Result
from textmeter.bench.spread import ratio
from textmeter.bench.templates import CARRIER, OTHER, Template, make_templates
from textmeter.bench.temporary import temporary_company
from textmeter.carriers.seen import Status
from textmeter.intake.import_csv import import_messages
from textmeter.ledger.public_ids import public_id
from textmeter.ledger.statements import run
from textmeter.lib.days import as_iso, local, now_ms, zone
from textmeter.lib.message_columns import MESSAGES

ZONE = "America/New_York"
TRACKERS = 20
TEMPLATES = 2_000
TOGETHER = 1_000

Progress = Callable[[str, int, int], None]


def measure_import(messages: int, progress: Progress) -> Result:
    """About so many messages; the company that gets them is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="textmeter-bench-") as folder:
        path = Path(folder) / "messages.csv"
        progress("Making a file", 0, 0)
        count = write_file(path, messages, now_ms())
        progress("Measuring the floor", 0, 0)
        floor = _bare(path)
        with temporary_company("import") as (company, _, _):
            began = perf_counter()
            report = import_messages(
                company, path, progress=lambda done, total: progress("Importing", done, total)
            )
            seconds = perf_counter() - began
            progress("Removing what was imported", 0, 0)
        size = path.stat().st_size
    case = {
        "case": "messages into an empty company",
        "messages": count,
        "added": report.added,
        "refused": len(report.refused),
        "mb": round(size / (1 << 20), 1),
        "seconds": round(seconds, 2),
        "messages_per_second": round(report.added / seconds),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "floor_per_second": round(count / floor),
        "over_floor": ratio(seconds, floor),
    }
    return Result("import", {}, [case])


def write_file(path: Path, messages: int, now: int) -> int:
    """A file as the export writes it, oldest day first; how many messages it holds."""
    trackers = tuple((place, f"+1646555{place:04d}") for place in range(1, TRACKERS + 1))
    ordinary, opting_out = make_templates(Random("bench import"), TEMPLATES)  # noqa: S311 (always the same)
    business = Business(0, 0, ZONE, trackers, messages, TEMPLATES, 1, now)
    plan = Plan(business, ordinary, opting_out)
    names = dict(trackers)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(MESSAGES)
        for day in plan.days():
            lines = [
                line
                for one in day
                for line in _lines(one, plan.templates[one.template], names, plan.number_of)
            ]
            writer.writerows([cells for _, cells in sorted(lines)])
    return plan.messages


def _lines(
    one: Conversation, template: Template, numbers: dict[int, str], number_of: Callable[[int], str]
) -> Iterator[tuple[int, list[str]]]:
    """(instant, cells) of each message of the conversation."""
    tz = zone(ZONE)
    for line in template.lines:
        at = one.begins_at + line.at * one.pace
        ref = f"SM{line.ref}{one.ref}"
        tracker = one.other if line.tracker == OTHER else one.tracker
        cells = {
            "message_id": public_id(CARRIER, ref),
            "sent_at": as_iso(at, tz),
            "local_time": local(at, tz).strftime("%Y-%m-%d %H:%M:%S"),
            "time_zone": ZONE,
            "direction": "inbound" if line.is_inbound else "outbound",
            "customer_number": number_of(one.customer_id),
            "number_name": f"Line {tracker:03d}",
            "tracking_number": numbers[tracker],
            "source": "Website",
            "agent": line.agent or "",
            "body": line.body,
            "media_count": "0",
            "status": Status(line.status).name.lower(),
            "error_code": line.error_code or "",
            "segments": str(line.segments),
            "carrier": CARRIER,
            "carrier_ref": ref,
            "automatic": "true" if line.automatic else "false",
        }
        yield at, [cells.get(name, "") for name in MESSAGES]


def _bare(path: Path) -> float:
    """Seconds that the bare driver takes to put the file's cells into a table without any index, in
    transactions of a thousand rows."""
    columns = ", ".join(f"{name} text" for name in MESSAGES)
    run("DROP TABLE IF EXISTS textmeter_bench_floor", [])
    run(f"CREATE TABLE textmeter_bench_floor ({columns})", [])
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))[1:]
        began = perf_counter()
        for first in range(0, len(rows), TOGETHER):
            _insert(rows[first : first + TOGETHER])
        return perf_counter() - began
    finally:
        run("DROP TABLE textmeter_bench_floor", [])


def _insert(rows: list[list[str]]) -> None:
    driver, width = connection.connection, len(MESSAGES)
    if connection.vendor == "sqlite":
        driver.execute("BEGIN IMMEDIATE")
        driver.executemany(f"INSERT INTO textmeter_bench_floor VALUES ({','.join('?' * width)})", rows)
        driver.execute("COMMIT")
    else:
        marks = ",".join(["%s"] * width)
        with driver.transaction(), driver.cursor() as cursor:
            cursor.executemany(f"INSERT INTO textmeter_bench_floor VALUES ({marks})", rows)
