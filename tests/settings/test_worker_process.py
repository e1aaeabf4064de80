"""Jobs are done by the worker that `textmeter serve` starts, and taken up again by the next one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.cli.terminal import environment, served, wait_for
from tests.databases import rows_of
from textmeter.lib.sentences import from_text

ORDER = """
import django; django.setup()
from tests.scene import company, says, tracker
from textmeter.intake.jobs import order
from textmeter.intake.models import JobKind
from textmeter.intake.remove import order_removal
from textmeter.ledger.rebuild import begin_change
shop, gone = company(), company("Gone")
says(shop, tracker(shop), "+14045550112", "Hi", "2026-03-05 00:30")
says(gone, tracker(gone, "+14045550190"), "+14045550112", "Hi", "2026-03-05 00:30")
begin_change(shop, "America/Chicago")
order(JobKind.CHANGE_ZONE, by="ada@example.com", company_id=shop.id, about="America/Chicago")
order_removal(gone, by="ada@example.com")
order(JobKind.MAIL_LINK, by="ada@example.com", about="999")
"""


def test_a_worker_does_what_was_ordered(tmp_path: Path) -> None:
    around = environment(tmp_path, DJANGO_SETTINGS_MODULE="textmeter.settings")
    subprocess.run(
        [sys.executable, "-m", "textmeter", "migrate"], env=around, check=True, capture_output=True
    )
    subprocess.run([sys.executable, "-c", ORDER], env=around, check=True)
    with served(tmp_path):

        def ended() -> bool:
            return rows_of(tmp_path, "SELECT count(*) FROM intake_job WHERE ended_at IS NULL") == [(0,)]

        wait_for(ended, "the worker to do all jobs")
    jobs = rows_of(tmp_path, "SELECT kind, result, error FROM intake_job ORDER BY id")
    assert [(kind, from_text(result), from_text(error)) for kind, result, error in jobs] == [
        ("change_zone", "1 conversation moved to another day.", ""),
        ("remove_company", "Everything of it is gone. A line in Changes says who did it, and when.", ""),
        ("mail_link", "", "This person was removed meanwhile."),
    ]
    assert rows_of(tmp_path, "SELECT name, time_zone FROM accounts_company") == [
        ("Piedmont Dental", "America/Chicago")
    ]
    assert rows_of(tmp_path, "SELECT count(*) FROM ledger_message") == [(1,)]
    assert rows_of(tmp_path, "SELECT count(*) FROM ledger_rebuild") == [(0,)]
