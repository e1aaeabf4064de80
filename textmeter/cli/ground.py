"""What a command stands on: Django set up, and a database that is up to date."""

from __future__ import annotations

import fcntl
import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from textmeter.cli.errors import Problem

P = ParamSpec("P")
R = TypeVar("R")


def set_up_django() -> None:
    """Reads the settings (a wrong one ends the process with one line) and loads the models."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "textmeter.settings")
    django.setup()
    if "--with-parent" not in sys.argv:  # else the parent has said it
        _say_what_is_misspelt()


def _say_what_is_misspelt() -> None:
    from textmeter.cli.setting_names import misspelt
    from textmeter.settings import KNOWN

    for sentence in misspelt(os.environ, KNOWN):
        sys.stderr.write(f"textmeter: {sentence}\n")


def see_that_it_is_up_to_date() -> None:
    """What every command does before its work. SQLite is brought up to date, and so is a PostgreSQL
    database that holds nothing yet; any other may have servers of the former version at work on it, so
    it waits for `textmeter migrate`. Raises Problem."""
    from django.db import connection

    _see_that_no_move_is_unfinished()
    missing = _missing()
    if missing and connection.vendor == "postgresql" and connection.introspection.table_names():
        raise Problem(
            f"The database is {len(missing)} steps behind this version of Textmeter. Stop what runs of the"
            " former version, make a backup, and run `textmeter migrate`."
        )
    if missing:
        bring_up_to_date()


def on_database(command: Callable[P, R]) -> Callable[P, R]:
    """For commands that read or write the database: it is there, and up to date, when they begin."""

    @functools.wraps(command)
    def prepared(*args: P.args, **kwargs: P.kwargs) -> R:
        set_up_django()
        see_that_it_is_up_to_date()
        return command(*args, **kwargs)

    return prepared


def bring_up_to_date() -> list[str]:
    """Applies the migrations that are missing and names them. Of two processes that start at once one
    waits for the other, who finds nothing left to do."""
    _see_that_no_move_is_unfinished()
    if not _missing():
        return []
    with _alone():
        missing = _missing()
        if missing:
            from django.core.management import call_command

            from textmeter.ledger.distribution import take_new_tables_along

            call_command("migrate", verbosity=0, interactive=False)
            take_new_tables_along()
        return missing


def say_what_is_locked() -> None:
    """One line on standard error where connections' secrets don't open with this installation's key."""
    from textmeter.copies.key import take_up_key
    from textmeter.intake.locked import WHAT_TO_DO, locked_connections, why

    take_up_key()
    if locked := locked_connections():
        sys.stderr.write(f"textmeter: {why(len(locked))} {WHAT_TO_DO}\n")


def _see_that_no_move_is_unfinished() -> None:
    """Half of an installation must not begin to live. Raises Problem."""
    from django.db import connection

    from textmeter.copies.move_marks import is_unfinished

    if connection.vendor == "postgresql" and is_unfinished():
        raise Problem(
            "A move into this database has not come to its end. Set TEXTMETER_DATABASE_URL as it was"
            " before, and run the same `textmeter move --to …` again."
        )


def _missing() -> list[str]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label} {migration.name}" for migration, _ in plan]


@contextmanager
def _alone() -> Iterator[None]:
    """A lock on a file of the data folder, or on the PostgreSQL server, which others may reach from another
    machine; it is taken back when the process dies."""
    from django.conf import settings
    from django.db import connection

    from textmeter.ledger.turns import Lock

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, 0)", [int(Lock.MIGRATION)])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [int(Lock.MIGRATION)])
        return
    with (settings.DATA_DIR / "migrate.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
