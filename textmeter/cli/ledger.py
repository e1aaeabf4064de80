"""`textmeter rebuild` and `textmeter check`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from textmeter.cli.arguments import any_company_option, company_of
from textmeter.cli.ground import on_database
from textmeter.cli.output import count, json_option, show, table
from textmeter.cli.progress import progress

if TYPE_CHECKING:
    from textmeter.accounts.models import Company
    from textmeter.ledger.check import Difference

DIFFERENCES_SHOWN = 20


def _companies(company_id: str | None) -> list[Company]:
    from textmeter.accounts.models import Company

    return (
        [company_of(company_id)] if company_id is not None else list(Company.objects.filter(removed_at=None))
    )


@click.command()
@any_company_option
@json_option
@on_database
def rebuild(company_id: str | None, as_json: bool) -> None:
    """Derive everything again from the messages.

    Conversations, volume and search are made anew. Texts keep coming in meanwhile.

    \b
    Example:
      textmeter rebuild --company 1234567
    """
    from textmeter.ledger.rebuild import rebuild as rebuild_company

    made = []
    for owner in _companies(company_id):
        with progress(f"Rebuilding {owner.name}") as report:
            made.append((owner, rebuild_company(owner, report)))
    show(
        [{"id": str(owner.id), "conversations": number} for owner, number in made],
        as_json,
        lambda: (
            "\n".join(f"{owner.name}: {count(number, 'conversation')}." for owner, number in made)
            or "There is no company yet."
        ),
    )


@click.command()
@any_company_option
@json_option
@click.pass_context
@on_database
def check(ctx: click.Context, company_id: str | None, as_json: bool) -> None:
    """Count again and compare with what is stored.

    Ends with exit code 1 when something differs.

    \b
    Example:
      textmeter check
    """
    from textmeter.ledger.check import check as differences_of

    chosen = company_of(company_id).id if company_id is not None else None
    with progress("Checking") as report:
        found = differences_of(chosen, report)
    show({"differences": [_as_json(one) for one in found]}, as_json, lambda: _in_words(found))
    if found:
        ctx.exit(1)


def _as_json(one: Difference) -> dict[str, object]:
    return {name: _plain(name, value) for name, value in asdict(one).items()}


def _plain(name: str, value: object) -> object:
    """Ids as strings; what JSON doesn't know as its text."""
    if name.endswith("_id") or not isinstance(value, str | int | float | bool | list | dict | None):
        return str(value)
    return value


def _in_words(found: list[Difference]) -> str:
    if not found:
        return "Everything stored equals what the messages say."
    rows = [(one.company_id, one.table, one.key, one.stored, one.recounted) for one in found]
    words = table(("COMPANY", "TABLE", "KEY", "STORED", "RECOUNTED"), rows[:DIFFERENCES_SHOWN])
    more = len(rows) - DIFFERENCES_SHOWN
    rest = f"\nand {more:,} more; --json lists them all" if more > 0 else ""
    return f"{words}{rest}\n{count(len(rows), 'difference')}. `textmeter rebuild` makes it right."
