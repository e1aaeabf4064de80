"""`textmeter quarantine …` and `textmeter replay`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from textmeter.cli.arguments import any_company_option, company_of
from textmeter.cli.errors import WrongUsage
from textmeter.cli.ground import on_database
from textmeter.cli.output import count, json_option, show, table
from textmeter.lib.quotes import quoted

if TYPE_CHECKING:
    from textmeter.intake.quarantine import Quarantined


@click.group()
def quarantine() -> None:
    """Deliveries that could not be applied.

    \b
    Example:
      textmeter quarantine list
    """


@quarantine.command("list")
@any_company_option
@json_option
@on_database
def list_(company_id: str | None, as_json: bool) -> None:
    """List what could not be applied, and why.

    \b
    Example:
      textmeter quarantine list --company 1234567 --json
    """
    from textmeter.intake.quarantine import quarantined

    found = list(quarantined(company_of(company_id).id if company_id is not None else None))
    rows = [(one.id, _when(one), one.company_id, one.what, one.sentence) for one in found]
    headers = ("ID", "RECEIVED (UTC)", "COMPANY", "WHAT", "WHY")
    show(
        [_as_json(one) for one in found],
        as_json,
        lambda: table(headers, rows) if rows else "Nothing is in quarantine.",
    )


def _when(one: Quarantined) -> str:
    return _received_at(one)[:19].replace("T", " ")


def _received_at(one: Quarantined) -> str:
    from datetime import UTC
    from zoneinfo import ZoneInfo

    from textmeter.lib.days import as_iso

    return as_iso(one.received_at, ZoneInfo(str(UTC)))


def _as_json(one: Quarantined) -> dict[str, object]:
    return {
        "id": str(one.id),
        "reason": str(one.reason),
        "sentence": one.sentence,
        "received_at": _received_at(one),
        "company": str(one.company_id),
        "connection": one.connection_key,
        "what": one.what,
        "url": one.url,
    }


@click.command()
@click.option("--reason", metavar="R", help="Only what has this reason, such as unknown_number.")
@any_company_option
@json_option
@on_database
def replay(reason: str | None, company_id: str | None, as_json: bool) -> None:
    """Try again what is in quarantine, after the cause was mended.

    Without a reason: everything.

    Texts appear where they belong, at their own time.

    \b
    Example:
      textmeter replay --reason unknown_number
    """
    from textmeter.intake import quarantine as room

    wanted = None
    if reason is not None:
        allowed = [str(one) for one in room.Reason]
        if reason not in allowed:
            raise WrongUsage(f"--reason is {quoted(reason)}; allowed: {', '.join(allowed)}.")
        wanted = room.Reason(reason)
    done = room.replay(wanted, company_of(company_id).id if company_id is not None else None)
    show(
        {"applied": done.applied, "still": done.still},
        as_json,
        lambda: (
            f"{count(done.applied, 'delivery', 'deliveries')} applied; {done.still:,} still in quarantine."
        ),
    )
