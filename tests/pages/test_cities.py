"""Cities as people write them; files keep the carrier's own words."""

from __future__ import annotations

import pytest

from textmeter.pages.formats import city


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("ATLANTA", "Atlanta"),
        ("NEW YORK", "New York"),
        ("ST. LOUIS", "St. Louis"),
        ("WINSTON-SALEM", "Winston-Salem"),
        ("O'FALLON", "O'Fallon"),
        ("MARTHA'S VINEYARD", "Martha's Vineyard"),
        ("MONTRÉAL", "Montréal"),
        ("McDonough", "McDonough"),
        ("Atlanta", "Atlanta"),
        ("la Grange", "la Grange"),
        ("", ""),
        ("30309", "30309"),
    ],
)
def test_capitals_become_words_and_all_else_stays(raw: str, shown: str) -> None:
    assert city(raw) == shown
