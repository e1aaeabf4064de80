"""Which machines only their own network reaches."""

from __future__ import annotations

import pytest

from textmeter.lib.hosts import host_of, is_private


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("texts.example.com", False),
        ("8.8.8.8", False),
        ("127.0.0.1", True),
        ("192.168.1.20", True),
        ("::1", True),
        ("localhost", True),
        ("office.local", True),
        ("machine", True),
    ],
)
def test_who_is_reached_by_everyone(host: str, private: bool) -> None:
    assert is_private(host) is private


def test_the_host_without_its_port() -> None:
    assert [host_of(each) for each in ("a.example:8000", "a.example", "[::1]:8000", "")] == [
        *("a.example", "a.example", "::1", ""),
    ]
