"""Text Conversations: the volume graph, the figures and the log of one filter."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from textmeter.accounts.access import company_for_reading
from textmeter.accounts.models import Company, User
from textmeter.lib.days import now_ms
from textmeter.pages import (
    live,
    log_links,
    log_rows,
    quarantine_words,
    setup_steps,
    volume_chart,
    wrong_values,
)
from textmeter.pages.choices import choices
from textmeter.pages.figure_cards import awaited_cards, cards
from textmeter.pages.filter_words import in_words
from textmeter.pages.formats import hour_span
from textmeter.pages.number_search import FIND
from textmeter.pages.shell import shell_for
from textmeter.reports.conversations import log_page
from textmeter.reports.figures import graph_and_figures
from textmeter.reports.filter import Filter
from textmeter.reports.news import newest_id
from textmeter.reports.query import as_query, read_filter
from textmeter.reports.rows import LogPage
from textmeter.reports.search import read_search
from textmeter.reports.texts_of import latest_hits
from textmeter.reports.trackers import trackers
from textmeter.reports.volume import previous_period

AT_ONCE = "at_once"  # the page's `figures`: of a search too, all in one answer


@require_safe
def text_conversations(request: HttpRequest, company: int) -> HttpResponse:
    """The page; a company without numbers or texts gets the steps to its first one instead."""
    place = company_for_reading(request, company)
    flt, wrong = read_filter(request.GET, place, now_ms())
    shell = shell_for(
        request, place, "analytics", query=as_query(flt), switch_query=as_query(flt, numbers=(), q="")
    )
    context = {"shell": shell, "company": place, "flt": flt}
    context["quarantine"] = quarantine_words.waiting_for(place, cast(User, request.user))
    context["wrong"] = wrong_values.said(wrong, request.GET, flt)
    context |= _report(request, place, flt)
    context["typed_start"], context["typed_end"] = wrong_values.typed_days(wrong, request.GET)
    return render(request, "text_conversations.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
def figures_of_search(request: HttpRequest, company: int) -> HttpResponse:
    """What the page of a search asks for once it is there: graph, figures, and the counts beside its log."""
    place = company_for_reading(request, company)
    flt, _ = read_filter(request.GET, place, now_ms())
    context = {"company": place, "flt": flt, "choices": choices(flt, trackers(place.id))}
    return render(request, "text_conversations_second.html", context | _counted(flt))


def _report(request: HttpRequest, company: Company, flt: Filter) -> dict[str, Any]:
    newest, known = newest_id(company.id), trackers(company.id)
    # What a search finds is counted by a second request, so that its log needn't wait for that.
    is_whole = not flt.q or request.GET.get("figures") == AT_ONCE
    counted = _counted(flt) if is_whole else _awaited(flt)
    page = log_page(flt, conversations=counted.get("conversations"), is_counted=is_whole)
    setup = None if page.rows else setup_steps.steps(company, cast(User, request.user), known)
    if setup:
        return {"setup": setup}
    return (
        {
            "setup": None,
            "here": log_links.address(company.id),
            "choices": choices(flt, known, request.GET.get(FIND, "")),
            "filter_words": in_words(flt, known, hour_span),
            "export": log_links.export_links(flt),
        }
        | counted
        | _log(flt, page, newest)
    )


def _rows(flt: Filter, page: LogPage) -> tuple[log_rows.Row, ...]:
    search = read_search(flt.q) if flt.q else None
    hits = latest_hits(flt, search, page.rows) if search else {}
    return tuple(log_rows.rows(page.rows, flt.zone, flt.today, search, hits))


def _awaited(flt: Filter) -> dict[str, Any]:
    """In place of what is counted."""
    return {
        "cards": awaited_cards(),
        "volume": None,
        "chart": volume_chart.legend(has_previous=previous_period(flt) is not None),
        "figures_address": log_links.figures(flt),
        "with_figures": log_links.with_figures(flt),
    }


def _counted(flt: Filter) -> dict[str, Any]:
    graph, compared = graph_and_figures(flt)
    return {
        "figures_address": "",
        "cards": cards(compared, reverse("customers", args=[flt.company_id]), flt.is_narrowed),
        "volume": graph,
        "chart": volume_chart.volume_chart(graph, lambda bar: log_links.narrowed(flt, bar)),
        "chart_summary": volume_chart.summary(graph),
        "conversations": compared.now.conversations,
    }


def _log(flt: Filter, page: LogPage, newest: int) -> dict[str, Any]:
    here = log_links.address(flt.company_id)
    return {
        "page": page,
        "conversations": page.conversations,
        "rows": _rows(flt, page),
        "place": log_rows.place(page),
        "headings": log_rows.headings(flt.sort),
        "sort_names": log_rows.SORT_NAMES,
        "sort_links": {sort: log_links.page(flt, sort=sort) for sort in log_rows.SORT_NAMES},
        "timeline_link": lambda row: log_links.timeline(flt, row),
        "next_page": log_links.page(flt, after=page.next_cursor) if page.next_cursor else "",
        "first_page": log_links.page(flt, after="") if flt.after else "",
        "finds_nothing": bool(flt.q) and not read_search(flt.q).folded,
        "all_time": log_links.page(flt, range="all_time", hour=None, interval_chosen=False),
        "news": live.news("text_changes", flt, newest, log_links.page(flt, after="") or here),
    }
