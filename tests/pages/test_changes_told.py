"""A line of Changes: times and numbers as people read them, names as they are."""

from __future__ import annotations

import pytest

from textmeter.pages.formats import told


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Called +14045550180", "Called (404) 555-0180"),
        ("Imported “+14045550180.csv” again", "Imported “<bdi>+14045550180.csv</bdi>” again"),
        ("“2026-03-04 09:30” and +14045550180", "“<bdi>2026-03-04 09:30</bdi>” and (404) 555-0180"),
        ("“<b>” & <i>", "“<bdi>&lt;b&gt;</bdi>” &amp; &lt;i&gt;"),
        ("“a” “b” c”", "“<bdi>a</bdi>” “<bdi>b</bdi>” c”"),
        ("", ""),
    ],
)
def test_what_stands_in_quotes_stays_as_it_is(line: str, shown: str) -> None:
    assert told(line) == shown
