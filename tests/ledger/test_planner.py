"""What PostgreSQL believes of a company that grows faster than it looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.databases import only_postgres
from tests.scene import company, says, tracker
from textmeter.accounts.models import Company
from textmeter.ledger import planner
from textmeter.ledger.planner import Growth, believed_rows
from textmeter.ledger.statements import run

pytestmark = [only_postgres, pytest.mark.django_db]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Statements that make statistics."""
    said: list[str] = []

    def seen(sql: str, params: Any) -> int:
        said.append(sql)
        return run(sql, params)

    monkeypatch.setattr(planner, "run", seen)
    return said


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Company]:
    """A company with so many texts, of which PostgreSQL hasn't heard."""
    monkeypatch.setattr(planner, "FIRST_LOOK", 10)
    run("ANALYZE ledger_message", [])

    def in_one_company(texts: int) -> Company:
        shop = company()
        line = tracker(shop)
        for minute in range(texts):
            says(shop, line, "+14045550112", "Hi", at=f"2026-03-04 09:{minute:02d}")
        return shop

    return in_one_company


def test_it_is_told_once_much_was_added_that_it_does_not_know(
    say: Callable[[int], Company], made: list[str]
) -> None:
    shop = say(40)
    growth = Growth(shop.id, "ledger_message")
    growth.grew(9)
    assert made == []
    growth.grew(31)
    assert believed_rows("ledger_message", shop.id) == 40
    assert len(made) == 1
    growth.grew(40)
    assert len(made) == 1


def test_it_is_left_alone_where_it_knows_much_more(say: Callable[[int], Company], made: list[str]) -> None:
    shop = say(45)
    run("ANALYZE ledger_message", [])
    growth = Growth(shop.id, "ledger_message")
    growth.grew(11)
    assert made == []
    growth.grew(33)
    assert len(made) == 1
