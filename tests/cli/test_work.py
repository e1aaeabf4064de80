"""`textmeter work`: it says what it works on, and ends when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.terminal import environment, free_port
from tests.databases import SERVER


@contextmanager
def started(folder: Path, *command: str, **around: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "textmeter", *command],
        env=environment(folder, **around),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_it_says_what_it_works_on(tmp_path: Path) -> None:
    with started(tmp_path, "work") as worker:
        place = "the database " if SERVER else f"{tmp_path}/textmeter.sqlite3"
        line = first_line(worker)
        assert line.startswith(f"The worker is at work on {place}")
        assert line.endswith(". Ctrl-C ends it.\n")
        if not SERVER:  # on PostgreSQL there may be any number
            with started(tmp_path, "work") as second:
                said = second.communicate(timeout=30)
                assert (second.returncode, said[0], said[1].count("\n")) == (1, "", 1)
        worker.send_signal(signal.SIGINT)
        assert worker.communicate(timeout=20) == ("", "")
        assert worker.returncode == 0


ADD = """
from textmeter.cli.ground import see_that_it_is_up_to_date, set_up_django
set_up_django()
see_that_it_is_up_to_date()
from textmeter.accounts.models import Company
from textmeter.intake.connections import add_connection
shop = Company.objects.create(name="Piedmont Dental", time_zone="America/New_York")
add_connection(shop, account_sid="AC" + "1" * 32, secret="theirs")
"""


def test_both_say_where_another_machines_key_closed_the_secrets(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", ADD], env=environment(tmp_path, TEXTMETER_SECRET_KEY="theirs"), check=True
    )
    for command in (["work"], ["serve", "--no-worker", "--port", str(free_port())]):
        with started(tmp_path, *command) as process:
            assert first_line(process)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=20)
            assert said.startswith("textmeter: One connection’s secret can’t be opened with this")
            assert "TEXTMETER_SECRET_KEY" in said
            assert said.count("\n") == 1
