"""`textmeter move`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from textmeter.cli.errors import Problem, WrongUsage
from textmeter.cli.ground import see_that_it_is_up_to_date, set_up_django
from textmeter.cli.output import count, json_option, show
from textmeter.cli.progress import Report, progress
from textmeter.cli.running import no_server_begins, what_runs

if TYPE_CHECKING:
    from textmeter.copies.move import Moved


@click.command()
@click.option("--to", "address", metavar="URL", required=True, help="The PostgreSQL database: postgres://…")
@json_option
@click.pass_context
def move(ctx: click.Context, address: str, as_json: bool) -> None:
    """Move this installation from SQLite to PostgreSQL.

    Everything goes over and is checked there; the SQLite file stays as it is. Killed in the midst, the same
    command goes on where it was. Nothing may run on either database meanwhile.

    \b
    Example:
      textmeter move --to postgres://textmeter:PASSWORD@127.0.0.1:5432/textmeter
    """
    set_up_django()
    source = _source()
    see_that_it_is_up_to_date()
    steps: dict[str, float] = {}
    with no_server_begins(), _connected_to(address):
        from textmeter.copies.move import move as move_rows

        moved = move_rows(source, _timed(steps))
    show(_as_json(moved, steps), as_json, lambda: _in_words(moved, steps, source, address))
    if moved.differences:
        ctx.exit(1)


def _timed(steps: dict[str, float]) -> Callable[[str], AbstractContextManager[Report]]:
    """Progress of a step, which leaves in `steps` how many seconds it took."""

    @contextmanager
    def step(what: str) -> Iterator[Report]:
        began = time.monotonic()
        with progress(what) as report:
            yield report
        steps[what] = time.monotonic() - began

    return step


def _source() -> Path:
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "sqlite":
        raise Problem("This installation is on PostgreSQL already. There is no way back to SQLite.")
    if what := what_runs():
        raise Problem(f"{what} runs on {settings.DATA_DIR}. Stop it first, so that nothing is left behind.")
    return Path(str(connection.settings_dict["NAME"])).absolute()


@contextmanager
def _connected_to(address: str) -> Iterator[None]:
    """From here on this process works on that database."""
    from django.db import Error, connection, connections

    from textmeter.copies.trouble import CopyTrouble
    from textmeter.postgres.address import postgres, without_password

    target = postgres(address) if address.startswith(("postgres://", "postgresql://")) else None
    if target is None:
        raise WrongUsage(
            f"--to is {without_password(address)}. Write it like postgres://user:password@host:5432/database."
        )
    connection.close()
    connections.settings["default"] = connections.configure_settings({"default": target})["default"]
    del connections["default"]
    where = f"{target['NAME']} on {target['HOST'] or 'this machine'}"
    try:
        connection.ensure_connection()
    except Error as error:
        raise Problem(f"The database {where} can't be reached: {_first_line(error)}.") from None
    try:
        yield
    except CopyTrouble as error:
        raise Problem(f"Nothing can move into {where}: {error}") from None
    except Error as error:
        raise Problem(
            f"The move has stopped, for the database {where} said: {_first_line(error)}. Mend it, and run the"
            " same command again: it goes on where it was."
        ) from None


def _first_line(error: Exception) -> str:
    lines = [line.strip().rstrip(".") for line in str(error).strip().splitlines()]
    return lines[0] if lines else type(error).__name__


def _as_json(moved: Moved, steps: dict[str, float]) -> dict[str, object]:
    return {
        "tables": [{"table": table, "rows": rows} for table, rows in sorted(moved.rows.items())],
        "messages": moved.rows["ledger_message"],
        "went_on": moved.went_on,
        "differences": len(moved.differences),
        "steps": [{"step": step, "seconds": round(seconds, 1)} for step, seconds in steps.items()],
        "seconds": round(sum(steps.values()), 1),
    }


def _in_words(moved: Moved, steps: dict[str, float], source: Path, address: str) -> str:
    from textmeter.postgres.address import without_password

    size = f"{count(moved.rows['ledger_message'], 'text')}, {count(sum(moved.rows.values()), 'row')} in all"
    checked = "Everything was counted again there, and is right."
    if moved.differences:
        found = count(len(moved.differences), "difference")
        checked = f"`textmeter check` finds {found} there. Once you work on it, run `textmeter rebuild`."
    return (
        f"Moved in {sum(steps.values()):,.0f} s: {size}. {checked}\n"
        f"Now write into .env, and start Textmeter:\n"
        f"  TEXTMETER_DATABASE_URL={without_password(address)}\n"
        f"{source} is as it was. Keep it until you are content, then remove it: it holds every text."
    )
