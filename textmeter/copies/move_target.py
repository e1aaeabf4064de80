"""The PostgreSQL database that an installation is to move into: whether it can, and that it is free."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from textmeter.copies import move_marks
from textmeter.copies.tables import LEFT_OUT, is_kept
from textmeter.copies.trouble import CopyTrouble
from textmeter.intake.claims import claimed
from textmeter.ledger.statements import fetch
from textmeter.ledger.turns import Lock

OLDEST = 15
# A move that was killed just now: its connection ends once the server notices.
PATIENCE = 8.0
PAUSE = 0.2


@contextmanager
def held_alone() -> Iterator[None]:
    """While no other move goes into the database, and nothing of Textmeter is connected to it. Raises
    CopyTrouble, django.db.Error."""
    until = time.monotonic() + PATIENCE
    while True:
        with claimed(Lock.MOVE) as is_ours:
            if is_ours and not _others():
                yield
                return
        if time.monotonic() > until:
            raise CopyTrouble("another process of Textmeter is connected to it. Stop it first.")
        time.sleep(PAUSE)


def see_that_it_fits() -> None:
    """Raises CopyTrouble, django.db.Error."""
    ((version, encoding, is_copy, may_make),) = fetch(
        "SELECT current_setting('server_version_num')::integer, current_setting('server_encoding'),"
        " pg_is_in_recovery(), coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)",
        [],
    )
    see_that_it_is_new_enough(version)
    if is_copy:
        raise CopyTrouble("it is a copy of another server, and can only be read. Name that server.")
    if encoding != "UTF8":
        raise CopyTrouble(
            f"its encoding is {encoding}. Make one with `createdb --encoding UTF8 --template template0`."
        )
    if not may_make:
        ((user, database),) = fetch("SELECT current_user, current_database()", [])
        raise CopyTrouble(
            f"the user {user} may make no tables in it. Let it own the database: ALTER DATABASE {database}"
            f" OWNER TO {user};"
        )


def see_that_it_is_new_enough(version: int) -> None:
    """`version` as the server tells it: 150004 is 15.4. Raises CopyTrouble."""
    if version // 10_000 < OLDEST:
        raise CopyTrouble(f"it is PostgreSQL {version // 10_000}, and {OLDEST} or newer is needed.")


def see_that_it_is_fresh() -> None:
    """Raises CopyTrouble where there are companies, people, or tables of something else."""
    names = connection.introspection.table_names()
    ours = {name for name in names if is_kept(name, "postgresql") or name in (*LEFT_OUT, move_marks.TABLE)}
    if strange := set(names) - ours:
        raise CopyTrouble(f"it holds tables that are not Textmeter's ({min(strange)}). Choose an empty one.")
    for table, what in (("accounts_company", "companies"), ("accounts_user", "people")):
        if table in ours and fetch(f"SELECT EXISTS (SELECT 1 FROM {table})", [])[0][0]:
            raise CopyTrouble(f"it holds {what} already. Choose an empty one.")


def _others() -> int:
    ((count,),) = fetch(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND application_name = current_setting('application_name')",
        [],
    )
    return int(count)
