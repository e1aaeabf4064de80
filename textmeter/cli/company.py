"""`textmeter company …`"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from textmeter.cli.arguments import company_of, not_empty
from textmeter.cli.ground import on_database
from textmeter.cli.output import count, json_option, show, table
from textmeter.cli.progress import progress
from textmeter.cli.zones import USUAL, time_zone

if TYPE_CHECKING:
    from textmeter.accounts.models import Company


@click.group()
def company() -> None:
    """Companies and their time zones.

    \b
    Example:
      textmeter company add "Piedmont Dental" --time-zone America/New_York
    """


@company.command()
@click.argument("name")
@click.option("--time-zone", "zone_name", required=True, metavar="ZONE", help=f"Its IANA name: {USUAL}.")
@json_option
@on_database
def add(name: str, zone_name: str, as_json: bool) -> None:
    """Add a company.

    \b
    Example:
      textmeter company add "Piedmont Dental" --time-zone America/New_York
    """
    from textmeter.accounts.audit import COMMAND_LINE
    from textmeter.accounts.companies import add_company

    made = add_company(not_empty("NAME", name), time_zone(zone_name), by=COMMAND_LINE)
    show(_as_json(made), as_json, lambda: f"Added company {made.id}: {made.name} ({made.time_zone}).")


@company.command("set")
@click.argument("company_id", metavar="ID")
@click.option("--time-zone", "zone_name", metavar="ZONE", help="Counts every day and hour anew in this zone.")
@click.option("--name", help="The company's new name.")
@json_option
@on_database
def set_(company_id: str, zone_name: str | None, name: str | None, as_json: bool) -> None:
    """Change a company's time zone or name.

    A new time zone puts every text on the day that it is there. Texts keep coming in meanwhile.

    \b
    Example:
      textmeter company set 1234567 --time-zone America/Chicago
    """
    if zone_name is None and name is None:
        raise click.UsageError("Give --time-zone or --name.")
    new_zone = time_zone(zone_name) if zone_name is not None else None
    new_name = not_empty("--name", name) if name is not None else None
    found = company_of(company_id)
    if new_name is not None:
        from textmeter.accounts.audit import COMMAND_LINE
        from textmeter.accounts.companies import rename_company

        rename_company(found, new_name, by=COMMAND_LINE)
    moved = _change_zone(found, new_zone) if new_zone is not None else 0
    show(_as_json(found) | {"moved": moved}, as_json, lambda: _changed(found, new_zone, moved))


def _change_zone(found: Company, zone_name: str) -> int:
    from textmeter.accounts.audit import COMMAND_LINE, note
    from textmeter.ledger.rebuild import change_zone

    if zone_name != found.time_zone:
        note(COMMAND_LINE, f"Moved the company from {found.time_zone} to {zone_name}.", found)
    with progress(f"Counting {found.name} anew in {zone_name}") as report:
        moved = change_zone(found, zone_name, report)
    found.refresh_from_db()
    return moved


def _changed(found: Company, zone_name: str | None, moved: int) -> str:
    words = f"Company {found.id} is {found.name} ({found.time_zone})."
    return words if zone_name is None else f"{words} {count(moved, 'conversation')} moved to another day."


@company.command("list")
@json_option
@on_database
def list_(as_json: bool) -> None:
    """List the companies.

    \b
    Example:
      textmeter company list --json
    """
    from textmeter.accounts.models import Company

    found = list(Company.objects.filter(removed_at=None))
    rows = [(one.id, one.name, one.time_zone, "sample" if one.is_sample else "") for one in found]
    show(
        [_as_json(one) for one in found],
        as_json,
        lambda: (
            table(("ID", "NAME", "TIME ZONE", ""), rows)
            if rows
            else "No company yet: `textmeter company add`."
        ),
    )


def _as_json(one: Company) -> dict[str, object]:
    return {"id": str(one.id), "name": one.name, "time_zone": one.time_zone, "is_sample": one.is_sample}
