"""The name that people give a customer."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from textmeter.accounts.access import company_for_managing
from textmeter.accounts.models import User
from textmeter.ledger.customers import name_customer
from textmeter.lib.days import now_ms
from textmeter.pages.formats import number
from textmeter.pages.language import gettext as _
from textmeter.pages.log_links import with_query
from textmeter.pages.stream import anchor
from textmeter.pages.timeline_query import read_asked
from textmeter.reports.customers import customer_address, read_customer_query
from textmeter.reports.timeline import customer_card

LONGEST_NAME = 100
MAX_ID = 2**63 - 1


@require_POST
def customer_name(request: HttpRequest, company: int, customer: int) -> HttpResponse:
    """Gives the customer the posted `name`; an empty one takes it away. Back to the timeline's
    `query`, or where `from` is "customers", to the list of them."""
    place = company_for_managing(request, company)
    name = " ".join(request.POST.get("name", "").replace("\x00", "").split())
    if customer > MAX_ID:
        raise Http404("No such customer.")
    if len(name) > LONGEST_NAME:
        words = _("A name may have up to %(most)s characters; this one has %(count)s. Nothing was changed.")
        messages.error(request, words % {"most": LONGEST_NAME, "count": number(len(name))})
    else:
        try:
            by = cast(User, request.user).email
            changed = name_customer(place.id, customer, name, by=by, now=now_ms())
        except LookupError:
            raise Http404("No such customer.") from None
        if changed:
            words = _("The name is now %(name)s.") % {"name": name} if name else _removed(place.id, customer)
            messages.success(request, words)
        else:
            messages.info(request, _("Nothing was changed: nobody here has given this customer a name."))
    if request.POST.get("from") == "customers":
        return _to_the_list(place.id, request.POST.get("query", ""))
    return _back(place.id, customer, request.POST.get("query", ""))


def _back(company_id: int, customer_id: int, query: str) -> HttpResponse:
    """To the timeline as it was, at its day; the query is taken apart and written anew, so that it stays
    a query."""
    path = reverse("timeline", args=[company_id, customer_id])
    asked = QueryDict(query)
    pairs = [(key, value) for key, values in asked.lists() for value in values]
    day = read_asked(asked, "")[0].day
    return redirect(f"{path}{'?' if pairs else ''}{urlencode(pairs)}{f'#{anchor(day)}' if day else ''}")


def _to_the_list(company_id: int, query: str) -> HttpResponse:
    asked, _wrong = read_customer_query(QueryDict(query), company_id)
    return redirect(with_query(reverse("customers", args=[company_id]), customer_address(asked)))


def _removed(company_id: int, customer_id: int) -> str:
    card = customer_card(company_id, customer_id)
    if card and card.name:
        return _("Your name was removed; the carrier’s is shown.")
    return _("The name was removed.")
