"""DuckDB over the same rows: the other thing that people would reach for. It is no part of the product."""

from __future__ import annotations

import csv
import importlib.util
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from textmeter.reports.statements import Sql, stream

HOW_TO_GET_IT = (
    "DuckDB is missing, so nothing is compared with it. To have it:"
    " .venv/bin/pip install -r requirements/dev.txt"
)
_COLUMNS = {
    "company_id": "INTEGER",
    "id": "BIGINT",
    "customer_id": "BIGINT",
    "tracker_id": "BIGINT",
    "direction": "TINYINT",
    "sent_at": "BIGINT",
    "local_date": "INTEGER",
    "local_hour": "TINYINT",
    "status": "SMALLINT",
    "body": "VARCHAR",
    "agent": "VARCHAR",
}


def is_there() -> bool:
    return importlib.util.find_spec("duckdb") is not None


class Duck:
    """A company's messages as DuckDB's table ledger_message."""

    def __init__(self, database: Any) -> None:
        self._database = database

    def run(self, statements: Sequence[Sql]) -> None:
        """Runs them and takes in every row."""
        for one in statements:
            self._database.execute(one.text.replace("%s", "?"), list(one.params)).fetchall()

    def write_csv(self, sql: Sql, path: Path) -> None:
        """Writes the statement's rows to a file by DuckDB's own COPY."""
        text = f"COPY ({sql.text.replace('%s', '?')}) TO '{path}' (HEADER, DELIMITER ',')"
        self._database.execute(text, list(sql.params))


@contextmanager
def duck_of(company_id: int) -> Iterator[Duck]:
    """The company's messages in a DuckDB file, gone at the end."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="textmeter-duck-") as folder:
        rows = Path(folder) / "rows.csv"
        with rows.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            sql = Sql(
                f"SELECT {', '.join(_COLUMNS)} FROM ledger_message WHERE company_id = %s", (company_id,)
            )
            for some in stream(sql, 10_000):
                writer.writerows(some)
        database = duckdb.connect(str(Path(folder) / "rows.duckdb"))
        try:
            columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
            database.execute(f"CREATE TABLE ledger_message ({columns})")
            database.execute(f"COPY ledger_message FROM '{rows}' (HEADER false, DELIMITER ',')")
            rows.unlink()
            yield Duck(database)
        finally:
            database.close()
