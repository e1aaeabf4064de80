"""Why a number can't be added: who has it, as far as the company may know, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from textmeter.accounts.models import Company, Role, User
from textmeter.ledger.trackers import NumberTaken, Owner, owner_at, owners_of, tracker
from textmeter.lib.days import now_ms
from textmeter.pages.language import gettext as _
from textmeter.pages.number_planned import ahead_of
from textmeter.pages.number_standing import moment_and_zone


def taken_words(company: Company, taken: NumberTaken, user: User) -> str:
    """The company's own one is named, and of others nothing is said."""
    now = now_ms()
    holder = holder_of(company, owners_of([taken.number]).get(taken.number, []), now)
    found = tracker(company.id, holder.tracker_id) if holder else None
    if holder is None or found is None:
        return elsewhere_words(user)
    if holder.from_at > now:
        words = _("This is %(name)s already, which gets the number on %(time)s.")
        return words % {"name": found.name, "time": moment_and_zone(holder.from_at, company)}
    if ahead := ahead_of(company, found, user, now):
        time = moment_and_zone(ahead.at, company)
        return _handing_over_words(may_take_back=ahead.may) % {"name": found.name, "time": time}
    words = _("This is %(name)s already. To give it to somebody else, open that one and hand it over.")
    return words % {"name": found.name}


def elsewhere_words(user: User) -> str:
    """The same, whether another company has it or nobody may add it."""
    if user.role == Role.ADMIN:
        return _(
            "This number can’t be added here. Check its digits; if they are right, hand it over where it is."
        )
    return _("This number can’t be added here. Check its digits; if they are right, ask an admin.")


def holder_of(company: Company, owners: Sequence[Owner], now: int) -> Owner | None:
    """Who of the number's owners has it now, where that is the company's own; else who has it from its last
    hand-over on."""
    holder = owner_at(owners, now)
    if holder and holder.company_id == company.id:
        return holder
    return owners[-1] if owners else None


def _handing_over_words(*, may_take_back: bool) -> str:
    if may_take_back:
        return _(
            "This is %(name)s already, which hands the number over on %(time)s. To give it to somebody else, "
            "open that one and take the hand-over back first."
        )
    return _(
        "This is %(name)s already, which hands the number over on %(time)s. Only an admin can take that back."
    )
