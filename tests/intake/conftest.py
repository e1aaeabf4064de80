from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from textmeter.intake import bad_signatures, known, receipts


@pytest.fixture(autouse=True)
def _fresh_intake(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing of the test before is remembered, the writer's connection is closed after, and tables
    that Django doesn't know as models are emptied."""
    known.forget()
    bad_signatures.forget()
    if "transactional_db" in request.fixturenames or _is_transactional(request):
        request.getfixturevalue("transactional_db")
        yield
        receipts.stop()
        _empty()
    else:
        yield


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    mark = request.node.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction"))


def _empty() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_message_words (ledger_message_words) VALUES ('delete-all')")
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in cursor.fetchall():
            if table.startswith(("ledger_", "intake_")) and "ledger_message_words" not in table:
                cursor.execute(f"DELETE FROM {table}")
