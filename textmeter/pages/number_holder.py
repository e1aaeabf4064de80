"""Who has a number now, on the page of one that handed it over."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from textmeter.accounts.models import Company, Role, User
from textmeter.ledger.trackers import Tracker, owner_at, owners_of
from textmeter.ledger.trackers import tracker as tracker_of
from textmeter.pages.number_standing import moment_and_zone


@dataclass(frozen=True, slots=True)
class Holder:
    """`company`: whose it is, empty for the reader's own. `since`: from when on it has the number."""

    name: str
    company: str
    href: str
    since: str


def holder_now(place: Company, former: Tracker, user: User, now: int) -> Holder | None:
    """None: nobody, the former one itself, or, for who isn't an admin, another company's."""
    owner = owner_at(owners_of([former.number]).get(former.number, []), now)
    if owner is None or owner.tracker_id == former.id:
        return None
    is_own = owner.company_id == place.id
    found = tracker_of(owner.company_id, owner.tracker_id) if is_own or user.role == Role.ADMIN else None
    if found is None:
        return None
    return Holder(
        found.name,
        "" if is_own else Company.objects.get(pk=owner.company_id).name,
        reverse("number", args=[found.company_id, found.id]),
        moment_and_zone(owner.from_at, place),
    )
