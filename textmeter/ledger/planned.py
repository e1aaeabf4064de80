"""Hand-overs whose time lies ahead: who gets the number then, and taking them back."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from textmeter.ledger.changes import bump_change
from textmeter.ledger.statements import run
from textmeter.ledger.trackers import Owner, Tracker, latest_of, owners_of, tracker
from textmeter.ledger.turns import take_numbers, take_turn
from textmeter.lib.days import now_ms
from textmeter.lib.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Planned:
    """`at`: when (ms) the number is to change hands. `receiver`: who gets it then; None where its company
    was removed meanwhile. `goes_on`: the receiver is to hand it over in its turn, or, without one, somebody
    gets it later."""

    at: int
    receiver: Owner | None
    goes_on: bool = False


class CannotTakeBack(ValueError):
    """The hand-over has to stay; the text says why to people."""


def planned_of(giver: Tracker, now: int) -> Planned | None:
    """The hand-over of its number that lies ahead, if there is one."""
    owners = owners_of([giver.number]).get(giver.number, [])
    place = next((at for at, each in enumerate(owners) if each.tracker_id == giver.id), None)
    if place is None:
        return None
    until = owners[place].until_at
    if until is None or until <= now:
        return None
    later = owners[place + 1] if place + 1 < len(owners) else None
    receiver = later if later and later.from_at == until else None
    return Planned(until, receiver, later is not None and (receiver is None or receiver.until_at is not None))


def take_back(company_id: int, id: int, seen: Planned) -> Tracker | None:
    """The tracker keeps its number, as if the hand-over that somebody has `seen` had never been planned, and
    the tracker that was made for it goes; answers that one. Raises CannotTakeBack, and LookupError for a
    tracker the company hasn't."""
    with transaction.atomic():
        take_numbers()
        giver = tracker(company_id, id)
        if giver is None:
            raise LookupError(f"The company has no tracker {id}.")
        now = now_ms()
        if planned_of(giver, now) != seen:
            raise CannotTakeBack(_changed(seen, now))
        receiver = seen.receiver
        if receiver is None and seen.goes_on:
            raise CannotTakeBack(Sentence("Somebody else gets the number after that, so it has to stay."))
        take_turn(*{company_id, *([receiver.company_id] if receiver else [])})
        gone = _without(receiver) if receiver else None
        run(
            "UPDATE ledger_number_owner SET until_at = NULL WHERE number = %s AND tracker_id = %s",
            [giver.number, giver.id],
        )
        bump_change(company_id)
    return gone


def _changed(seen: Planned, now: int) -> Sentence:
    if seen.at <= now:
        return Sentence("The number has changed hands meanwhile, which can’t be taken back.")
    return Sentence("What is planned has changed meanwhile. Nothing was taken back.")


def _without(receiver: Owner) -> Tracker | None:
    """Takes away what a hand-over made. Nothing can be the receiver's before its time, but for what bears a
    date of the future: that would belong to nobody."""
    if receiver.until_at is not None:
        raise CannotTakeBack(
            Sentence("It is to be handed on after that. Take the later hand-over back first.")
        )
    if latest_of(receiver) is not None:
        raise CannotTakeBack(
            Sentence("Texts or calls with a date after the hand-over are there already, so it has to stay.")
        )
    made = tracker(receiver.company_id, receiver.tracker_id)
    run(
        "DELETE FROM ledger_number_owner WHERE number = %s AND tracker_id = %s",
        [receiver.number, receiver.tracker_id],
    )
    run(
        "DELETE FROM ledger_tracker WHERE company_id = %s AND id = %s",
        [receiver.company_id, receiver.tracker_id],
    )
    bump_change(receiver.company_id)
    return made
