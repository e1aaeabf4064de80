"""`bench data`: rows as `record` would have left them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.bench.conftest import run, run_json
from tests.databases import rows_of as rows


def test_everything_derived_is_right(filled: tuple[Path, Any]) -> None:
    assert run_json(filled[0], "check") == {"differences": []}


def test_what_is_derived_again_is_the_same(filled: tuple[Path, Any]) -> None:
    """Also where `check` doesn't look: what a customer's standing is carried on by."""
    data = filled[0]
    tables = {
        "ledger_customer": "company_id, id",
        "ledger_conversation": "company_id, customer_id, local_date",
        "ledger_conversation_tracker": "company_id, customer_id, local_date, tracker_id",
        "ledger_volume_hour": "company_id, local_date, local_hour",
        "ledger_volume_tracker": "company_id, local_date, tracker_id",
        "ledger_opt_out": "company_id, customer_id, message_id",
        "ledger_conversation_count": "company_id, tracker_id, local_date, kind, bucket",
        "ledger_customer_tracker": "company_id, customer_id, tracker_id",
        "ledger_new_customer": "company_id, local_date",
    }
    before = {table: rows(data, f"SELECT * FROM {table} ORDER BY {key}") for table, key in tables.items()}
    run_json(data, "rebuild")
    assert {
        table: rows(data, f"SELECT * FROM {table} ORDER BY {key}") for table, key in tables.items()
    } == before


def test_it_is_shaped_like_a_real_installation(filled: tuple[Path, Any]) -> None:
    data, said = filled
    sizes = dict(rows(data, "SELECT company_id, count(*) FROM ledger_message GROUP BY company_id"))
    assert {int(one["id"]): one["messages"] for one in said["companies"]} == sizes
    assert said["messages"] == sum(sizes.values()) == pytest.approx(20_000, rel=0.1)
    assert max(sizes.values()) == pytest.approx(said["messages"] / 2, rel=0.1)
    assert said["companies"][0]["messages"] == max(sizes.values())
    assert len(rows(data, "SELECT 1 FROM ledger_tracker")) == 200
    assert said["messages"] / said["conversations"] == pytest.approx(6, abs=1)
    for column, table, least in (
        ("direction", "ledger_message", 2),
        ("status", "ledger_message", 4),
        ("outcome", "ledger_call", 2),
        ("opted_in", "ledger_opt_out", 1),
        ("automatic", "ledger_message", 2),
        ("local_hour", "ledger_message", 20),
        ("agent", "ledger_message", 4),
    ):
        assert len(rows(data, f"SELECT DISTINCT {column} FROM {table}")) >= least, column
    assert rows(data, "SELECT 1 FROM ledger_message WHERE body LIKE '%order %' LIMIT 1")
    assert rows(data, "SELECT count(*) FROM ledger_conversation_tracker") > [(said["conversations"],)]


def test_ids_rise_with_time(filled: tuple[Path, Any]) -> None:
    by_id = rows(filled[0], "SELECT company_id, sent_at FROM ledger_message ORDER BY company_id, id")
    assert by_id == sorted(by_id)


def test_the_same_seed_gives_the_same_texts_and_another_one_others(tmp_path: Path) -> None:
    texts = "SELECT sent_at / 86400000, carrier_ref, body FROM ledger_message ORDER BY carrier_ref"
    run_json(tmp_path, "bench", "data", "--messages", 1_000)
    first = rows(tmp_path, texts)
    again = run_json(tmp_path, "bench", "data", "--messages", 1_000)
    assert rows(tmp_path, texts) == first
    assert again["messages"] == len(first)
    assert rows(tmp_path, "SELECT count(*) FROM accounts_company") == [(10,)]
    run_json(tmp_path, "bench", "data", "--messages", 1_000, "--seed", 2)
    assert rows(tmp_path, texts) != first
    assert run_json(tmp_path, "check") == {"differences": []}


def test_it_leaves_an_installation_with_other_companies_alone(tmp_path: Path) -> None:
    assert (
        run(tmp_path, "company", "add", "Piedmont Dental", "--time-zone", "America/New_York").returncode == 0
    )
    ran = run(tmp_path, "bench", "data", "--messages", 1_000)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        "textmeter: This installation holds 1 other company. The bench fills only an empty one: name another"
        " with TEXTMETER_DATA_DIR, such as TEXTMETER_DATA_DIR=data/bench.\n"
    )
    assert rows(tmp_path, "SELECT name FROM accounts_company") == [("Piedmont Dental",)]
