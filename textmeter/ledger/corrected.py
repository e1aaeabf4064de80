"""The moment of a hand-over within one company, corrected afterwards: what lies between the two goes over."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

from django.db import transaction

from textmeter.accounts.models import Company
from textmeter.ledger import rebuild
from textmeter.ledger.changes import bump_change
from textmeter.ledger.coming_over import BeingMoved, coming_over
from textmeter.ledger.planned import CannotTakeBack, planned_of, take_back
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.trackers import Owner, Tracker, owners_of, tracker
from textmeter.ledger.turns import take_numbers, take_turn
from textmeter.lib.days import now_ms
from textmeter.lib.sentences import Sentence

# When a hand-over is that was taken back, until all has come back: the last instant of 2099, which nobody
# can choose. So far none lies ahead.
NEVER = 4_102_444_799_999


@dataclass(frozen=True, slots=True)
class HandOver:
    """`at`: when (ms) the number changed hands, or will. `giver`, `receiver`: of one company."""

    at: int
    giver: Owner
    receiver: Owner


@dataclass(frozen=True, slots=True)
class Between:
    """What lies between two moments, and goes over when the one becomes the other. `goes_on`: to the later
    owner; else it comes back to the former one."""

    texts: int
    calls: int
    goes_on: bool


class CannotCorrect(ValueError):
    """The moment has to stay; the text says why to people."""


def hand_over_of(giver: Tracker) -> HandOver | None:
    """That of its number, where its own company has it after that."""
    owners = owners_of([giver.number]).get(giver.number, [])
    for former, later in pairwise(owners):
        if former.tracker_id == giver.id:
            is_own = later.company_id == giver.company_id and later.from_at == former.until_at
            return HandOver(later.from_at, former, later) if is_own else None
    return None


def between(company: Company, found: HandOver, at: int, until: int | None = None) -> Between:
    """What goes over when the hand-over is at `at` (ms); nothing that is of `until` or later is counted."""
    goes_on = at < found.at
    holder = tracker(company.id, (found.giver if goes_on else found.receiver).tracker_id)
    first, last = sorted((at, found.at))
    last = last if until is None else max(first, min(last, until))
    if holder is None or first == last:
        return Between(0, 0, goes_on)
    whole, rest = coming_over(company, holder, first), coming_over(company, holder, last)
    return Between(whole.texts - rest.texts, whole.calls - rest.calls, goes_on)


def correct(company: Company, id: int, seen: HandOver, at: int) -> None:
    """The hand-over that somebody has `seen` is at the instant `at` (ms). What goes over is moved by the
    next `rebuild.go_on`, or the worker. Raises CannotCorrect, BeingMoved, and LookupError for a tracker the
    company hasn't."""
    with transaction.atomic():
        take_numbers()
        giver = tracker(company.id, id)
        if giver is None:
            raise LookupError(f"The company has no tracker {id}.")
        take_turn(company.id)
        see_that_it_can(company, giver, seen, at)
        goes_over = between(company, seen, at)
        _put(seen.giver, "until_at", at)
        _put(seen.receiver, "from_at", at)
        bump_change(company.id)
        if goes_over.texts or goes_over.calls:
            rebuild.mark_for_rebuild(company.id)


def end_undone(company_id: int | None = None) -> None:
    """Hand-overs at NEVER go, with the trackers that were made for them: of the company, or of all; those
    of a company whose texts still come back stay, and what bears a date after NEVER keeps its own."""
    givers = fetch("SELECT company_id, tracker_id FROM ledger_number_owner WHERE until_at = %s", [NEVER])
    for owner, id in givers:
        if company_id not in (None, owner) or rebuild.is_rebuilding(owner):
            continue
        giver = tracker(owner, id)
        planned = planned_of(giver, now_ms()) if giver else None
        if planned is not None:
            with suppress(CannotTakeBack):
                take_back(owner, id, planned)


def see_that_it_can(company: Company, giver: Tracker, seen: HandOver, at: int) -> None:
    """Raises CannotCorrect, BeingMoved."""
    if hand_over_of(giver) != seen:
        raise CannotCorrect(Sentence("The hand-over has changed meanwhile. Nothing was changed."))
    if at == seen.at:
        raise CannotCorrect(Sentence("The hand-over is at that moment already."))
    if at <= seen.giver.from_at:
        raise CannotCorrect(Sentence("A number can only change hands after its present owner got it."))
    if seen.receiver.until_at is not None and at >= seen.receiver.until_at:
        raise CannotCorrect(Sentence("By then the number was handed on already. Choose an earlier moment."))
    if rebuild.is_rebuilding(company.id):
        raise BeingMoved


def _put(owner: Owner, column: str, at: int) -> None:
    run(
        f"UPDATE ledger_number_owner SET {column} = %s WHERE number = %s AND tracker_id = %s",
        [at, owner.number, owner.tracker_id],
    )
