"""One customer's timeline: the frequency graph, the stream of texts and calls, the card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from textmeter.accounts.access import company_for_reading
from textmeter.accounts.models import Company, Role, User
from textmeter.intake.fetch_list import troubles
from textmeter.lib.days import now_ms
from textmeter.pages import frequency_chart, live, wrong_values
from textmeter.pages.customer_card import draw_card
from textmeter.pages.customer_names import LONGEST_NAME, MAX_ID
from textmeter.pages.dates import day_of_year, full_day, short_day
from textmeter.pages.formats import number, plural, texts_and_calls
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.log_links import with_query
from textmeter.pages.shell import LISTS, shell_for
from textmeter.pages.stream import Bubble, Day, anchor, draw, found_in, without_words
from textmeter.pages.timeline_query import Asked, address, read_asked, scope_of
from textmeter.reports.filter import Filter
from textmeter.reports.frequency import frequency
from textmeter.reports.neighbours import Neighbour, neighbours
from textmeter.reports.news import newest_id
from textmeter.reports.query import as_query, read_filter
from textmeter.reports.rows import TimelinePage
from textmeter.reports.search import read_search
from textmeter.reports.timeline import conversation_days, customer_card, timeline_page

OUTLINE_DAYS = 40
MOST_PLACES = 8  # of what a search found, that are named
MOST_AWAITED = 300  # so that one statement stays small
_SCOPES = (
    ("day", gettext_lazy("This day")),
    ("range", gettext_lazy("Range")),
    ("all_time", gettext_lazy("All time")),
)
_SHOWS = (
    ("all", gettext_lazy("All")),
    ("texts", gettext_lazy("Texts")),
    ("calls", gettext_lazy("Calls")),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a row of links; `is_on` marks where one is."""

    label: str
    href: str
    is_on: bool
    detail: str = ""
    count: str = ""
    unit: str = ""  # of the count


@dataclass(frozen=True, slots=True)
class Opened:
    """One timeline as it was asked for, with the days that it holds."""

    company: Company
    customer: int
    asked: Asked
    flt: Filter  # the log's, which rides along
    page: TimelinePage


@require_safe
def timeline(request: HttpRequest, company: int, customer: int) -> HttpResponse:
    place = company_for_reading(request, company)
    card = customer_card(place.id, customer) if customer <= MAX_ID else None
    if card is None:
        raise Http404("No such customer.")
    newest = newest_id(place.id)
    flt, wrong = read_filter(request.GET, place, now_ms())
    asked, wrong_here = read_asked(request.GET, as_query(flt))
    page = timeline_page(place, customer, day=asked.day, kind=asked.show)
    opened = Opened(place, customer, asked, flt, page)
    about = draw_card(card, place.zone, flt.today, lambda day, id_: _message_address(asked, day, id_))
    search = read_search(flt.q) if flt.q else None
    days = draw(page, card, place.zone, place.name, troubles=_troubles(request, opened), search=search)
    context = {
        "shell": shell_for(
            request, place, "analytics", query=asked.carried, here=asked.list or "text_conversations"
        ),
        "company": place,
        "customer": card,
        "card": about,
        "may_name": cast(User, request.user).role != Role.REPORTING,
        "longest_name": LONGEST_NAME,
        "may_erase": cast(User, request.user).role == Role.ADMIN,
        "query": request.GET.urlencode(),
        "wrong": wrong_values.said([*wrong, *wrong_here], request.GET, flt),
        "back": _back(place, asked),
        "news": live.news("timeline_changes", flt, newest, address(asked), customer),
        **_others(opened),
        **_graph(opened, scope_of(asked, request.GET)),
        **_stream(asked, page),
        "days": days,
        "found": _found(flt, days),
        "outline": _outline(opened),
    }
    return render(request, "timeline.html", context)


def _troubles(request: HttpRequest, opened: Opened) -> Mapping[str, str]:
    """Why texts are still awaited: for those who can do something about it."""
    if cast(User, request.user).role == Role.REPORTING:
        return {}
    return troubles(opened.company.id, without_words(opened.page)[:MOST_AWAITED])


