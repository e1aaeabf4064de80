"""Between whom: which of a delivery's two numbers is the company's, and which the customer's.

Pure, and judged by the delivery alone, at its own instant: so the judgement doesn't depend on what
was known before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from textmeter.carriers.seen import CallSeen, Direction, Seen, Source, TextSeen
from textmeter.ledger.clean import clean, possible_time
from textmeter.ledger.outcomes import Outcome
from textmeter.ledger.trackers import Owner, owner_at
from textmeter.lib.phone import e164_or_raw, is_withheld, why_it_cannot_text

INBOUND, OUTBOUND = 0, 1
NOBODY = ""  # the customer's number of a caller who withheld it


class Parties(NamedTuple):
    direction: int  # 0 inbound, 1 outbound
    customer: str  # E.164, or as it came; empty: a caller who withheld the number
    ours: str  # E.164


@dataclass(frozen=True, slots=True)
class Refused:
    """`keeps`: it may still be about a message of the company's own time with the number."""

    outcome: Outcome
    keeps: bool = False


def instant_of(seen: Seen) -> int:
    """The delivery's own instant: the carrier's time, else its arrival."""
    at = possible_time(seen.carrier_time)
    return seen.arrived_at if at is None else at


@lru_cache(maxsize=200_000)
def key_of(number: str) -> str:
    """A number as the ledger keys it."""
    return clean(e164_or_raw(number))


def judge(company_id: int, seen: Seen, owners: Mapping[str, Sequence[Owner]]) -> Parties | Refused | None:
    """The parties; or why the ledger doesn't take the delivery; or None when it doesn't say (then it
    is merged where the message is known, and kept apart where not)."""
    if isinstance(seen, TextSeen):
        if seen.from_number is None or seen.to_number is None:
            return None
    elif seen.from_number is None and seen.to_number is None:
        return None
    sender, receiver = key_of(seen.from_number or ""), key_of(seen.to_number or "")
    at = instant_of(seen)
    direction = _direction(company_id, seen, at, owners.get(sender, ()), owners.get(receiver, ()))
    ours, customer = (receiver, sender) if direction == INBOUND else (sender, receiver)
    if not _owns(company_id, owners.get(ours, ()), at):
        return _refusal(company_id, seen, at, owners.get(ours, ()), owners.get(customer, ()))
    if isinstance(seen, TextSeen):
        if why_it_cannot_text(ours):
            return Refused(Outcome.CANNOT_TEXT)
    elif is_withheld((seen.from_number if direction == INBOUND else seen.to_number) or ""):
        customer = NOBODY
    return Parties(direction, customer, ours)


def _direction(
    company_id: int, seen: Seen, at: int, sender: Sequence[Owner], receiver: Sequence[Owner]
) -> int:
    """History knows the direction; else it follows from which number is ours; where both are, the
    delivery says it, and a status that doesn't is about a text that was sent."""
    given = None if seen.direction is None else int(seen.direction == Direction.OUTBOUND)
    if seen.source == Source.HISTORY and given is not None:
        return given
    sent_by_us = _owns(company_id, sender, at)
    if sent_by_us != _owns(company_id, receiver, at):
        return OUTBOUND if sent_by_us else INBOUND
    if given is not None:
        return given
    if sent_by_us:
        is_status = isinstance(seen, TextSeen) and seen.source == Source.STATUS
        return OUTBOUND if is_status else INBOUND
    # Neither is ours now: whichever once was says what is meant.
    return OUTBOUND if _ever(company_id, sender) and not _ever(company_id, receiver) else INBOUND


def _refusal(company_id: int, seen: Seen, at: int, ours: Sequence[Owner], theirs: Sequence[Owner]) -> Refused:
    """Why, where the number that should be the company's isn't at that instant."""
    # A status may come long after its message, when the number has changed hands.
    keeps = seen.source == Source.STATUS and _ever(company_id, ours)
    owner = owner_at(ours, at) or (owner_at(theirs, at) if seen.direction is None else None)
    if owner and owner.company_id != company_id:
        return Refused(Outcome.OTHER_COMPANY, keeps)
    return Refused(Outcome.UNKNOWN_NUMBER, keeps)


def _owns(company_id: int, owners: Sequence[Owner], at: int) -> bool:
    owner = owner_at(owners, at) if owners else None
    return owner is not None and owner.company_id == company_id


def _ever(company_id: int, owners: Sequence[Owner]) -> bool:
    return any(owner.company_id == company_id for owner in owners)


def tracker_at(company_id: int, owners: Sequence[Owner], at: int) -> int:
    """The company's tracker that had the number at that instant; where another company had it (a
    message known by a delivery of its own time, dated by another), the company's nearest one."""
    own = [owner for owner in owners if owner.company_id == company_id]
    return min(own, key=lambda owner: (_distance(owner, at), owner.from_at)).tracker_id


def _distance(owner: Owner, at: int) -> int:
    if at < owner.from_at:
        return owner.from_at - at
    return 0 if owner.until_at is None or at < owner.until_at else at - owner.until_at + 1


def numbers_of(seen: Sequence[Seen]) -> set[str]:
    """The numbers, as keys, whose owners `judge` asks for: of a delivery that knows its direction only the
    company's own, for an imported file names thousands of customers."""
    numbers: set[str | None] = set()
    for one in seen:
        if one.source != Source.HISTORY or one.direction is None:
            numbers.update((one.from_number, one.to_number))
        else:
            numbers.add(one.to_number if one.direction == Direction.INBOUND else one.from_number)
    return {key_of(number) for number in numbers if number is not None}


def is_call(seen: Seen) -> bool:
    return isinstance(seen, CallSeen)
