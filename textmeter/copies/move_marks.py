"""How far a move has come, kept in the target beside what it brought: `textmeter_move`. Each mark is written
in the transaction of the step that it tells of, so a move that was killed goes on exactly there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from textmeter.ledger.statements import fetch, run

TABLE = "textmeter_move"


@dataclass(frozen=True, slots=True)
class Copied:
    """Rows of a table that are there; `last`: the key of the last one; `is_whole`: no more are to come."""

    rows: int = 0
    last: list[Any] | None = None
    is_whole: bool = False


def is_unfinished() -> bool:
    """Whether a move into this database has begun and not ended."""
    return bool(fetch("SELECT 1 WHERE to_regclass(%s) IS NOT NULL", [TABLE]))


def begin(installation: str, source: str) -> None:
    run(f"CREATE TABLE {TABLE} (name text PRIMARY KEY, value text NOT NULL)", [])
    put("installation", installation)
    put("source", source)


def end() -> None:
    run(f"DROP TABLE {TABLE}", [])


def get(name: str) -> str | None:
    rows = fetch(f"SELECT value FROM {TABLE} WHERE name = %s", [name])
    return str(rows[0][0]) if rows else None


def put(name: str, value: str) -> None:
    run(
        f"INSERT INTO {TABLE} (name, value) VALUES (%s, %s)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, value],
    )


def copied(table: str) -> Copied:
    stored = get(f"table {table}")
    return Copied(**json.loads(stored)) if stored else Copied()


def put_copied(table: str, mark: Copied) -> None:
    put(f"table {table}", json.dumps({"rows": mark.rows, "last": mark.last, "is_whole": mark.is_whole}))


def forget_copied() -> None:
    run(f"DELETE FROM {TABLE} WHERE name LIKE 'table %%'", [])


def indexes() -> dict[str, str]:
    """Those that were taken away: the statement that makes each again, by its name."""
    rows = fetch(f"SELECT substr(name, 7), value FROM {TABLE} WHERE name LIKE 'index %%' ORDER BY name", [])
    return dict(rows)


def put_index(name: str, statement: str) -> None:
    put(f"index {name}", statement)


def forget_index(name: str) -> None:
    run(f"DELETE FROM {TABLE} WHERE name = %s", [f"index {name}"])
