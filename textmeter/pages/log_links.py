"""Where the log's links lead: the same filter with one thing changed, or carried to another page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from textmeter.reports.filter import Filter
from textmeter.reports.query import as_query
from textmeter.reports.rows import Bar, ConversationRow


@dataclass(frozen=True, slots=True)
class ExportLinks:
    conversations: str
    messages: str
    print: str


def address(company_id: int) -> str:
    return reverse("text_conversations", args=[company_id])


def page(flt: Filter, **changes: Any) -> str:
    """The page with this filter but for `changes` (fields of Filter)."""
    return with_query(address(flt.company_id), as_query(flt, **changes))


def with_figures(flt: Filter) -> str:
    """The page of a search with graph and figures in one answer."""
    return f"{page(flt)}{'&' if as_query(flt) else '?'}figures=at_once"


def figures(flt: Filter) -> str:
    """The part of a page of a search that comes in a second answer."""
    return with_query(f"{address(flt.company_id)}/figures", as_query(flt, after=""))


def narrowed(flt: Filter, bar: Bar) -> str:
    """The page of that bar alone: its day, its hour, or the days of its week or month."""
    return page(
        flt, range="custom", start=bar.start, end=bar.end, hour=bar.hour, interval_chosen=False, after=""
    )


def timeline(flt: Filter, row: ConversationRow) -> str:
    """The customer's timeline at that day, with the log's query so that it finds back."""
    day = row.date.isoformat()
    query = as_query(flt)
    parts = f"{query}&day={day}" if query else f"day={day}"
    return f"{reverse('timeline', args=[flt.company_id, row.customer_id])}?{parts}#{day}"


def export_links(flt: Filter) -> ExportLinks:
    """The files stand beneath the page, at addresses that are promised."""
    query, here = as_query(flt, after=""), address(flt.company_id)
    return ExportLinks(
        *(with_query(f"{here}/{name}", query) for name in ("export.csv", "messages.csv", "print"))
    )


def with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
