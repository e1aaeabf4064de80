"""Whether a tracker has its number now, had it, or gets it, and from or until when."""

from __future__ import annotations

from dataclasses import dataclass

from textmeter.accounts.models import Company
from textmeter.ledger.trackers import Owner, Tracker, owner_by_tracker
from textmeter.lib.days import local
from textmeter.pages.dates import day_of_year
from textmeter.pages.formats import moment, zone_short
from textmeter.pages.language import gettext as _
from textmeter.pages.said import said_why_not


@dataclass(frozen=True, slots=True)
class Standing:
    """`why_not`: why it can't text, empty when it can. `begins`: from when on it has its number, empty when
    that is past. `until`: when it hands its number over or, when that `is_over`, did; empty: never."""

    tracker: Tracker
    why_not: str
    begins: str
    until: str
    is_over: bool

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
    )


def hand_over_words(owner: Owner | None, company: Company, now: int) -> str:
    """`Handed over on Mar 4, 2026`, as it stands below a name; empty where nothing is to be said."""
    if owner is None:
        return ""
    if owner.from_at > now:
        return _("From %(day)s") % {"day": _day(owner.from_at, company)}
    if owner.until_at is None:
        return ""
    words = _("Handed over on %(day)s") if owner.is_over(now) else _("Hands over on %(day)s")
    return words % {"day": _day(owner.until_at, company)}


def moment_and_zone(at: int, company: Company) -> str:
    """`Wed, Mar 4, 2026, 9:42 AM Eastern`"""
    return f"{moment(at, company.zone)} {zone_short(company.zone)}"


def _day(at: int, company: Company) -> str:
    return day_of_year(local(at, company.zone).date())
