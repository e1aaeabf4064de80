"""Whether marks and search indexes are right, found out by a process of its own beside a rebuild.

It takes as long as the rest of the rebuild and is mostly Python's too, which does one thing at a time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from textmeter.ledger.statements import fetch
from textmeter.lib.parent import when_parent_ends

WORTH_A_PROCESS = 50_000  # messages; fewer are compared sooner than a process has started
_RIGHT, _WRONG = 0, 3  # exit codes; any other: it couldn't tell


@contextmanager
def compared_beside(company_id: int) -> Iterator[Callable[[], bool]]:
    """Gives a function that waits for the answer: True when marks and search indexes were right at some
    moment since; False when they weren't, or it wasn't worth a process, or that one failed. What was right
    stays so: whoever changes a message changes its words with it. Left early, the process ends."""
    if _messages(company_id) < WORTH_A_PROCESS or connection.in_atomic_block:
        yield lambda: False
        return
    command = [sys.executable, "-m", __name__, str(company_id)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as process:  # noqa: S603
        try:
            yield lambda: process.wait() == _RIGHT
        finally:
            process.kill()


def _messages(company_id: int) -> int:
    """As the volume has it, which a rebuild may be about to mend: near enough."""
    sql = "SELECT COALESCE(SUM(inbound + outbound), 0) FROM ledger_volume_hour WHERE company_id = %s"
    return int(fetch(sql, [company_id])[0][0])


def _compare(company_id: int) -> bool:
    from textmeter.ledger.moment import one_moment
    from textmeter.ledger.parts_check import wrong_parts
    from textmeter.ledger.ref_check import marks_are_right
    from textmeter.ledger.search_check import words_are_right

    with one_moment():
        return marks_are_right(company_id) and words_are_right(company_id) and not wrong_parts(company_id)


def _main(company_id: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "textmeter.settings")
    django.setup()
    when_parent_ends(lambda: os._exit(1))
    sys.exit(_RIGHT if _compare(company_id) else _WRONG)


if __name__ == "__main__":
    _main(int(sys.argv[1]))
