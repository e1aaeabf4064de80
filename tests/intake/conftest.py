from collections.abc import Iterator

import pytest

from tests.databases import empty_tables
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
        empty_tables()
    else:
        yield


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    mark = request.node.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction"))
