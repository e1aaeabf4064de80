"""What came in while a page is read: its script asks now and then, and offers to show it.

An answer costs one small statement while nothing changed: its tag is the company's change number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from textmeter.accounts.access import company_for_reading
from textmeter.lib.days import now_ms
from textmeter.pages.formats import number
from textmeter.pages.log_links import with_query
from textmeter.reports.calls import listing
from textmeter.reports.changes import change_number
from textmeter.reports.customers import CustomerQuery, customer_address, read_customer_query
from textmeter.reports.filter import Filter
from textmeter.reports.news import new_calls, new_of_customers, new_texts, new_with_customer
from textmeter.reports.query import as_query, read_filter

MOST = 999
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class News:
    """What a page's script asks (`address`), and where its offer leads (`show`)."""

    address: str
    show: str


def news(name: str, flt: Filter, newest: int, show: str, *more: int) -> News:
    """Of the page that is drawn from what had no greater id than `newest`. `name`: of the address to ask;
    `more`: what stands in it beside the company."""
    asked = as_query(flt, after="", sort="-latest", compare="previous")
    return _news(reverse(name, args=[flt.company_id, *more]), asked, newest, show)


def customer_news(asked: CustomerQuery, newest: int, show: str) -> News:
    """The same of the list of customers."""
    query = customer_address(asked, after="", sort="waiting")
    return _news(reverse("customer_changes", args=[asked.company_id]), query, newest, show)


def _news(address: str, query: str, newest: int, show: str) -> News:
    return News(with_query(address, "&".join(filter(None, (query, f"since={newest}")))), show)


def _tag(request: HttpRequest, company: int, **more: Any) -> str:
    return f'"{change_number(company_for_reading(request, company).id)}"'


@require_safe
@cache_control(private=True, no_cache=True)
@condition(etag_func=_tag)
def text_changes(request: HttpRequest, company: int) -> HttpResponseBase:
    """`{"change": number, "new": count, "said": "3 new texts"}`: how many of the filter's texts came in since
    the id `since`."""
    place = company_for_reading(request, company)
    flt, _wrong = read_filter(request.GET, place, now_ms())
    new = new_texts(flt, _since(request))
    return _answer(place.id, new, ngettext("%(count)s new text", "%(count)s new texts", new))


def _call_changes(request: HttpRequest, company: int, *, missed: bool) -> HttpResponseBase:
    place = company_for_reading(request, company)
    flt, _wrong = read_filter(request.GET, place, now_ms(), listing=listing(missed=missed))
    new = new_calls(flt, _since(request), missed=missed)
    return _answer(place.id, new, ngettext("%(count)s new call", "%(count)s new calls", new))


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
    asked, _wrong = read_customer_query(request.GET, place.id)
    new = new_of_customers(place.id, asked.q, _since(request))
    return _answer(place.id, new, _texts_and_calls(new))


@require_safe
@cache_control(private=True, no_cache=True)
@condition(etag_func=_tag)
def timeline_changes(request: HttpRequest, company: int, customer: int) -> HttpResponseBase:
    """The same of one customer's texts and calls; of a customer of another company there are none."""
    place = company_for_reading(request, company)
    new = new_with_customer(place.id, customer, _since(request)) if customer <= _LARGEST else 0
    return _answer(place.id, new, _texts_and_calls(new))


def _since(request: HttpRequest) -> int:
    """The greatest id there can be where none is given, or none that can be one: nothing is newer."""
    given = request.GET.get("since", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 20 else _LARGEST
    return min(number, _LARGEST)


def _texts_and_calls(new: int) -> str:
    return ngettext("%(count)s new", "%(count)s new", new)


def _answer(company_id: int, new: int, words: str) -> JsonResponse:
    said = words % {"count": number(new) if new <= MOST else f"{MOST}+"}
    return JsonResponse({"change": change_number(company_id), "new": new, "said": said})
