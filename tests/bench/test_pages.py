"""`bench pages`: a real server on small data, and what is printed of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.bench.conftest import run, run_json
from tests.databases import rows_of as rows

KEYS = {
    *("case", "bytes", "count", "p50_ms", "p95_ms", "p99_ms", "most_ms", "floor_p50_ms", "floor_p95_ms"),
    *("plain_sql_p50_ms", "duckdb_p50_ms", "over_floor", "plain_sql_over_page", "duckdb_over_page"),
    "p95_over_other_run",
}
COMMON = {"bench", "machine", "cases", "notes"}


@pytest.fixture(scope="module")
def measured(filled: tuple[Path, Any]) -> Any:
    return run_json(filled[0], "bench", "pages", "--requests", 2)


def test_every_page_of_the_list_is_measured(measured: Any, filled: tuple[Path, Any]) -> None:
    assert measured.keys() == COMMON | {"company", "messages"}
    assert measured["bench"] == "pages"
    biggest = filled[1]["companies"][0]
    assert (measured["company"], measured["messages"]) == (biggest["id"], biggest["messages"])
    assert [re.sub(r"page \d+", "page N", one["case"]) for one in measured["cases"]] == [
        *("30 days", "30 days, 1 number", "30 days, 3 numbers"),
        *("12 months", "12 months, 1 number", "12 months, 3 numbers", "12 months, page N"),
        "timeline of the busiest customer",
        *("12 months, rare word", "12 months, medium word", "12 months, common word"),
    ]
    for one in measured["cases"]:
        assert one.keys() == KEYS
        assert [key for key in KEYS if one[key] is None] == ["p95_over_other_run"]
        assert min(one["p50_ms"], one["floor_p50_ms"], one["plain_sql_p50_ms"], one["duckdb_p50_ms"]) > 0
        assert one["bytes"] > 5_000


def test_what_it_was_measured_on_is_said(measured: Any) -> None:
    machine = measured["machine"]
    assert machine.keys() == {
        *("textmeter", "cores", "cpu", "memory_gb", "load_before", "system", "python", "database")
    }
    assert machine["cores"] >= 1
    assert machine["database"].startswith(("SQLite 3", "PostgreSQL"))


def test_it_leaves_nobody_behind(measured: Any, filled: tuple[Path, Any]) -> None:
    assert measured
    assert rows(filled[0], "SELECT count(*) FROM accounts_user") == [(0,)]
    assert rows(filled[0], "SELECT count(*) FROM django_session") == [(0,)]
    assert not (filled[0] / "serve.json").exists()


def test_a_former_run_is_divided_by(measured: Any, filled: tuple[Path, Any], tmp_path: Path) -> None:
    former = tmp_path / "former.json"
    former.write_text(json.dumps(measured))
    again = run_json(
        *(filled[0], "bench", "pages", "--requests", 1, "--only", "timeline", "--alone"),
        *("--compare-with", former),
    )
    (page,) = again["cases"]
    (before,) = [one for one in measured["cases"] if one["case"] == page["case"]]
    assert page["p95_over_other_run"] == pytest.approx(page["p95_ms"] / before["p95_ms"], rel=0.02, abs=0.01)
    assert (page["plain_sql_p50_ms"], page["duckdb_p50_ms"]) == (None, None)


def test_people_get_a_table(filled: tuple[Path, Any]) -> None:
    ran = run(filled[0], "bench", "pages", "--requests", 1, "--only", "timeline", "--alone")
    assert ran.returncode == 0, ran.stderr
    first, heads, page, last = ran.stdout.splitlines()
    assert first.startswith("pages: company ")
    assert heads.split()[:4] == ["CASE", "BYTES", "COUNT", "P50"]
    assert page.startswith("timeline of the busiest customer  ")
    assert last == "Times in ms."


def test_what_can_not_be_measured_is_said_plainly(filled: tuple[Path, Any], tmp_path: Path) -> None:
    assert run(tmp_path, "bench", "pages").stderr == (
        "textmeter: There is no text to measure with yet. Fill in some: `textmeter bench data`.\n"
    )
    assert run(filled[0], "bench", "pages", "--only", "nonsense").stderr == (
        "textmeter: No page's name holds 'nonsense'.\n"
    )
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"bench": "disk"}')
    ran = run(filled[0], "bench", "pages", "--compare-with", wrong)
    assert ran.returncode == 2
    assert ran.stderr == (
        f"textmeter: {wrong} is not what `textmeter bench pages --json` or `textmeter bench all --json`"
        " prints.\n"
    )
