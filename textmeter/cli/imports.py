"""`textmeter import …`"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from textmeter.cli.arguments import company_of, company_option, time_zone
from textmeter.cli.errors import Problem
from textmeter.cli.ground import on_database
from textmeter.cli.output import json_option, show
from textmeter.cli.progress import Report, progress

if TYPE_CHECKING:
    from textmeter.accounts.models import Company
    from textmeter.intake.import_csv import ImportReport

REFUSALS_SHOWN = 20


@click.group("import")
def import_() -> None:
    """Import history. What is known already is never doubled.

    \b
    Example:
      textmeter import csv texts.csv --company 1234567 --dry-run
    """


@import_.command("csv")
@click.argument("file", metavar="FILE")
@company_option
@click.option("--time-zone", "zone_name", metavar="ZONE", help="The zone of times without an offset.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@json_option
@on_database
def csv_(file: str, company_id: str, zone_name: str | None, dry_run: bool, as_json: bool) -> None:
    """Import a file of messages, as the export "CSV – messages" writes it; FILE "-" is standard input.

    A line that can't be read is refused with its number and the reason; the others are imported.

    \b
    Example:
      textmeter import csv text-messages.csv --company 1234567
    """
    owner = company_of(company_id)
    zone = time_zone(zone_name) if zone_name is not None else None
    with progress("Reading" if dry_run else "Importing") as report:
        done = _import(owner, file, zone, dry_run, report)
    show(_as_json(done, dry_run), as_json, lambda: _in_words(done, dry_run))


def _import(owner: Company, file: str, zone: str | None, dry_run: bool, report: Report) -> ImportReport:
    from textmeter.intake.import_csv import UnreadableFile, import_messages

    source = sys.stdin.buffer if file == "-" else Path(file)
    try:
        return import_messages(owner, source, zone_name=zone, dry_run=dry_run, progress=report)
    except UnreadableFile as error:
        raise Problem(f"{file} can't be imported: {error}") from None
    except OSError as error:
        raise Problem(f"{file} can't be read: {error.strerror}.") from None


def _in_words(done: ImportReport, dry_run: bool) -> str:
    verb = "Would add" if dry_run else "Added"
    refused = f"{len(done.refused):,} refused"
    lines = [f"{verb} {done.added:,}; {done.known:,} known already; {refused}."]
    lines += [f"  line {one.line}: {one.reason}" for one in done.refused[:REFUSALS_SHOWN]]
    more = len(done.refused) - REFUSALS_SHOWN
    if more > 0:
        lines.append(f"  and {more:,} more; --json lists them all.")
    if done.ignored:
        lines.append(f"Columns passed over: {', '.join(done.ignored)}.")
    return "\n".join(lines)


def _as_json(done: ImportReport, dry_run: bool) -> dict[str, object]:
    return {
        "added": done.added,
        "known": done.known,
        "refused": len(done.refused),
        "refusals": [{"line": one.line, "reason": str(one.reason)} for one in done.refused],
        "ignored_columns": list(done.ignored),
        "dry_run": dry_run,
    }
