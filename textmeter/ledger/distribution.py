"""The ledger spread by company over the machines of a PostgreSQL cluster with the Citus extension.

Each company's rows lie together on one machine, and every statement of the ledger names its company, so that
it runs there. The few rows that companies share (who owned a number when) stand on every machine. All else
(people, connections, receipts) stays on the machine that the product is connected to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from django.db import connection

from textmeter.ledger.statements import fetch

OLDEST = (11, 2)  # the first that reads as of one moment on the other machines too
COMPANY = "company_id"
FIRST = "ledger_message"  # the others' shards lie beside its shards


class Kind(StrEnum):
    DISTRIBUTED = "distributed"
    REFERENCE = "reference"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Spread:
    """Where a table's rows are; `is_new`: only since this call."""

    table: str
    kind: Kind
    is_new: bool


class NoCluster(Exception):
    """This database can't spread; the text says why to people, and what to do."""


def distribute() -> list[Spread]:
    """Spreads whatever of the ledger isn't spread yet, and answers every table. Each step is a transaction
    of its own: after an interruption, call it again. Raises NoCluster, and django.db.Error where Citus
    refuses a step."""
    _see_that_citus_is_there()
    wanted, new = _wanted(), _not_spread_yet()
    # Reference tables first: Citus copies them to every machine before shards are made there.
    for table in sorted(new, key=lambda one: (wanted[one] != Kind.REFERENCE, one != FIRST, one)):
        _spread(table, wanted[table])
    for table, kind in wanted.items():
        if kind != Kind.LOCAL:
            _free(table, table in new)
    return [Spread(table, kind, table in new) for table, kind in sorted(wanted.items())]


def take_new_tables_along() -> None:
    """After migrations: spreads the tables that they made, where the others are spread already."""
    if connection.vendor == "postgresql" and _citus_version() and _anchor(_present()):
        distribute()


def _see_that_citus_is_there() -> None:
    if connection.vendor != "postgresql":
        raise NoCluster(
            "This installation runs on SQLite, which is one file. Move it to a PostgreSQL with the Citus"
            " extension first: `textmeter move --to postgres://…`."
        )
    version = _citus_version()
    if version is None:
        raise NoCluster(
            "This PostgreSQL has no Citus extension. Install Citus on its machines, `CREATE EXTENSION citus`"
            " in this database, and add the machines: see docs/scale.md."
        )
    found = tuple(int(part) for part in re.findall(r"[0-9]+", version)[:2])
    if found < OLDEST:
        raise NoCluster(f"This is Citus {version}; it takes {OLDEST[0]}.{OLDEST[1]} or newer.")


def _citus_version() -> str | None:
    rows = fetch("SELECT extversion FROM pg_extension WHERE extname = 'citus'", [])
    return str(rows[0][0]) if rows else None


def _wanted() -> dict[str, Kind]:
    """By each table's own primary key, so that tables of later migrations find their place."""
    rows = fetch(
        "SELECT c.relname, coalesce(bool_or(a.attname = %s), false) FROM pg_class c"
        " LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
        " LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)"
        " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')"
        " AND NOT c.relispartition GROUP BY c.relname",
        [COMPANY],
    )
    return {table: _kind(table, by_company) for table, by_company in rows}


def _kind(table: str, by_company: bool) -> Kind:
    if not table.startswith("ledger_"):
        return Kind.LOCAL
    return Kind.DISTRIBUTED if by_company else Kind.REFERENCE


def _not_spread_yet() -> set[str]:
    """Raises NoCluster for a table of the ledger that somebody has spread in another way."""
    present, new = _present(), set()
    anchor = _anchor(present)
    together = present[anchor].group if anchor else None
    for table, kind in _wanted().items():
        there = present.get(table)
        if kind == Kind.LOCAL:
            continue
        if there is None or there.kind == Kind.LOCAL:
            new.add(table)
        elif there.kind != kind or (kind == Kind.DISTRIBUTED and there[1:] != (COMPANY, together)):
            raise NoCluster(
                f"{table} is spread in another way already ({there.kind}, by {there.column}). Undo it first:"
                f" SELECT undistribute_table('{table}');"
            )
    return new


class _Present(NamedTuple):
    """A table as Citus has it: `kind` is its own word, `group` that of tables whose shards lie together."""

    kind: str
    column: str
    group: int


def _present() -> dict[str, _Present]:
    rows = fetch(
        "SELECT table_name::text, citus_table_type, distribution_column, colocation_id FROM citus_tables", []
    )
    return {row[0]: _Present(*row[1:]) for row in rows}


def _anchor(present: Mapping[str, _Present]) -> str | None:
    """The spread table of ours beside whose shards those of others are to lie: any, for a migration may have
    made the first one anew."""
    ours = (name for name, one in present.items() if name.startswith("ledger_") and one.column == COMPANY)
    return min(ours, key=lambda name: (name != FIRST, name), default=None)


def _spread(table: str, kind: Kind) -> None:
    if kind == Kind.REFERENCE:
        fetch("SELECT create_reference_table(%s)", [table])
    else:
        beside = _anchor(_present()) or "none"
        fetch("SELECT create_distributed_table(%s, %s, colocate_with => %s)", [table, COMPANY, beside])


def _free(table: str, is_new: bool) -> None:
    """The rows that were copied to other machines stay here on disk, out of sight, until truncated."""
    ((size,),) = fetch("SELECT pg_relation_size(%s::regclass)", [table])
    if is_new or size:
        fetch("SELECT truncate_local_data_after_distributing_table(%s::regclass)", [table])
