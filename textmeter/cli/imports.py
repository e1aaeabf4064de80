"""`textmeter import …`"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from textmeter.cli.arguments import company_of, company_option
from textmeter.cli.errors import Problem, WrongUsage
from textmeter.cli.ground import on_database
from textmeter.cli.output import count, json_option, show
from textmeter.cli.progress import Report, progress
from textmeter.cli.zones import time_zone
from textmeter.lib.quotes import quoted

if TYPE_CHECKING:
    from textmeter.accounts.models import Company
    from textmeter.intake.import_csv import ImportReport
    from textmeter.intake.import_report import Group


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
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="WHAT=NAME",
    help='Which column holds what, as in body="Message Content"; may be repeated.',
)
@json_option
@on_database
def csv_(
    *,
    file: str,
    company_id: str,
    zone_name: str | None,
    dry_run: bool,
    columns: tuple[str, ...],
    as_json: bool,
) -> None:
    """Import a file of messages or of calls; FILE "-" is standard input.

    It is what the exports of texts and of calls write, or another system's file, whose columns are known by
    their names. Try it with --dry-run first, which says how it was read. A line that can't be taken is
    refused with its number and the reason; the others are imported, and the exit code is 0. Trackers are
    made for numbers that nobody ever had.

    \b
    Example:
      textmeter import csv text-messages.csv --company 1234567
      textmeter import csv old.csv --company 1234567 --column body="Message Content"
    """
    zone = time_zone(zone_name) if zone_name is not None else None
    owner = company_of(company_id)
    by_hand = _by_hand(columns)
    with progress("Reading" if dry_run else "Importing") as report:
        done = _import(owner, file, zone, by_hand, dry_run=dry_run, report=report)
    show(_as_json(done, dry_run), as_json, lambda: _in_words(done, dry_run))


def _by_hand(columns: tuple[str, ...]) -> dict[str, str]:
    from textmeter.intake.import_columns import MEANINGS

    found: dict[str, str] = {}
    for given in columns:
        what, equals, name = given.partition("=")
        if not equals or what.strip() not in MEANINGS:
            allowed = ", ".join(MEANINGS)
            raise WrongUsage(
                f'--column is {quoted(given)}; allowed: WHAT="column name", WHAT being one of {allowed}.'
            )
        found[what.strip()] = name
    return found


def _import(
    owner: Company, file: str, zone: str | None, by_hand: dict[str, str], *, dry_run: bool, report: Report
) -> ImportReport:
    from textmeter.accounts.audit import COMMAND_LINE
    from textmeter.intake.import_audit import ON_THE_COMMAND_LINE, ImportLine
    from textmeter.intake.import_columns import UnknownColumns
    from textmeter.intake.import_csv import UnreadableFile
    from textmeter.intake.import_elsewhere import ReaderEnded
    from textmeter.intake.import_file import import_file

    source = sys.stdin.buffer if file == "-" else Path(file)
    name = "standard input" if file == "-" else Path(file).name
    line = ImportLine(owner, by=COMMAND_LINE, file=name, where=ON_THE_COMMAND_LINE)
    try:
        return import_file(
            owner, source, zone_name=zone, columns=by_hand, dry_run=dry_run, progress=report, line=line
        )
    except UnknownColumns as error:
        example = f'--column {error.missing[0]}="{next(iter(error.found), "Name")}"'
        raise Problem(f"{file} can't be imported: {error} Say which it is: {example}.") from None
    except UnreadableFile as error:
        raise Problem(f"{file} can't be imported: {error}") from None
    except ReaderEnded:
        raise Problem(
            f"The process that read {file} was ended from outside, as a machine does that runs out of memory."
            " Begin again: what was imported by then is known, and isn't doubled."
        ) from None
    except OSError as error:
        raise Problem(f"{file} can't be read: {error.strerror}.") from None


def _in_words(done: ImportReport, dry_run: bool) -> str:
    from textmeter.intake.import_report import REASONS_SHOWN, grouped

    verb = "Would add" if dry_run else "Added"
    refused = f"{len(done.refused):,} refused"
    added = count(done.added, "call") if done.kind == "calls" else f"{done.added:,}"
    lines = [f"{verb} {added}; {done.known:,} known already; {refused}."]
    groups = grouped(done.refused)
    lines += [_group(group) for group in groups[:REASONS_SHOWN]]
    more = sum(len(group.lines) for group in groups[REASONS_SHOWN:])
    if more:
        lines.append(f"  {count(more, 'line')} for other reasons; --json lists them all.")
    if groups:
        lines.append("Correct what was refused and import the file again: nothing is doubled.")
    if done.trackers_made:
        made = ", ".join(f"{name} ({number})" for number, name in done.trackers_made)
        lines.append(f"{'Trackers to be made' if dry_run else 'Trackers made'}: {made}.")
    lines += done.notes
    if done.columns:
        lines.append(f"Columns: {', '.join(f'{name} as {what}' for what, name in done.columns)}.")
    if done.ignored:
        lines.append(f"Columns passed over: {', '.join(done.ignored)}.")
    return "\n".join(lines)


def _group(group: Group) -> str:
    from textmeter.intake.import_report import LINES_SHOWN

    numbers = ", ".join(map(str, group.lines[:LINES_SHOWN]))
    first = "" if group.are_alike else ", the first"
    more = ", …" if len(group.lines) > LINES_SHOWN else ""
    many = len(group.lines)
    where = f"line {numbers}" if many == 1 else f"{many:,} lines ({numbers}{more}){first}"
    return f"  {where}: {group.reason}{_mend(group.reason)}"


def _mend(reason: str) -> str:
    """What to do where the reason is not in the file."""
    if not reason.endswith("is not a tracking number of this company."):
        return ""
    return " Add it with `textmeter tracker add`."


def _as_json(done: ImportReport, dry_run: bool) -> dict[str, object]:
    return {
        "kind": done.kind,
        "added": done.added,
        "known": done.known,
        "refused": len(done.refused),
        "refusals": [{"line": one.line, "reason": str(one.reason)} for one in done.refused],
        "ignored_columns": list(done.ignored),
        "columns": dict(done.columns),
        "notes": list(done.notes),
        "trackers_made": [{"number": number, "name": name} for number, name in done.trackers_made],
        "dry_run": dry_run,
    }
