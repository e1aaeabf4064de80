"""`bench disk`: what a million messages take on disk, by table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from django.db import connection

from textmeter.bench.page_choice import NothingToMeasure, count_messages
from textmeter.bench.result import Case, Result
from textmeter.ledger.statements import fetch

MB = 1 << 20
_WORDS = "ledger_message_words"

Progress = Callable[[str, int, int], None]


def measure_disk(progress: Progress) -> Result:
    """Every table of the ledger with its indexes; receipts and the like aside. GB of 10^9 bytes."""
    messages = count_messages()
    if not messages:
        raise NothingToMeasure("There is no text to measure with yet. Fill in some: `textmeter bench data`.")
    progress("Reading the sizes", 0, 0)
    sizes = _sqlite() if connection.vendor == "sqlite" else _postgres()
    ledger = {table: size for table, size in sizes.items() if table.startswith("ledger_")}
    own_all, indexes_all = (sum(size[part] for size in ledger.values()) for part in (0, 1))
    cases = [_case(table, own, indexes, messages) for table, (own, indexes) in _biggest_first(ledger)]
    cases.append(_case("all", own_all, indexes_all, messages))
    aside = sum(own + indexes for table, (own, indexes) in sizes.items() if table not in ledger)
    facts = {
        "messages": messages,
        "gb_per_million": round((own_all + indexes_all) / messages / 1000, 3),
        "other_tables_mb": round(aside / MB, 1),
    }
    return Result("disk", facts, cases, ["MB of 2^20 bytes; BYTES A MESSAGE: of all messages alike."])


_Sizes = dict[str, tuple[int, int]]  # bytes by table: its own, and of its indexes


def _biggest_first(sizes: _Sizes) -> list[tuple[str, tuple[int, int]]]:
    return sorted(sizes.items(), key=lambda one: -sum(one[1]))


def _case(table: str, own: int, indexes: int, messages: int) -> Case:
    return {
        "case": table,
        "table_mb": round(own / MB, 2),
        "indexes_mb": round(indexes / MB, 2),
        "bytes_a_message": round((own + indexes) / messages, 2),
    }


def _sqlite() -> _Sizes:
    """The parts of the search index count as one table."""
    of = dict(fetch("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index'", []))
    sizes: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, size in fetch("SELECT name, SUM(pgsize) FROM dbstat GROUP BY name", []):
        table = of.get(name, name)
        sizes[_WORDS if table.startswith(_WORDS) else table][int(name in of)] += size
    return {table: (own, indexes) for table, (own, indexes) in sizes.items()}


def _postgres() -> _Sizes:
    rows = fetch(
        "SELECT relname, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
        [],
    )
    return {table: (own, indexes) for table, own, indexes in rows}
