"""Readers who go away in the midst of an answer."""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.installation import Installation
from textmeter.lib.kept_threads import FOR_PAGES


def test_downloads_that_are_given_up_cost_no_thread_for_good(tmp_path: Path) -> None:
    house = Installation(tmp_path)
    company = house.json("demo", "--messages", "3000", "--seed", "3")["company"]
    with house.running():
        ada = house.person("ada@example.com", "admin")
        log = f"/c/{company}/analytics/activity/text-conversations"
        for _ in range(2 * FOR_PAGES):
            with ada.http.stream("GET", f"{log}/messages.csv?range=all_time") as answer:
                assert answer.status_code == 200
                next(answer.iter_raw(100))
        assert ada.http.get(log).status_code == 200
