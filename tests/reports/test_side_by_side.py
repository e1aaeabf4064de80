"""Two reads at a time."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from tests import scene
from tests.reports.asking import chosen
from textmeter.ledger.moment import one_moment
from textmeter.reports import volume
from textmeter.reports.figures import graph_and_figures
from textmeter.reports.found import Found, found
from textmeter.reports.side_by_side import side_by_side
from textmeter.reports.statements import Sql, fetch_one

pytestmark = pytest.mark.django_db(transaction=True)


def where() -> tuple[int, int]:
    """The thread that asks, and its connection."""
    fetch_one(Sql("SELECT 1"))
    return threading.get_ident(), id(connection.connection)


def test_the_second_has_a_thread_and_a_connection_of_its_own() -> None:
    met = threading.Barrier(2, timeout=10)

    def both() -> tuple[int, int]:
        met.wait()
        return where()

    first, second = side_by_side(both, both)
    assert first == where()
    assert second[0] != first[0]
    assert second[1] != first[1]


def test_an_open_transaction_counts_for_both() -> None:
    with transaction.atomic():
        assert side_by_side(where, where) == (where(), where())
    with one_moment():
        assert side_by_side(where, where) == (where(), where())


def test_a_pair_beside_another_is_read_one_after_the_other() -> None:
    inner: list[tuple[tuple[int, int], tuple[int, int]]] = []
    side_by_side(lambda: inner.append(side_by_side(where, where)), where)
    assert inner == [(where(), where())]


@pytest.mark.parametrize("fails", ["first", "second"])
def test_an_error_of_either_is_raised_and_the_next_pair_goes_well(fails: str) -> None:
    ended = []

    def wrong() -> None:
        fetch_one(Sql("SELECT no_such_column FROM ledger_message"))

    def right() -> None:
        ended.append(where())

    with pytest.raises(Exception, match="no_such_column"):
        side_by_side(*((wrong, right) if fails == "first" else (right, wrong)))
    assert len(ended) == 1, "the other one ends"
    first, second = side_by_side(where, where)
    assert first != second


def test_figures_of_a_word_that_many_texts_have(monkeypatch: pytest.MonkeyPatch) -> None:
    shop, other = scene.company(), scene.company("Other")
    for each in (shop, other):
        line = scene.tracker(each, "+14045550180" if each is shop else "+14045550190")
        for day in ("2026-02-27", "2026-03-03", "2026-03-04"):
            scene.says(each, line, "+17705550112", "crown please", f"{day} 09:00")
    flt = chosen(shop, "q=crown&start=2026-03-01&end=2026-03-04&compare=previous")
    alone = graph_and_figures(flt)
    threads = []

    def noted(*args: Any, **more: Any) -> Found:
        threads.append(threading.get_ident())
        return found(*args, **more)

    monkeypatch.setattr(volume, "are_few", lambda *_: False)
    monkeypatch.setattr(volume, "found", noted)
    assert graph_and_figures(flt) == alone
    assert (alone[0].inbound, alone[0].previous) == (2, (1, 0))
    assert len(set(threads)) == 2
