"""Many rows to PostgreSQL in few messages: an INSERT of many rows becomes one statement over arrays,
one for each column; anything else is sent row after row without waiting for each answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection

_INSERT = re.compile(r"INSERT INTO (\w+) \(([^)]*)\)\s+VALUES \((.*?)\)(\s+ON CONFLICT .*)?", re.DOTALL)


def run_together(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """`sql` with `%s` for each value of a row. Raises django.db.Error."""
    import psycopg

    connection.validate_no_broken_transaction()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    arrays = _over_arrays(sql) if len(rows) > 1 else None
    # Not Django's own cursor, which writes every value into the statement's text.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        if arrays is None:
            cursor.executemany(sql, rows)
        else:
            cursor.execute(arrays, [list(column) for column in zip(*rows, strict=True)], prepare=True)


@lru_cache(maxsize=256)
def _over_arrays(sql: str) -> str | None:
    """The INSERT of one row as one of all rows, from an array for each `%s`; None for anything else."""
    found = _INSERT.fullmatch(sql)
    if found is None:
        return None
    table, names, values, rest = found.groups()
    columns = [name.strip() for name in names.split(",")]
    parts = re.split(r",\s*(?![^(]*\))", values)
    types = _types_of(table)
    arrays = [f"%s::{types[name]}[]" for name, part in zip(columns, parts, strict=True) if "%s" in part]
    given = iter(range(len(arrays)))
    selected = [part.strip().replace("%s", f"v{next(given)}") if "%s" in part else part for part in parts]
    aliases = ", ".join(f"v{place}" for place in range(len(arrays)))
    return (
        f"INSERT INTO {table} ({names}) SELECT {', '.join(selected)}"
        f" FROM unnest({', '.join(arrays)}) AS given ({aliases}){rest or ''}"
    )


@lru_cache(maxsize=64)
def _types_of(table: str) -> dict[str, str]:
    """Each column's type; words of the search index arrive as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
        return {name: "text" if kind == "tsvector" else kind for name, kind in cursor.fetchall()}
