"""The company's tracking numbers: what each stands for, whether it can text, how busy it is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from textmeter.accounts.access import company_for_reading, may_manage
from textmeter.accounts.models import Company
from textmeter.ledger.rebuild import is_rebuilding
from textmeter.lib.days import local, now_ms
from textmeter.lib.phone import national
from textmeter.pages.formats import iso, latest
from textmeter.pages.number_search import LONGEST_QUERY, NUMBERS_WITHOUT_SEARCH, finds
from textmeter.pages.number_standing import HandOver, hand_overs_of
from textmeter.pages.said import said_why_not
from textmeter.pages.shell import shell_for
from textmeter.pages.sparkline import Sparkline, sparkline
from textmeter.reports.rows import TrackerSummary
from textmeter.reports.trackers import summaries


@dataclass(frozen=True, slots=True)
class NumberRow:
    name: str
    number: str
    source: str
    destination: str
    why_not: str  # empty: it can text
    last_text: str  # empty: none yet
    last_text_iso: str
    messages: int
    line: Sparkline
    href: str  # Text Conversations, filtered to it
    edit: str  # empty: the reader may not
    is_disabled: bool
    hand_over: HandOver


@require_safe
def numbers(request: HttpRequest, company: int) -> HttpResponse:
    """`q` finds by name, number or source."""
    place = company_for_reading(request, company)
    now = now_ms()
    q = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]
    all_of_it = summaries(place, now)
    hand_overs = hand_overs_of(place, [each.tracker for each in all_of_it], now)
    manages = may_manage(request)
    context = {
        "shell": shell_for(request, place, "numbers"),
        "company": place,
        "rows": [
            _row(place, each, now, hand_overs.get(each.tracker.id, HandOver()), manages)
            for each in all_of_it
            if finds(q, each.tracker)
        ],
        "count": len(all_of_it),
        "q": q,
        "has_search": bool(q) or len(all_of_it) > NUMBERS_WITHOUT_SEARCH,
        "may_manage": manages,
        "is_rebuilding": is_rebuilding(place.id),
    }
    return render(request, "numbers.html", context)


def _row(
    company: Company, summary: TrackerSummary, now: int, hand_over: HandOver, manages: bool
) -> NumberRow:
    tracker, at = summary.tracker, summary.last_text_at
    today = local(now, company.zone).date()
    log = reverse("text_conversations", args=[company.id])
    return NumberRow(
        name=tracker.name,
        number=national(tracker.number),
        source=tracker.source,
        destination=national(tracker.destination) if tracker.destination else "",
        why_not=said_why_not(tracker.number),
        last_text="" if at is None else latest(at, company.zone, today),
        last_text_iso="" if at is None else iso(at, company.zone),
        messages=summary.messages_30_days,
        line=sparkline(summary.days, today),
        href=f"{log}?{urlencode(_shown_of(summary))}",
        edit=reverse("number", args=[company.id, tracker.id]) if manages else "",
        is_disabled=tracker.is_disabled,
        hand_over=hand_over,
    )


def _shown_of(summary: TrackerSummary) -> dict[str, str | int]:
    """The query of its texts: a number that only had some long ago would lead to an empty page."""
    is_long_ago = summary.last_text_at is not None and not summary.messages_30_days
    return {"numbers": summary.tracker.id} | ({"range": "all_time"} if is_long_ago else {})
