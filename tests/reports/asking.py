"""Asking reports as a page does: by a query string."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from tests.scene import at_ms
from textmeter.accounts.models import Company
from textmeter.reports.filter import Filter, WrongValue
from textmeter.reports.query import read_filter


def read(
    shop: Company, query: str, now: str = "2026-03-20 12:00", **more: Any
) -> tuple[Filter, list[WrongValue]]:
    """The filter of a query string, at the company's local time `now`."""
    return read_filter(QueryDict(query), shop, at_ms(shop, now), **more)


def chosen(shop: Company, query: str, now: str = "2026-03-20 12:00") -> Filter:
    flt, wrong = read(shop, query, now)
    assert wrong == []
    return flt
