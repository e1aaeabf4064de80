"""The other measurements, each once on small data: what they print, and that they leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bench.conftest import run, run_json
from tests.bench.test_pages import COMMON
from tests.databases import rows_of

TIMES = {"count", "p50_ms", "p95_ms", "p99_ms", "most_ms"}


@pytest.fixture
def data(filled: tuple[Path, Any]) -> Path:
    return filled[0]


@pytest.fixture
def biggest(filled: tuple[Path, Any]) -> dict[str, Any]:
    company: dict[str, Any] = filled[1]["companies"][0]
    return company


@pytest.fixture(autouse=True)
def _nothing_is_left(data: Path) -> Iterator[None]:
    """Neither companies nor their texts, nor people, nor tables."""

    def standing() -> list[Any]:
        return [
            rows_of(data, "SELECT id, name FROM accounts_company ORDER BY id"),
            rows_of(data, "SELECT company_id, count(*) FROM ledger_message GROUP BY company_id ORDER BY 1"),
            rows_of(data, "SELECT count(*) FROM ledger_number_owner"),
            rows_of(data, "SELECT count(*) FROM intake_receipt"),
            rows_of(data, "SELECT count(*) FROM intake_connection"),
            rows_of(data, "SELECT count(*) FROM accounts_user"),
        ]

    before = standing()
    yield
    assert standing() == before
    with pytest.raises(Exception, match="textmeter_bench_floor"):
        rows_of(data, "SELECT 1 FROM textmeter_bench_floor")


def test_search(data: Path, biggest: dict[str, Any]) -> None:
    said = run_json(data, "bench", "search", "--times", 1)
    assert said.keys() == COMMON | {"company", "messages"}
    assert (said["company"], said["messages"]) == (biggest["id"], biggest["messages"])
    assert [one["case"] for one in said["cases"]] == [
        *("rare word", "medium word", "common word", "common and medium word", "common and rare word"),
        *("beginning of a common word", "name of a customer", "number of a customer"),
        "word that no text has",
    ]
    for one in said["cases"]:
        assert one.keys() == TIMES | {
            *("case", "graph_and_figures_p50_ms", "graph_and_figures_p95_ms", "floor_p50_ms", "over_floor")
        }


def test_disk(data: Path, filled: tuple[Path, Any]) -> None:
    said = run_json(data, "bench", "disk")
    assert said.keys() == COMMON | {"messages", "gb_per_million", "other_tables_mb"}
    assert said["messages"] == filled[1]["messages"]
    tables = {one["case"]: one for one in said["cases"]}
    assert {"ledger_message", "ledger_message_words", "ledger_conversation", "all"} <= tables.keys()
    assert not any(name.startswith("intake_") for name in tables)
    for one in tables.values():
        assert one.keys() == {"case", "table_mb", "indexes_mb", "bytes_a_message"}
    everything = tables.pop("all")
    parts = sum(one["table_mb"] + one["indexes_mb"] for one in tables.values())
    assert everything["table_mb"] + everything["indexes_mb"] == pytest.approx(parts, abs=0.2)
    assert said["gb_per_million"] == pytest.approx(parts * (1 << 20) / said["messages"] / 1000, rel=0.05)


def test_memory(data: Path) -> None:
    said = run_json(data, "bench", "memory")
    assert said.keys() == COMMON | {"processes"}
    roles = [one["case"] for one in said["cases"]]
    assert {"main", "serving", "worker", "all"} <= set(roles)
    *each, everything = said["cases"]
    assert everything["pss_mb"] == pytest.approx(sum(one["pss_mb"] for one in each), abs=1)
    assert all(0 < one["uss_mb"] <= one["pss_mb"] <= one["rss_mb"] for one in each)


def test_export(data: Path, filled: tuple[Path, Any]) -> None:
    company = filled[1]["companies"][0]["id"]
    said = run_json(data, "bench", "export", "--days", 100)
    assert said.keys() == COMMON | {"company"}
    conversations, messages = said["cases"]
    assert (conversations["case"], messages["case"]) == ("conversations of all time", "messages of 100 days")
    rows = rows_of(data, f"SELECT count(*) FROM ledger_conversation WHERE company_id = {company}")
    assert [(conversations["rows"],)] == rows
    for one in said["cases"]:
        assert one.keys() == {
            *("case", "rows", "mb", "seconds", "rows_per_second", "memory_above_idle_mb"),
            *("floor_rows_per_second", "duckdb_rows_per_second", "over_floor", "duckdb_over_export"),
        }
        assert one["rows"] > 100
        assert min(one["mb"], one["rows_per_second"], one["floor_rows_per_second"]) > 0


def test_import(data: Path) -> None:
    said = run_json(data, "bench", "import", "--messages", 500)
    (one,) = said["cases"]
    assert one.keys() == {
        *("case", "messages", "added", "refused", "mb", "seconds", "messages_per_second"),
        *("peak_memory_mb", "floor_per_second", "over_floor"),
    }
    assert one["messages"] == one["added"] == pytest.approx(500, rel=0.3)
    assert one["refused"] == 0


def test_rebuild(data: Path, biggest: dict[str, Any], filled: tuple[Path, Any]) -> None:
    said = run_json(data, "bench", "rebuild")
    (one,) = said["cases"]
    assert one.keys() == {
        *("case", "messages", "seconds", "messages_per_second", "floor_seconds", "over_floor")
    }
    assert (one["case"], one["messages"]) == ("Bench 01", biggest["messages"])
    smallest = filled[1]["companies"][-1]["id"]
    chosen = run_json(data, "bench", "rebuild", "--company", smallest)
    assert [each["case"] for each in chosen["cases"]] == ["Bench 10"]
    assert run(data, "bench", "rebuild", "--company", smallest, "--everyone").returncode == 2


def test_intake(data: Path) -> None:
    said = run_json(data, "bench", "intake", "--seconds", 1, "--connections", 8, "--rate", 20)
    assert said.keys() == COMMON | {"connections", "seconds"}
    fastest, steady = said["cases"]
    for one in said["cases"]:
        assert one.keys() == TIMES | {
            *("case", "answered_per_second", "refused", "behind_p50_s", "behind_most_s", "drained_after_s"),
            *("floor_per_second", "over_floor"),
        }
        assert one["refused"] == 0
        assert one["behind_p50_s"] is not None
        assert one["drained_after_s"] is not None
    assert (fastest["case"], steady["case"]) == ("as fast as it goes", "20 a second")
    assert 1 <= steady["count"] <= 30


def test_all_prints_every_bench_as_one(data: Path) -> None:
    said = run_json(data, "bench", "all", "--requests", 1, "--seconds", 0.5, "--messages", 300)
    assert said.keys() == {"machine", "benches"}
    assert list(said["benches"]) == [
        *("disk", "memory", "pages", "search", "export", "rebuild", "import", "intake")
    ]
    assert all(bench["cases"] for bench in said["benches"].values())
