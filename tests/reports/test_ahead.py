"""The next part is read while the last one is worked at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.db import transaction

from tests import scene
from tests.databases import only_sqlite
from tests.reports.asking import chosen
from textmeter.reports import conversation_lines as lines_module
from textmeter.reports.ahead import ahead
from textmeter.reports.conversation_lines import conversation_lines
from textmeter.reports.side_by_side import side_by_side
from textmeter.reports.statements import Sql, fetch_one

pytestmark = pytest.mark.django_db(transaction=True)


def reading(parts: int, read: list[int]) -> Iterator[int]:
    """Parts, each the thread that reads it, noted as they are read."""
    for _ in range(parts):
        fetch_one(Sql("SELECT 1"))
        read.append(threading.get_ident())
        yield read[-1]


def test_each_part_is_read_on_one_thread_of_its_own() -> None:
    assert len(set(ahead(lambda: reading(4, [])))) == 1
    assert set(ahead(lambda: reading(4, []))) != {threading.get_ident()}


def test_one_part_is_read_ahead_and_no_more() -> None:
    read: list[int] = []
    begun = threading.Event()

    def parts() -> Iterator[int]:
        yield 1
        begun.set()
        yield from reading(5, read)

    with closing(ahead(parts)) as coming:  # type: ignore[type-var]
        assert next(coming) == 1
        assert begun.wait(10), "the second, although nobody asked for it"
        next(coming)
    assert len(read) <= 2


def test_an_open_transaction_counts_and_so_does_another_pair_of_reads() -> None:
    mine = threading.get_ident()
    with transaction.atomic():
        assert list(ahead(lambda: reading(2, []))) == [mine, mine]
    inner, _ = side_by_side(lambda: list(ahead(lambda: reading(2, []))), lambda: None)
    assert inner == [mine, mine]


def test_an_error_is_raised_and_the_next_reading_goes_well() -> None:
    def wrong() -> Iterator[int]:
        yield 1
        fetch_one(Sql("SELECT no_such_column FROM ledger_message"))

    with pytest.raises(Exception, match="no_such_column"):
        list(ahead(wrong))
    assert set(ahead(lambda: reading(2, []))) != {threading.get_ident()}


@only_sqlite  # one statement elsewhere, on the one connection
def test_a_text_that_comes_meanwhile_is_not_in_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither are its counts: the file is as of the moment when it began."""
    shop = scene.company()
    line = scene.tracker(shop)
    for n in range(6):
        scene.says(shop, line, f"+1770555010{n}", "Hello", f"2026-03-04 09:0{n}")
    monkeypatch.setattr(lines_module, "ROWS_A_PART", 2)
    flt = chosen(shop, "range=all_time&sort=latest")
    lines = conversation_lines(flt)
    first = next(lines)
    scene.says(shop, line, "+17705550105", "And one more", "2026-03-04 09:30")
    scene.says(shop, line, "+17705550199", "New", "2026-03-04 09:31")
    assert [each.total for each in (first, *lines)] == [1] * 6
    assert [each.total for each in conversation_lines(flt)] == [1, 1, 1, 1, 1, 2, 1]
