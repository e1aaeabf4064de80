"""Whole lists for paper: Text Conversations, calls and customers, each with the filter of its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from textmeter.accounts.access import company_for_reading
from textmeter.accounts.models import Company
from textmeter.lib.days import local, now_ms
from textmeter.pages import call_rows, customer_rows, log_links, log_rows, volume_chart, wrong_values
from textmeter.pages.calls import counted
from textmeter.pages.figure_cards import cards
from textmeter.pages.filter_words import in_words
from textmeter.pages.formats import hour_span
from textmeter.pages.language import gettext as _
from textmeter.pages.log_links import with_query
from textmeter.pages.shell import LISTS
from textmeter.reports.call_figures import call_report
from textmeter.reports.calls import call_page, listing
from textmeter.reports.conversations import each_conversation, log_page
from textmeter.reports.customers import customer_address, customer_page, read_customer_query
from textmeter.reports.figures import graph_and_figures
from textmeter.reports.filter import Filter
from textmeter.reports.query import as_query, read_filter
from textmeter.reports.search import read_search
from textmeter.reports.texts_of import latest_hits
from textmeter.reports.trackers import trackers

# Every row up to these; beyond, a line says that there are more and where to get them.
MOST_ROWS = 5_000
# So many conversations' texts are compared with a search at a time.
AT_ONCE = 100


@require_safe
def print_conversations(request: HttpRequest, company: int) -> HttpResponse:
    place, now = company_for_reading(request, company), now_ms()
    flt, wrong = read_filter(request.GET, place, now)
    counts, compared = graph_and_figures(flt)
    page = log_page(flt, size=1, conversations=compared.now.conversations)
    context = {
        **_head(_("Text Conversations"), place, now, log_links.page(flt)),
        "flt": flt,
        "wrong": wrong_values.said(wrong, request.GET, flt),
        "filter_words": in_words(flt, trackers(place.id), hour_span),
        "cards": cards(compared, is_narrowed=flt.is_narrowed),
        "volume": counts,
        "chart": volume_chart.volume_chart(counts, lambda bar: ""),
        "chart_summary": volume_chart.summary(counts),
        "page": page,
        "rows": _conversations(flt),
        "is_cut": compared.now.conversations > MOST_ROWS,
        "most_rows": MOST_ROWS,
    }
    return render(request, "print_conversations.html", context)


def _conversations(flt: Filter) -> Iterator[log_rows.Row]:
    """With what its search found in each, as the page has it."""
    search = read_search(flt.q) if flt.q else None
    listed = islice(each_conversation(flt), MOST_ROWS)
    while some := list(islice(listed, AT_ONCE)):
        hits = latest_hits(flt, search, some) if search else {}
        yield from log_rows.rows(some, flt.zone, flt.today, search, hits)


@require_safe
def print_calls(request: HttpRequest, company: int) -> HttpResponse:
    return _print_calls(request, company, missed=False)


@require_safe
def print_missed_calls(request: HttpRequest, company: int) -> HttpResponse:
    return _print_calls(request, company, missed=True)


def _print_calls(request: HttpRequest, company: int, *, missed: bool) -> HttpResponse:
    place, now = company_for_reading(request, company), now_ms()
    name = "missed_calls" if missed else "all_calls"
    flt, wrong = read_filter(request.GET, place, now, listing=listing(missed=missed))
    report, here = call_report(flt, missed=missed), reverse(name, args=[place.id])
    page = call_page(replace(flt, after=""), missed=missed, size=MOST_ROWS)
    context = {
        **_head(str(LISTS[name]), place, now, with_query(here, as_query(flt, after=""))),
        "wrong": wrong_values.said(wrong, request.GET, flt),
        "filter_words": in_words(flt, trackers(place.id), hour_span),
        "missed": missed,
        **counted(flt, report, here, lambda bar: "", missed=missed),
        "rows": tuple(call_rows.rows(page.rows, flt.zone, flt.today)),
        "is_cut": page.next_cursor is not None,
    }
    return render(request, "print_calls.html", context)


@require_safe
def print_customers(request: HttpRequest, company: int) -> HttpResponse:
    place, now = company_for_reading(request, company), now_ms()
    asked, wrong = read_customer_query(request.GET, place.id)
    page = customer_page(replace(asked, after=""), size=MOST_ROWS)
    back = with_query(reverse("customers", args=[place.id]), customer_address(asked, after=""))
    context = {
        **_head(_("Customers"), place, now, back),
        "wrong": wrong_values.said(wrong, request.GET, None),
        "filter_words": customer_rows.in_words(asked),
        "asked": asked,
        "count": page.count if page.next_cursor else len(page.rows),
        "rows": tuple(customer_rows.rows(page.rows, place.zone, local(now, place.zone).date())),
        "is_cut": page.next_cursor is not None,
    }
    return render(request, "print_customers.html", context)


def _head(title: str, place: Company, now: int, back: str) -> dict[str, Any]:
    """What print.html needs besides the filter's words; `title`: of the page that is printed."""
    return {"title": title, "company": place, "now": now, "back": back}
