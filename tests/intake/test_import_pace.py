"""How many rows an import writes at a time: as many as others can wait for."""

from __future__ import annotations

from tests.databases import only_sqlite
from textmeter.intake.import_pace import LARGEST_BATCH, SMALLEST_BATCH, Pace

pytestmark = only_sqlite  # on PostgreSQL nobody waits behind an import


def test_batches_grow_to_what_fits_and_shrink_where_somebody_waits() -> None:
    pace = Pace()
    sizes = []
    for is_hurried in (False, False, False, True, True, False):
        sizes.append(pace.batch_size)
        pace.took(pace.batch_size, pace.batch_size * 0.0001, is_hurried)  # 10,000 rows a second
    assert sizes == [200, 400, 400, 400, 300, 300]
    assert pace.batch_size == 400


def test_transactions_grow_to_what_is_committed_soon() -> None:
    pace = Pace()
    sizes = []
    for _ in range(5):
        pace.took(200, 0.04)
        sizes.append(pace.bulk_size)
        pace.committed(pace.bulk_size, pace.bulk_size * 0.00002)  # 50,000 rows a second
    assert sizes == [200, 400, 800, 1600, 2000]
    pace.committed(2000, 9.0)
    assert pace.bulk_size == pace.batch_size == 200


def test_none_is_smaller_or_larger_than_pays() -> None:
    pace = Pace()
    pace.took(200, 9.0, is_hurried=True)
    assert pace.batch_size == SMALLEST_BATCH
    for _ in range(9):
        pace.took(pace.batch_size, 0.0001)
        pace.committed(pace.batch_size, 0.0001)
    assert pace.batch_size == pace.bulk_size == LARGEST_BATCH
