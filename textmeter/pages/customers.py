"""All customers: who waits, when there was last contact, how much was said."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from textmeter.accounts.access import company_for_reading, may_manage
from textmeter.accounts.models import Company, Role, User
from textmeter.lib.days import local, now_ms
from textmeter.pages import call_rows, customer_rows, live, wrong_values
from textmeter.pages.customer_names import LONGEST_NAME
from textmeter.pages.language import gettext as _
from textmeter.pages.log_links import with_query
from textmeter.pages.log_rows import Heading
from textmeter.pages.shell import shell_for
from textmeter.pages.timeline_query import from_list
from textmeter.reports.call_figures import unanswered_calls
from textmeter.reports.calls import listing
from textmeter.reports.customers import (
    CustomerQuery,
    count_waiting,
    customer_address,
    customer_page,
    read_customer_query,
)
from textmeter.reports.filter import NO_ANSWER_YET
from textmeter.reports.news import newest_id
from textmeter.reports.query import as_query, read_filter


@require_safe
def customers(request: HttpRequest, company: int) -> HttpResponse:
    """`q` finds by name or digits; those who wait come first, unless `sort` says otherwise."""
    place = company_for_reading(request, company)
    asked, wrong = read_customer_query(request.GET, place.id)
    now, newest, page = now_ms(), newest_id(place.id), customer_page(asked)
    here = reverse("customers", args=[place.id])

    def changed(**changes: str) -> str:
        return with_query(here, customer_address(asked, **changes))

    context = {
        "missed": _missed(place, now) if asked.sort == "waiting" and not asked.q else None,
        "shell": shell_for(request, place, "analytics", here="customers"),
        "company": place,
        "now": now,
        "asked": asked,
        "filter_words": customer_rows.in_words(asked),
        "here": here,
        "wrong": wrong_values.said(wrong, request.GET, None),
        "rows": tuple(customer_rows.rows(page.rows, place.zone, local(now, place.zone).date())),
        "place": customer_rows.place(page),
        "count": page.count,
        "waiting": count_waiting(place.id),
        "sort_names": customer_rows.SORT_NAMES,
        "headings": _headings(asked, here),
        "may_name": may_manage(request),
        "may_erase": cast(User, request.user).role == Role.ADMIN,
        "longest_name": LONGEST_NAME,
        "query": customer_address(asked),
        "from_here": from_list("customers", customer_address(asked)),
        "next_page": changed(after=page.next_cursor) if page.next_cursor else "",
        "first_page": changed(after="") if asked.after else "",
        "export": with_query(f"{here}/export.csv", customer_address(asked, after="")),
        "on_paper": with_query(f"{here}/print", customer_address(asked, after="")),
        "news": live.customer_news(asked, newest, changed(after="")),
    }
    return render(request, "customers.html", context)


def _missed(place: Company, now: int) -> dict[str, str] | None:
    """Waiting is about texts; so where those are who called, were missed, and got no answer yet."""
    asked = QueryDict(f"answer={NO_ANSWER_YET}")
    flt, _wrong = read_filter(asked, place, now, listing=listing(missed=True))
    unanswered = unanswered_calls(flt)
    if not unanswered.calls:
        return None
    address = with_query(reverse("missed_calls", args=[place.id]), as_query(flt))
    return {"callers": call_rows.callers(unanswered), "href": address}


def _headings(asked: CustomerQuery, here: str) -> dict[str, Heading]:
    """Each sorts one way; a second click brings those who wait first again."""

    def heading(label: str, sort: str, state: str) -> Heading:
        is_on = asked.sort == sort
        then = customer_address(asked, sort="waiting" if is_on else sort)
        return Heading(label, state if is_on else "", with_query(here, then))

    return {
        "customer": heading(_("Customer"), "customer", "ascending"),
        "latest": heading(_("Last contact"), "-latest", "descending"),
    }
