"""Worker processes on the tests' own database: as many as it allows, on PostgreSQL three."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.cli.terminal import wait_for
from tests.databases import SERVER
from tests.faults.rounds import either
from textmeter.intake.bell import workers as listening
from textmeter.intake.worker import is_running
from textmeter.ledger.statements import fetch

AS_MANY_AS_IT_ALLOWS = 3 if SERVER else 1


def own_environment() -> dict[str, str]:
    """For a process that is to work on the tests' own database."""
    name = str(connection.settings_dict["NAME"])
    url = f"{SERVER.rpartition('/')[0]}/{name}" if SERVER else f"sqlite:///{name}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "textmeter.settings",
        "TEXTMETER_DATA_DIR": str(settings.DATA_DIR),
        "TEXTMETER_DATABASE_URL": url,
    }


@contextmanager
def at_work(log: Path) -> Iterator[None]:
    """`textmeter work`, so many times; they end in good order with the block."""
    with log.open("a") as said:
        processes = [
            subprocess.Popen([sys.executable, "-m", "textmeter", "work"], env=own_environment(), stderr=said)
            for _ in range(AS_MANY_AS_IT_ALLOWS)
        ]
        try:
            wait_for(_are_there, "the workers")
            yield
        finally:
            for one in processes:
                one.terminate()
            codes = [one.wait(20) for one in processes]
    assert codes == [0] * len(processes)


def _are_there() -> bool:
    return listening() == AS_MANY_AS_IT_ALLOWS if SERVER else is_running()


def settled(within: float = either(60, 900)) -> None:
    """Returns once no receipt waits."""
    wait_for(
        lambda: fetch("SELECT count(*) FROM intake_receipt WHERE state = 0", []) == [(0,)],
        "every receipt to be settled",
        within,
    )
