"""Whether a tracker has its number now, had it, or gets it, and from or until when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import zip_longest
from typing import Protocol

from django.http import Http404

from textmeter.accounts.models import Company
from textmeter.ledger.corrected import NEVER
from textmeter.ledger.trackers import Owner, Tracker, owner_by_tracker, owners_of, tracker
from textmeter.lib.days import local
from textmeter.pages.dates import day_of_year
from textmeter.pages.formats import moment, zone_short
from textmeter.pages.language import gettext as _
from textmeter.pages.said import said_why_not

MAX_ID = 2**63 - 1


def find_number(place: Company, id: int) -> Tracker:
    """Of the company's own. Raises Http404."""
    found = tracker(place.id, id) if id <= MAX_ID else None
    if found is None:
        raise Http404("No such number.")
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """`why_not`: why it can't text, empty when it can. `begins`: from when on it has its number, empty when
    that is past. `until`: when it hands its number over or, when that `is_over`, did; empty: never.
    `gets_back`, `gives_back`: what a hand-over moved, which was taken back."""

    tracker: Tracker
    why_not: str
    begins: str
    until: str
    is_over: bool
    gets_back: bool
    gives_back: bool

    @property
    def is_disabled(self) -> bool:
        return self.tracker.disabled_at is not None


def standing_of(place: Company, found: Tracker, now: int) -> Standing:
    owner = owner_by_tracker([found]).get(found.id)
    begins = owner.from_at if owner and owner.from_at > now else None
    until = owner.until_at if owner else None
    return Standing(
        found,
        said_why_not(found.number),
        "" if begins is None else moment_and_zone(begins, place),
        "" if until is None else moment_and_zone(until, place),
        owner is not None and owner.is_over(now),
        until == NEVER,
        begins == NEVER,
    )


class _Named(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def number(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a line of the list says of it: `Handed over to Mailer on Mar 4, 2026`; empty for nothing."""

    words: str = ""
    is_over: bool = False  # it had its number
    is_to_come: bool = False  # it gets its number


def hand_overs_of(company: Company, found: Collection[_Named], now: int) -> dict[int, HandOver]:
    """By the tracker's id, of those of the company's numbers that some had after another."""
    names = {each.id: each.name for each in found}
    numbers = {each.number for each in found}
    return {
        owner.tracker_id: HandOver(
            _words(owner, names.get(after.tracker_id, "") if after else "", company, now),
            owner.is_over(now),
            owner.from_at > now,
        )
        for owners in owners_of(numbers).values()
        for owner, after in zip_longest(owners, owners[1:])
    }


def moment_and_zone(at: int, company: Company) -> str:
    """`Wed, Mar 4, 2026, 9:42 AM Eastern`"""
    return f"{moment(at, company.zone)} {zone_short(company.zone)}"


def _words(owner: Owner, to: str, company: Company, now: int) -> str:
    """`to`: the company's own name that the number goes to; empty where it is none."""
    if owner.from_at == NEVER:
        return _("Goes once all has come back from it")
    if owner.from_at > now:
        return _("From %(day)s") % {"day": _day(owner.from_at, company)}
    if owner.until_at is None or owner.until_at == NEVER:
        return ""
    if to:
        words = (
            _("Handed over to %(name)s on %(day)s")
            if owner.is_over(now)
            else _("Hands over to %(name)s on %(day)s")
        )
    else:
        words = _("Handed over on %(day)s") if owner.is_over(now) else _("Hands over on %(day)s")
    return words % {"name": to, "day": _day(owner.until_at, company)}


def _day(at: int, company: Company) -> str:
    return day_of_year(local(at, company.zone).date())
