"""A rebuild that was broken off is taken up again: at the worker's start, after its process has died, after
the database was away."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction

from tests.cli.terminal import wait_for
from tests.scene import at_ms, company, says, tracker
from textmeter.accounts.models import Company
from textmeter.intake import unfinished
from textmeter.ledger import tracker_acts
from textmeter.ledger.check import check
from textmeter.ledger.corrected import hand_over_of
from textmeter.ledger.rebuild import mark_for_rebuild
from textmeter.ledger.rebuild import unfinished as marks
from textmeter.ledger.statements import run
from textmeter.ledger.trackers import trackers_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setattr(unfinished, "LOOK", 0.05)
    shop = company()
    says(shop, tracker(shop), "+17705550101", "Hi", at="2026-03-04 09:00")
    return shop


def break_off(shop: Company) -> None:
    with transaction.atomic():
        mark_for_rebuild(shop.id)
        run("DELETE FROM ledger_conversation WHERE company_id = %s", [shop.id])


def beside_the_worker(meanwhile: Callable[[], None]) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=unfinished.finish_rebuilds, args=[stop])
    thread.start()
    try:
        meanwhile()
        wait_for(lambda: marks() == [], "the rebuild's end")
        wait_for(lambda: check() == [], "everything to be right")
    finally:
        stop.set()
        thread.join()


def test_at_the_start(shop: Company) -> None:
    break_off(shop)
    beside_the_worker(lambda: None)


def test_a_hand_over_that_was_taken_back_ends_once_all_has_come_back(shop: Company) -> None:
    (line,) = trackers_of(shop.id)
    tracker(shop, line.number, "Newer", owns_from=at_ms(shop, "2026-03-04 08:00"))
    found = hand_over_of(line)
    assert found
    assert not tracker_acts.undo(shop, line.id, "ada@example.com", found, goes_on=False)
    beside_the_worker(lambda: wait_for(lambda: trackers_of(shop.id) == [line], "the newer one to go"))


def test_one_whose_process_died_while_the_worker_lived(
    shop: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = threading.Semaphore(0)
    real = unfinished.unfinished

    def look() -> list[tuple[int, str, int]]:
        found = real()
        looks.release()
        return found

    def die() -> None:
        for _ in range(2):  # the first look finds nothing
            assert looks.acquire(timeout=20)
        break_off(shop)

    monkeypatch.setattr(unfinished, "unfinished", look)
    beside_the_worker(die)


def test_after_the_database_was_away(
    shop: Company, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real, troubles = unfinished.rebuild, 2

    def rebuild(owner: Company) -> int:
        nonlocal troubles
        troubles -= 1
        if troubles >= 0:
            raise OperationalError("the connection is closed\nand more")
        return real(owner)

    monkeypatch.setattr(unfinished, "rebuild", rebuild)
    break_off(shop)
    beside_the_worker(lambda: None)
    assert "An interrupted rebuild waits: OperationalError: the connection is closed\n" in caplog.text
    connection.close()
