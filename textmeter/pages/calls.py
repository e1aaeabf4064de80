"""All calls, and the missed ones: graph, figures and list of one filter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from textmeter.accounts.access import company_for_reading
from textmeter.lib.days import now_ms
from textmeter.pages import call_rows, live, wrong_values
from textmeter.pages.choices import choices
from textmeter.pages.filter_words import in_words
from textmeter.pages.formats import hour_span, places
from textmeter.pages.language import gettext as _
from textmeter.pages.log_links import with_query
from textmeter.pages.log_rows import Heading
from textmeter.pages.number_search import FIND
from textmeter.pages.shell import LISTS, shell_for
from textmeter.pages.timeline_query import from_list
from textmeter.reports.call_figures import CallBar, CallReport, call_report
from textmeter.reports.calls import CallLine, CallPage, call_page, listing
from textmeter.reports.filter import NO_ANSWER_YET, Filter
from textmeter.reports.news import newest_id
from textmeter.reports.query import as_query, read_filter
from textmeter.reports.rows import TrackerRow
from textmeter.reports.trackers import trackers


@require_safe
def all_calls(request: HttpRequest, company: int) -> HttpResponse:
    return _calls(request, company, missed=False)


@require_safe
def missed_calls(request: HttpRequest, company: int) -> HttpResponse:
    return _calls(request, company, missed=True)


def _calls(request: HttpRequest, company: int, *, missed: bool) -> HttpResponse:
    place = company_for_reading(request, company)
    name = "missed_calls" if missed else "all_calls"
    now = now_ms()
    flt, wrong = read_filter(request.GET, place, now, listing=listing(missed=missed))
    newest, known = newest_id(place.id), trackers(place.id)
    report, page = call_report(flt, missed=missed), call_page(flt, missed=missed)
    kept = as_query(flt, numbers=(), q="")
    context = {
        "shell": shell_for(request, place, "analytics", switch_query=kept, here=name),
        "company": place,
        "now": now,
        "flt": flt,
        "missed": missed,
        "title": str(LISTS[name]),
        "wrong": wrong_values.said(wrong, request.GET, flt),
        "has_numbers": bool(known),
    }
    context["typed_start"], context["typed_end"] = wrong_values.typed_days(wrong, request.GET)
    here = reverse(name, args=[place.id])
    changes = "missed_call_changes" if missed else "call_changes"
    context["news"] = live.news(changes, flt, newest, with_query(here, as_query(flt, after="")))
    context["choices"] = choices(flt, known, request.GET.get(FIND, ""))
    return render(
        request,
        "calls.html",
        context
        | counted(flt, report, here, partial(_narrowed, flt, here), missed=missed)
        | _list(flt, page, here, known, name),
    )


def counted(
    flt: Filter, report: CallReport, here: str, link_to: Callable[[CallBar], str], *, missed: bool
) -> dict[str, Any]:
    """Figures and graph, on the screen and on paper. `here`: the page's path; `link_to`: of a bar, empty for
    none."""
    # Where those of the missed calls stand; empty where the filter selects them alone.
    unanswered = "" if flt.answer else with_query(here, as_query(flt, answer=NO_ANSWER_YET))
    return {
        "cards": call_rows.cards(report, unanswered, missed=missed),
        "calls": report.now.calls,
        "going_on": report.now.going_on,
        "chart": call_rows.chart(report, link_to, missed=missed),
        "chart_summary": call_rows.summary(report, missed=missed),
    }


def _narrowed(flt: Filter, here: str, bar: CallBar) -> str:
    days: dict[str, Any] = {"range": "custom", "start": bar.start, "end": bar.end, "hour": bar.hour}
    return with_query(here, as_query(flt, **days, interval_chosen=False, after=""))


def _list(
    flt: Filter, page: CallPage, here: str, known: Mapping[int, TrackerRow], name: str
) -> dict[str, Any]:
    def changed(**changes: Any) -> str:
        return with_query(here, as_query(flt, **changes))

    came_from = from_list(name, as_query(flt))
    falls = flt.sort == "-latest"
    return {
        "here": here,
        "filter_words": in_words(flt, known, hour_span),
        "rows": tuple(call_rows.rows(page.rows, flt.zone, flt.today)),
        "place": places(page.first, len(page.rows)),
        "sort_names": call_rows.SORT_NAMES,
        "latest": Heading(
            _("Started"),
            "descending" if falls else "ascending",
            changed(sort="latest" if falls else "-latest"),
        ),
        "timeline_link": lambda line: _timeline(flt, line, came_from),
        "next_page": changed(after=page.next_cursor) if page.next_cursor else "",
        "first_page": changed(after="") if flt.after else "",
        "all_time": changed(range="all_time", hour=None, interval_chosen=False),
        "export": with_query(f"{here}/export.csv", as_query(flt, after="")),
        "on_paper": with_query(f"{here}/print", as_query(flt, after="")),
    }


def _timeline(flt: Filter, line: CallLine, came_from: str) -> str:
    """The customer's timeline at the day of the call, with the way back here."""
    day = line.call.day.isoformat()
    return f"{reverse('timeline', args=[flt.company_id, line.call.customer_id])}?day={day}&{came_from}#{day}"
