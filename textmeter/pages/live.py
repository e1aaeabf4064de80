"""What came in while a page is read: its script asks now and then, and offers to show it.

An answer costs one small statement while nothing changed: its tag is the company's change number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from textmeter.accounts.access import company_for_reading
from textmeter.lib.days import now_ms
from textmeter.pages.formats import plural
from textmeter.pages.log_links import with_query
from textmeter.reports.calls import listing
from textmeter.reports.changes import change_number
from textmeter.reports.customers import CustomerQuery, customer_address, read_customer_query
from textmeter.reports.filter import Filter
from textmeter.reports.news import Moment, new_calls, new_of_customers, new_texts, new_with_customer
from textmeter.reports.query import as_query, read_filter

MOST = 999
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class News:
    """What a page's script asks (`address`), and where its offer leads (`show`)."""

    address: str
    show: str


def news(name: str, flt: Filter, at: Moment, show: str, *more: int) -> News:
    """Of the page that is drawn from what was there at that moment. `name`: of the address to ask; `more`:
    what stands in it beside the company."""
    asked = as_query(flt, after="", sort="-latest", compare="previous")
    since = f"since={at.newest}"
    address = with_query(reverse(name, args=[flt.company_id, *more]), f"{asked}&{since}" if asked else since)
    return News(address, show)


def customer_news(asked: CustomerQuery, at: Moment, show: str) -> News:
    """The same of the list of customers."""
    query = customer_address(asked, after="", sort="waiting")
    since = f"since={at.newest}"
    address = reverse("customer_changes", args=[asked.company_id])
    return News(with_query(address, f"{query}&{since}" if query else since), show)


def _tag(request: HttpRequest, company: int, **more: Any) -> str:
    return f'"{change_number(company_for_reading(request, company).id)}"'


@require_safe
@cache_control(private=True, no_cache=True)
@condition(etag_func=_tag)
def text_changes(request: HttpRequest, company: int) -> HttpResponseBase:
    """`{"change": number, "new": count, "said": "3 new texts"}`: how many of the filter's texts came in since
    the id `since`."""
    place = company_for_reading(request, company)
    flt, _ = read_filter(request.GET, place, now_ms())
    since = _since(request)
    return _answer(place.id, new_texts(flt, since) if since is not None else 0, "text")


def _call_changes(request: HttpRequest, company: int, *, missed: bool) -> HttpResponseBase:
    place = company_for_reading(request, company)
    flt, _ = read_filter(request.GET, place, now_ms(), listing=listing(missed=missed))
    since = _since(request)
    return _answer(place.id, new_calls(flt, since, missed=missed) if since is not None else 0, "call")


@require_safe
@cache_control(private=True, no_cache=True)
@condition(etag_func=_tag)
def call_changes(request: HttpRequest, company: int) -> HttpResponseBase:
    """The same of calls."""
    return _call_changes(request, company, missed=False)


@require_safe
@cache_control(private=True, no_cache=True)
@condition(etag_func=_tag)
def missed_call_changes(request: HttpRequest, company: int) -> HttpResponseBase:
    """The same of missed calls."""
    return _call_changes(request, company, missed=True)


@require_safe
@cache_control(private=True, no_cache=True)
@condition(etag_func=_tag)
def customer_changes(request: HttpRequest, company: int) -> HttpResponseBase:
    """The same of the texts and calls of the customers that `q` finds."""
    place = company_for_reading(request, company)
    asked, _ = read_customer_query(request.GET, place.id)
    since = _since(request)
    return _answer(place.id, new_of_customers(place.id, asked.q, since) if since is not None else 0, "")


@require_safe
@cache_control(private=True, no_cache=True)
@condition(etag_func=_tag)
def timeline_changes(request: HttpRequest, company: int, customer: int) -> HttpResponseBase:
    """The same of one customer's texts and calls; of a customer of another company there are none."""
    place = company_for_reading(request, company)
    since = _since(request)
    known = since is not None and customer <= _LARGEST
    return _answer(place.id, new_with_customer(place.id, customer, since or 0) if known else 0, "")


def _since(request: HttpRequest) -> int | None:
    given = request.GET.get("since", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 20 else None
    return number if number is not None and number <= _LARGEST else None


def _answer(company_id: int, new: int, what: str) -> JsonResponse:
    count = plural(new, f"new {what}".strip(), f"new {what}s" if what else "new")
    said = count if new <= MOST else f"{MOST}+ new {what}s".strip()
    return JsonResponse({"change": change_number(company_id), "new": new, "said": said})
