"""Erasing a customer, for admins: what goes and what stays, and the number to be typed before it does."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from textmeter.accounts.access import company_for_admins, installation_for_admins
from textmeter.intake.erasure import count_in_quarantine, order_erasure
from textmeter.lib.days import now_ms
from textmeter.lib.phone import digits, national
from textmeter.pages.connection_forms import TypedForm
from textmeter.pages.customer_names import MAX_ID
from textmeter.pages.formats import number
from textmeter.pages.language import gettext as _
from textmeter.pages.shell import shell_for
from textmeter.reports.timeline import customer_card


class _NumberForm(TypedForm):
    """The number may be typed with any punctuation, with the country code or without."""

    def __init__(self, number: str, *args: Any) -> None:
        super().__init__(_shown(number), *args)
        self._accepted = {digits(number), digits(self.wanted)} - {""}

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"])
        return typed if digits(typed) in self._accepted else super().clean_typed()


@require_http_methods(["GET", "HEAD", "POST"])
def erase_customer(request: HttpRequest, company: int, customer: int) -> HttpResponse:
    """Asks for the number to be typed; a worker does the rest."""
    place = company_for_admins(request, company)
    card = customer_card(place.id, customer) if customer <= MAX_ID else None
    if card is None:
        raise Http404("No such customer.")
    shown = _shown(card.number)
    form = _NumberForm(card.number, request.POST if request.method == "POST" else None)
    if form.is_valid():
        by = installation_for_admins(request).email
        return redirect("job", order_erasure(place, customer, by=by, now=now_ms()).id)
    found, are_all = count_in_quarantine(place.id, card.number)
    context = {
        "shell": shell_for(request, place, "analytics", here="customers"),
        "company": place,
        "who": card.name or shown,
        "shown": shown,
        "form": form,
        "in_quarantine": found,
        "in_quarantine_words": number(found)
        if are_all
        else _("at least %(count)s") % {"count": number(found)},
        "back": reverse("timeline", args=[place.id, customer]),
    }
    return render(request, "erase_customer.html", context, status=400 if form.is_bound else 200)


def _shown(number: str) -> str:
    """As people read it; carriers have given empty ones, too."""
    return national(number) or _("no number")
