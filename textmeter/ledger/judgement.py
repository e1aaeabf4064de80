"""Which of a delivery's two numbers is the company's, and which the customer's.

Pure, and judged by the delivery alone, at its own instant: so the judgement doesn't depend on what
was known before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from textmeter.carriers.seen import CallSeen, Direction, Source
from textmeter.ledger.instants import time_of
from textmeter.ledger.outcomes import Outcome
from textmeter.ledger.parties import INBOUND, NOBODY, OUTBOUND, Parties, key_of
from textmeter.ledger.readings import TextReading
from textmeter.ledger.trackers import Owner, owner_at
from textmeter.lib.phone import is_withheld, why_it_cannot_text

Owners = Mapping[str, Sequence[Owner]]


@dataclass(frozen=True, slots=True)
class Refused:
    """`keeps`: it may still be about a message of the company's own time with the number."""

    outcome: Outcome
    keeps: bool = False


def judge_text(company_id: int, text: TextReading, owners: Owners) -> Parties | Refused | None:
    """The parties; or why the ledger doesn't take the delivery; or None when it doesn't say (then it
    is merged where the message is known, and kept apart where not)."""
    if text.sender is None or text.receiver is None:
        return None
    parties = _parties(company_id, text, text.sender, text.receiver, owners)
    if isinstance(parties, Parties) and why_it_cannot_text(parties.ours):
        return Refused(Outcome.CANNOT_TEXT)
    return parties


def judge_call(company_id: int, call: CallSeen, owners: Owners) -> Parties | Refused | None:
    """The same of a call. One of its two numbers is enough."""
    if call.from_number is None and call.to_number is None:
        return None
    sender, receiver = call.from_number or "", call.to_number or ""
    direction = None if call.direction is None else int(call.direction == Direction.OUTBOUND)
    way = _Way(call.source, direction, time_of(call)[1])
    parties = _parties(company_id, way, key_of(sender), key_of(receiver), owners)
    if isinstance(parties, Parties) and is_withheld(sender if parties.direction == INBOUND else receiver):
        return parties._replace(customer=NOBODY)
    return parties


def numbers_of(seen: Sequence[TextReading | CallSeen]) -> set[str]:
    """The numbers, as keys, whose owners judging asks for: of a text that knows its direction only the
    company's own, for an imported file names thousands of customers."""
    numbers: set[str | None] = set()
    for one in seen:
        if isinstance(one, CallSeen):
            numbers |= {key_of(number) for number in (one.from_number, one.to_number) if number is not None}
        elif one.source == Source.HISTORY and one.direction is not None:
            numbers.add(one.receiver if one.direction == INBOUND else one.sender)
        else:
            numbers.update((one.sender, one.receiver))
    return {number for number in numbers if number is not None}


class _Way(NamedTuple):
    source: int
    direction: int | None
    at: int  # the delivery's own instant: the carrier's time, else its arrival


def _parties(
    company_id: int, one: TextReading | _Way, sender: str, receiver: str, owners: Owners
) -> Parties | Refused:
    direction = one.direction
    if direction is None or one.source != Source.HISTORY:
        direction = _direction(company_id, one, owners.get(sender, ()), owners.get(receiver, ()))
    ours, customer = (receiver, sender) if direction == INBOUND else (sender, receiver)
    if not _owns(company_id, owners.get(ours, ()), one.at):
        return _refusal(company_id, one, owners.get(ours, ()), owners.get(customer, ()))
    return Parties(direction, customer, ours)


def _direction(
    company_id: int, one: TextReading | _Way, sender: Sequence[Owner], receiver: Sequence[Owner]
) -> int:
    """History knows the direction; else it follows from which number is ours; where both are, the
    delivery says it, and a status that doesn't is about a text that was sent."""
    sent_by_us = _owns(company_id, sender, one.at)
    if sent_by_us != _owns(company_id, receiver, one.at):
        return OUTBOUND if sent_by_us else INBOUND
    if one.direction is not None:
        return one.direction
    if sent_by_us:
        is_status = isinstance(one, TextReading) and one.source == Source.STATUS
        return OUTBOUND if is_status else INBOUND
    # Neither is ours now: whichever once was says what is meant.
    return OUTBOUND if _ever(company_id, sender) and not _ever(company_id, receiver) else INBOUND


def _refusal(
    company_id: int, one: TextReading | _Way, ours: Sequence[Owner], theirs: Sequence[Owner]
) -> Refused:
    """Why, where the number that should be the company's isn't at that instant."""
    # A status may come long after its message, when the number has changed hands.
    keeps = one.source == Source.STATUS and _ever(company_id, ours)
    owner = owner_at(ours, one.at) or (owner_at(theirs, one.at) if one.direction is None else None)
    if owner and owner.company_id != company_id:
        return Refused(Outcome.OTHER_COMPANY, keeps)
    return Refused(Outcome.UNKNOWN_NUMBER, keeps)


def _owns(company_id: int, owners: Sequence[Owner], at: int) -> bool:
    owner = owner_at(owners, at) if owners else None
    return owner is not None and owner.company_id == company_id


def _ever(company_id: int, owners: Sequence[Owner]) -> bool:
    return any(owner.company_id == company_id for owner in owners)
