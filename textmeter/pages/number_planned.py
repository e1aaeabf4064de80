"""A hand-over that lies ahead, on the pages of both its numbers: what taking it back means, and doing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from textmeter.accounts.access import company_for_managing
from textmeter.accounts.models import Company, Role, User
from textmeter.ledger import tracker_acts
from textmeter.ledger.corrected import NEVER
from textmeter.ledger.planned import CannotTakeBack, Planned, planned_of
from textmeter.ledger.trackers import Owner, Tracker, owners_of
from textmeter.ledger.trackers import tracker as tracker_of
from textmeter.lib.days import now_ms
from textmeter.lib.phone import national
from textmeter.lib.sentences import Sentence
from textmeter.pages.language import gettext as _
from textmeter.pages.number_standing import find_number
from textmeter.pages.said import why


@dataclass(frozen=True, slots=True)
class Ahead:
    """`at`: its instant (ms). `receiver`: the name that gets the number, empty where nobody does any more;
    `company`: whose that is, empty for the reader's own. `later`: the page where the receiver's own hand-over
    is taken back first; empty without one. `may`: the reader may take it back; if not, the rest is empty.
    `to`: the id of the tracker that gets the number, 0 for none."""

    at: int
    may: bool
    to: int = 0
    receiver: str = ""
    company: str = ""
    later: str = ""


def ahead_of(place: Company, giver: Tracker, user: User, now: int) -> Ahead | None:
    """None where nothing is planned, or only until what was taken back has come."""
    planned = planned_of(giver, now)
    if planned is None or planned.at == NEVER:
        return None
    receiver = planned.receiver
    if not _may_take_back(place, receiver, user):
        return Ahead(planned.at, may=False)
    made = tracker_of(receiver.company_id, receiver.tracker_id) if receiver else None
    if made is None:
        return Ahead(planned.at, may=True)
    return Ahead(
        planned.at,
        True,
        made.id,
        made.name,
        "" if made.company_id == place.id else Company.objects.get(pk=made.company_id).name,
        reverse("number", args=[made.company_id, made.id]) if planned.goes_on else "",
    )


def giver_href(place: Company, receiver: Tracker, user: User, now: int) -> str:
    """The page of who hands the number over to it, where the reader may take that back; else empty."""
    former = None
    for owner in owners_of([receiver.number]).get(receiver.number, []):
        if owner.tracker_id == receiver.id:
            is_ahead = former is not None and owner.from_at > now and former.until_at == owner.from_at
            if former and is_ahead and _may_take_back(place, former, user):
                return f"{reverse('number', args=[former.company_id, former.tracker_id])}#take-back"
        former = owner
    return ""


@require_POST
def take_back(request: HttpRequest, company: int, tracker: int) -> HttpResponse:
    """`at` (ms) and `to`: of the hand-over that stood on the page; another one stays."""
    place, user = company_for_managing(request, company), cast(User, request.user)
    giver = find_number(place, tracker)
    try:
        tracker_acts.take_back(place, giver.id, user.email, _seen(request, place, giver, user))
    except CannotTakeBack as error:
        messages.error(request, why(error))
    else:
        words = _("The hand-over was taken back: %(name)s keeps %(number)s.")
        messages.success(request, words % {"name": giver.name, "number": national(giver.number)})
    return redirect("number", company=place.id, tracker=giver.id)


def _seen(request: HttpRequest, place: Company, giver: Tracker, user: User) -> Planned:
    """What is planned; where the reader saw something else, that, which `take_back` refuses."""
    at, to = (_number(request.POST.get(name, "")) for name in ("at", "to"))
    planned = planned_of(giver, now_ms())
    if planned and not _may_take_back(place, planned.receiver, user):
        raise PermissionDenied(Sentence("Only admins may take this hand-over back."))
    if planned is None or (planned.at, planned.receiver.tracker_id if planned.receiver else 0) != (at, to):
        return Planned(at, None)
    return planned


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0


def _may_take_back(place: Company, other: Owner | None, user: User) -> bool:
    """As who may hand over: within the company its managers, beyond it admins alone."""
    return user.role == Role.ADMIN or other is None or other.company_id == place.id
