"""A PostgreSQL that takes itself for the coordinator of a Citus cluster (stand_in.sql), and which shards each
statement of the product needs there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from tests.plans import Planned, planned

STAND_IN = Path(__file__).with_name("stand_in.sql")
SHARD = re.compile(r"(ledger_\w+)_shard_([0-9])")


def become_coordinator() -> None:
    """In the test's transaction, so that all of it goes with the test."""
    with connection.cursor() as cursor:
        cursor.execute(STAND_IN.read_text())


@dataclass(frozen=True)
class Asked:
    """A statement with its values, as the server ran it."""

    text: str
    tables: frozenset[str]  # of the ledger that are spread
    shards: frozenset[str]
    others: frozenset[str]  # tables that aren't spread
    functions: frozenset[tuple[str, str]] = field(compare=False)  # (file, function) that led to it


@contextmanager
def statements() -> Iterator[list[Asked]]:
    """Every statement that runs meanwhile; complete at the end."""
    caught: list[Asked] = []
    with planned() as plans:
        yield caught
    caught.extend(map(_asked, plans))


def _asked(one: Planned) -> Asked:
    names = one.tables()
    parts = [found for name in names if (found := SHARD.fullmatch(name))]
    whole = {name for name in names if not SHARD.fullmatch(name)}
    spread = {name for name in whole if name.startswith("ledger_") and name != "ledger_number_owner"}
    return Asked(
        one.text,
        frozenset(spread | {found[1] for found in parts}),
        frozenset(found[2] for found in parts),
        frozenset(whole - spread),
        one.functions,
    )
