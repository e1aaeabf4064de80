"""`textmeter migrate`."""

from __future__ import annotations

import click

from textmeter.cli.ground import bring_up_to_date, set_up_django
from textmeter.cli.output import json_option, show


@click.command()
@json_option
def migrate(as_json: bool) -> None:
    """Bring the database up to date. On SQLite every command does this by itself.

    \b
    Example:
      textmeter migrate
    """
    set_up_django()
    applied = bring_up_to_date()
    show(
        {"applied": applied},
        as_json,
        lambda: "\n".join(f"Applied {one}." for one in applied) or "The database is up to date.",
    )