def _found(flt: Filter, days: Sequence[Day]) -> dict[str, Any] | None:
    """What the log's search found in the texts on the page; None without a search."""
    if not flt.q:
        return None
    found = found_in(days)
    return {
        "words": flt.q,
        "count": plural(len(found), "%(count)s text", "%(count)s texts"),
        "places": [
            {"href": f"#{text.id}", "day": _day_and_time(day, text)} for day, text in found[:MOST_PLACES]
        ],
        "more": max(0, len(found) - MOST_PLACES),
    }


def _day_and_time(day: Day, text: Bubble) -> str:
    return _("%(day)s, %(time)s") % {"day": short_day(date.fromisoformat(day.id)), "time": text.time}


def _others(opened: Opened) -> dict[str, str]:
    """Addresses of the previous and the next customer of the log; empty at its ends, and where the reader
    came from another list, whose order is another."""
    if opened.asked.list:
        return {"previous_customer": "", "next_customer": ""}
    found = neighbours(opened.flt, opened.customer, opened.asked.day)
    return {
        "previous_customer": _timeline_of(opened, found.previous),
        "next_customer": _timeline_of(opened, found.next),
    }


def _timeline_of(opened: Opened, other: Neighbour | None) -> str:
    if other is None:
        return ""
    path = reverse("timeline", args=[opened.company.id, other.customer_id])
    return f"{path}{_turn(opened.asked, other.day)}"


def _graph(opened: Opened, scope: str) -> dict[str, Any]:
    """The hours of the day (asked, else the newest on the page), of the log's range, or of all time."""
    asked, page, flt = opened.asked, opened.page, opened.flt
    day = asked.day or (page.days[0].day if page.days else flt.today)
    spans = {"day": (day, day), "range": (flt.start, flt.end), "all_time": (None, None)}
    graph = frequency(opened.company, opened.customer, scope, *spans[scope])
    return {
        "graph": frequency_chart.frequency_chart(graph),
        "graph_has_texts": any(bar.customer or bar.agents for bar in graph.bars),
        "graph_summary": frequency_chart.summary(graph),
        "graph_span": frequency_chart.span(graph),
        "scopes": [
            Choice(str(label), address(asked, day=asked.day, scope=each), each == scope)
            for each, label in _SCOPES
        ],
    }


def _stream(asked: Asked, page: TimelinePage) -> dict[str, Any]:
    """Counts of the days shown, the choice of entries, the ways to earlier and later days."""
    texts, calls = sum(day.texts for day in page.days), sum(day.calls for day in page.days)
    missing = asked.day is not None and all(day.day != asked.day for day in page.days)
    return {
        "shown": " · ".join(texts_and_calls(texts, calls)),
        "show": asked.show,
        "shows": [
            Choice(
                str(label), address(asked, day=asked.day, scope=asked.scope, show=each), each == asked.show
            )
            for each, label in _SHOWS
        ],
        "missing_day": full_day(asked.day) if missing and asked.day else "",
        "earlier": _turn(asked, page.earlier),
        "later": _turn(asked, page.later),
    }


def _turn(asked: Asked, day: date | None) -> str:
    """The address of the page that holds `day`; empty without one."""
    if day is None:
        return ""
    return f"{address(asked, day=day, scope=asked.scope)}#{anchor(day)}"


def _outline(opened: Opened) -> list[Choice]:
    """The newest conversations of the customer; the one that was asked for is marked."""
    days = conversation_days(opened.company.id, opened.customer, OUTLINE_DAYS)
    return [
        Choice(
            label=day_of_year(each.day),
            href=_turn(opened.asked, each.day),
            is_on=each.day == opened.asked.day,
            detail=each.tracker.name,
            count=number(each.texts),
            unit=ngettext("text", "texts", each.texts),
        )
        for each in days
    ]


def _message_address(asked: Asked, day: date, message_id: int) -> str:
    """Where a message stands, with everything shown, so that it is there."""
    return f"{address(asked, day=day, show='all')}#m{message_id}"


def _back(company: Company, asked: Asked) -> tuple[str, str]:
    """(name, address) of the list that the reader came from."""
    name, query = (asked.list, asked.list_query) if asked.list else ("text_conversations", asked.carried)
    return str(LISTS[name]), with_query(reverse(name, args=[company.id]), query)
