"""The print layout of Text Conversations: everything that the page shows, for paper."""

from __future__ import annotations

from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from textmeter.accounts.access import company_for_reading
from textmeter.lib.days import now_ms
from textmeter.pages import log_links, log_rows, volume_chart, wrong_values
from textmeter.pages.figure_cards import cards
from textmeter.pages.filter_words import in_words
from textmeter.pages.formats import hour_span
from textmeter.reports.conversations import each_conversation, log_page
from textmeter.reports.figures import graph_and_figures
from textmeter.reports.query import read_filter
from textmeter.reports.trackers import trackers

MOST_ROWS = 5_000


@require_safe
def print_conversations(request: HttpRequest, company: int) -> HttpResponse:
    """Every row up to 5,000; beyond, a line says that there are more and where to get them."""
    place = company_for_reading(request, company)
    now = now_ms()
    flt, wrong = read_filter(request.GET, place, now)
    counts, compared = graph_and_figures(flt)
    page = log_page(flt, size=1, conversations=compared.now.conversations)
    context = {
        "company": place,
        "now": now,
        "flt": flt,
        "wrong": wrong_values.said(wrong, request.GET, flt),
        "filter_words": in_words(flt, trackers(place.id), hour_span),
        "cards": cards(compared, is_narrowed=flt.is_narrowed),
        "volume": counts,
        "chart": volume_chart.volume_chart(counts, lambda bar: ""),
        "chart_summary": volume_chart.summary(counts),
        "page": page,
        "rows": log_rows.rows(islice(each_conversation(flt), MOST_ROWS), flt.zone, flt.today),
        "is_cut": compared.now.conversations > MOST_ROWS,
        "most_rows": MOST_ROWS,
        "back": log_links.page(flt),
    }
    return render(request, "print_conversations.html", context)
