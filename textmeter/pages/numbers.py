"""The company's tracking numbers: what each stands for, whether it can text, how busy it is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from textmeter.accounts.access import company_for_reading
from textmeter.accounts.models import Company
from textmeter.lib.days import local, now_ms
from textmeter.lib.phone import national
from textmeter.pages.formats import iso, latest
from textmeter.pages.shell import shell_for
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
    href: str  # Text Conversations, filtered to it


@require_safe
def numbers(request: HttpRequest, company: int) -> HttpResponse:
    place = company_for_reading(request, company)
    now = now_ms()
    context = {
        "shell": shell_for(request, place, "numbers"),
        "company": place,
        "rows": [_row(place, each, now) for each in summaries(place, now)],
    }
    return render(request, "numbers.html", context)


def _row(company: Company, summary: TrackerSummary, now: int) -> NumberRow:
    tracker, at = summary.tracker, summary.last_text_at
    today = local(now, company.zone).date()
    log = reverse("text_conversations", args=[company.id])
    return NumberRow(
        name=tracker.name,
        number=national(tracker.number),
        source=tracker.source,
        destination=national(tracker.destination) if tracker.destination else "",
        why_not=tracker.why_it_cannot_text or "",
        last_text="" if at is None else latest(at, company.zone, today),
        last_text_iso="" if at is None else iso(at, company.zone),
        messages=summary.messages_30_days,
        href=f"{log}?{urlencode({'numbers': tracker.id})}",
    )
