"""Many rows to PostgreSQL in few messages. A plain INSERT is copied in, by a COPY that may stay open;
one with ON CONFLICT, an UPDATE or a DELETE by key becomes one statement over arrays, one for each column;
anything else is sent row after row without waiting for each answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.db import connection

if TYPE_CHECKING:
    from psycopg import Cursor


def run_together(sql: str, rows: Sequence[Sequence[Any]], more_follow: bool = False) -> None:
    """`sql` with `%s` for each value of a row; `more_follow`: see run_many. Raises django.db.Error."""
    import psycopg

    here = cast(Any, connection)  # textmeter.postgres
    here.validate_no_broken_transaction()
    here.close_if_health_check_failed()
    here.ensure_connection()
    if len(rows) > 1 and (copied := _as_copy(sql)):
        here.copy_in(copied, rows, stays_open=more_follow)
        return
    here.end_copy()
    # Not Django's own cursor, which writes every value into the statement's text.
    with here.wrap_database_errors, psycopg.Cursor(here.connection) as cursor:
        _run(cursor, sql, rows)


def _run(cursor: Cursor[Any], sql: str, rows: Sequence[Sequence[Any]]) -> None:
    if len(rows) == 1:
        cursor.execute(sql, rows[0])
    elif (together := _over_arrays(sql)) and together.fits(rows):
        cursor.execute(together.sql, together.values(rows), prepare=True)
    else:
        cursor.executemany(sql, rows)


class _Together(NamedTuple):
    """A statement over arrays. `company`: the place of the company in a row where it is one value for all,
    so that a cluster knows at once whose rows they are."""

    sql: str
    company: int | None = None

    def fits(self, rows: Sequence[Sequence[Any]]) -> bool:
        place = self.company
        return place is None or all(row[place] == rows[0][place] for row in rows)

    def values(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        columns = list(zip(*rows, strict=True))
        company = [] if self.company is None else [columns.pop(self.company)[0]]
        return [*map(_array, columns), *company]


def _array(values: Iterable[Any]) -> str:
    """As PostgreSQL writes an array; the driver takes ten times as long for it."""
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: int | str | bytes | None) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    return str(int(value))


_INSERT = re.compile(r"INSERT INTO (\w+) \(([^)]*)\)\s+VALUES \((.*?)\)(\s+ON CONFLICT .*)?", re.DOTALL)
_UPDATE = re.compile(r"UPDATE (\w+) SET (\w+ = %s(?:, \w+ = %s)*) WHERE (\w+ = %s(?: AND \w+ = %s)*)")
_DELETE = re.compile(r"DELETE FROM (\w+) WHERE (\w+ = %s(?: AND \w+ = %s)*)")


@lru_cache(maxsize=256)
def _as_copy(sql: str) -> str | None:
    """The INSERT of one row as a COPY; None for anything that is more than that."""
    found = _INSERT.fullmatch(sql)
    if found is None or found[4] or set(_parts(found[3])) != {"%s"}:
        return None
    return f"COPY {found[1]} ({found[2]}) FROM STDIN"


@lru_cache(maxsize=256)
def _over_arrays(sql: str) -> _Together | None:
    """The statement of one row as one of all rows, from an array for each `%s`; None for anything else."""
    if found := _INSERT.fullmatch(sql):
        return _insert(*found.groups(""))
    if found := _UPDATE.fullmatch(sql):
        return _update(*found.groups())
    if found := _DELETE.fullmatch(sql):
        return _delete(*found.groups())
    return None


def _insert(table: str, names: str, values: str, rest: str) -> _Together:
    parts = _parts(values)
    columns = [name for name, part in zip(_parts(names), parts, strict=True) if "%s" in part]
    given = iter(range(len(columns)))
    selected = [part.replace("%s", f"v{next(given)}") if "%s" in part else part for part in parts]
    return _Together(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(selected)} FROM {_given(table, columns)}{rest}"
    )


def _update(table: str, changes: str, condition: str) -> _Together:
    changed, keys = _names(changes), _names(condition)
    sets = ", ".join(f"{name} = v{place}" for place, name in enumerate(changed))
    where, columns, company = _where(table, keys, len(changed))
    return _Together(f"UPDATE {table} SET {sets} FROM {_given(table, changed + columns)} {where}", company)


def _delete(table: str, condition: str) -> _Together:
    where, columns, company = _where(table, _names(condition), 0)
    return _Together(f"DELETE FROM {table} USING {_given(table, columns)} {where}", company)


def _where(table: str, keys: list[str], first: int) -> tuple[str, list[str], int | None]:
    """The condition, the columns of it that come as arrays, and the company's place."""
    columns = [name for name in keys if name != "company_id"]
    equal = [f"{table}.{name} = v{place}" for place, name in enumerate(columns, first)]
    if "company_id" not in keys:
        return f"WHERE {' AND '.join(equal)}", columns, None
    return (
        f"WHERE {' AND '.join([*equal, f'{table}.company_id = %s'])}",
        columns,
        first + keys.index("company_id"),
    )


def _given(table: str, columns: list[str]) -> str:
    types = _types_of(table)
    arrays = ", ".join(f"%s::{types[name]}[]" for name in columns)
    return f"unnest({arrays}) AS given ({', '.join(f'v{place}' for place in range(len(columns)))})"


def _parts(listed: str) -> list[str]:
    return [part.strip() for part in re.split(r",(?![^(]*\))", listed)]


def _names(assignments: str) -> list[str]:
    return re.findall(r"(\w+) = %s", assignments)


@lru_cache(maxsize=64)
def _types_of(table: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
        return dict(cursor.fetchall())
