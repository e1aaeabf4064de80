"""Several batches in one transaction, which ends where somebody waits for it."""

from __future__ import annotations

import pytest

from tests.files.reading import file_of, imported
from tests.scene import company
from textmeter.accounts.models import Company
from textmeter.intake import import_csv
from textmeter.intake.import_pace import Pace
from textmeter.ledger.check import check
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import trackers_of

pytestmark = pytest.mark.django_db

FILE = file_of(*({"carrier": "telnyx", "carrier_ref": f"r{n}", "body": f"Text {n}"} for n in range(50)), {})
ROWS = 51


@pytest.fixture
def shop() -> Company:
    return company()


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Rows of each transaction that ends; three batches of ten fit into one."""
    ended: list[int] = []

    class Steady(Pace):
        def __init__(self) -> None:
            self.batch_size, self.bulk_size = 10, 30

        def took(self, rows: int, seconds: float, is_hurried: bool = False) -> None:
            assert rows <= 10

        def committed(self, rows: int, seconds: float) -> None:
            ended.append(rows)

    monkeypatch.setattr(import_csv, "Pace", Steady)
    return ended


def test_a_transaction_goes_on_while_nobody_waits(shop: Company, transactions: list[int]) -> None:
    assert imported(shop, FILE).added == ROWS
    assert transactions == [30, 21]
    assert check(shop.id) == []


def test_it_ends_where_somebody_waits_and_the_rest_comes_next(
    shop: Company, transactions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([False, True, False, False, True, False])
    monkeypatch.setattr(import_csv, "is_awaited", lambda: next(looks))
    assert imported(shop, FILE).added == ROWS
    assert transactions == [20, 10, 20, 1]
    assert fetch("SELECT count(*) FROM ledger_message", []) == [(ROWS,)]
    assert check(shop.id) == []


def test_a_trial_of_several_batches_leaves_nothing(shop: Company, transactions: list[int]) -> None:
    report = imported(shop, FILE, dry_run=True)
    assert (report.added, report.refused, transactions) == (ROWS, [], [30, 21])
    assert (fetch("SELECT 1 FROM ledger_message", []), trackers_of(shop.id)) == ([], [])
