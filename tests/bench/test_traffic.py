"""Pages while webhooks come in; their texts stay, so the data are of this file alone."""

from __future__ import annotations

from pathlib import Path

from tests.bench.conftest import run, run_json
from tests.databases import rows_of


def test_texts_come_in_while_pages_are_measured(tmp_path: Path) -> None:
    biggest = run_json(tmp_path, "bench", "data", "--messages", 1_000)["companies"][0]
    said = run_json(
        *(tmp_path, "bench", "pages", "--requests", 2, "--alone", "--only", "30 days"),
        *("--with-traffic", 50),
    )
    assert (said["traffic_refused"], said["traffic_answered"]) == (0, said["texts_left"])
    assert 0 < said["traffic_per_second"] <= 55
    kept = rows_of(tmp_path, f"SELECT count(*) FROM intake_receipt WHERE company_id = {biggest['id']}")
    assert kept == [(said["texts_left"],)]
    assert len(said["cases"]) == 3


def test_a_bench_that_was_killed_leaves_nothing_to_the_next_one(tmp_path: Path) -> None:
    run_json(tmp_path, "bench", "data", "--messages", 1_000)
    left = run(tmp_path, "company", "add", "Bench of intake", "--time-zone", "America/New_York")
    assert left.returncode == 0
    ((sid,),) = rows_of(tmp_path, "SELECT DISTINCT account_sid FROM intake_connection")
    ((company,),) = rows_of(tmp_path, "SELECT id FROM accounts_company WHERE name = 'Bench of intake'")
    added = run(
        *(tmp_path, "connection", "add", "--company", company, "--carrier", "twilio"),
        *("--account-sid", sid, "--secret-stdin"),
        stdin="a secret of sixteen\n",
    )
    assert added.returncode == 0, added.stderr
    run_json(tmp_path, "bench", "import", "--messages", 200)
    assert len(rows_of(tmp_path, "SELECT 1 FROM accounts_company")) == 10
