"""What the commands about trackers say of one: to people, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textmeter.cli.output import count
from textmeter.lib.quotes import quoted

if TYPE_CHECKING:
    from textmeter.accounts.models import Company
    from textmeter.ledger.corrected import HandOver
    from textmeter.ledger.trackers import Owner, Tracker


def added(made: Tracker) -> str:
    from textmeter.lib.phone import national, why_it_cannot_text

    reason = why_it_cannot_text(made.number)
    words = f"Added tracker {made.id}: {made.name}, {national(made.number)}."
    former = _former(made)
    if former is not None:
        words += (
            f" The number {_had(made)} {quoted(former.name)} ({former.id}) of company {former.company_id}:"
        )
        words += " what was before the hand-over stays there."
    return f"{words} For calls only: {reason}" if reason else words


def moving(owner: Company, number: str, name: str, at: int | None) -> str:
    """What a hand-over from that instant (ms) on moves to the new tracker; empty: nobody has to be asked."""
    from textmeter.ledger.coming_over import to_be_asked
    from textmeter.ledger.trackers import present_owners, tracker
    from textmeter.lib.days import now_ms

    holder = present_owners([number]).get(number)
    giver = tracker(owner.id, holder.tracker_id) if holder else None
    if giver is None or at is None or (found := to_be_asked(owner, giver, at, now_ms())) is None:
        return ""
    texts = f"{count(found.texts, 'text')} in {count(found.conversations, 'conversation')}"
    what = [texts] * bool(found.texts) + [count(found.calls, "call")] * bool(found.calls)
    return (
        f"tracker {giver.id}, {quoted(giver.name)}, gives what it has since then to {quoted(name)}: "
        f"{' and '.join(what)}, from {found.first} to {found.last}."
    )


def going_over(owner: Company, found: HandOver, at: int) -> str:
    """What another moment of a hand-over moves, and where to; empty: nothing. Raises CannotCorrect,
    BeingMoved."""
    from textmeter.ledger.corrected import between, see_that_it_can
    from textmeter.ledger.trackers import tracker

    giver, receiver = (tracker(owner.id, one.tracker_id) for one in (found.giver, found.receiver))
    if giver is None or receiver is None:
        return ""
    see_that_it_can(owner, giver, found, at)
    going = between(owner, found, at)
    leaves, gets = (giver, receiver) if going.goes_on else (receiver, giver)
    what = [count(going.texts, "text")] * bool(going.texts) + [count(going.calls, "call")] * bool(going.calls)
    if not what:
        return ""
    return f"tracker {leaves.id}, {quoted(leaves.name)}, gives {' and '.join(what)} to {quoted(gets.name)}."


def corrected(one: Tracker, at: int, owner: Company) -> str:
    from textmeter.lib.days import stamp
    from textmeter.lib.phone import national

    return (
        f"The hand-over of {national(one.number)} by tracker {one.id}, {one.name}, is at "
        f"{stamp(at, owner.zone)}."
    )


def _former(made: Tracker) -> Tracker | None:
    """The tracker that had the number before, if any."""
    from textmeter.ledger.trackers import owners_of, tracker

    owners = owners_of([made.number])[made.number]
    return tracker(owners[-2].company_id, owners[-2].tracker_id) if len(owners) > 1 else None


def _had(made: Tracker) -> str:
    from textmeter.ledger.trackers import owner_by_tracker
    from textmeter.lib.days import now_ms

    return "is until then" if owner_by_tracker([made])[made.id].from_at > now_ms() else "was"


def changed(one: Tracker) -> str:
    from textmeter.lib.phone import national

    is_dialled = one.destination and one.disabled_at is None
    calls = f"calls go on to {national(one.destination)}" if is_dialled else "calls go nowhere"
    recorded = ", recorded" if is_dialled and one.record_calls else ""
    source = f", source {one.source}" if one.source else ""
    return (
        f"Tracker {one.id} is {one.name}, {national(one.number)}{source}; {calls}{recorded}.{_disabled(one)}"
    )


def _disabled(one: Tracker) -> str:
    return " It is disabled; what still comes in is recorded." if one.disabled_at is not None else ""


def nobody_called(made: Tracker) -> str:
    if made.destination or made.disabled_at is not None:
        return ""
    return (
        "it has no --destination, so calls go nowhere: callers hear a sentence, and the call ends. "
        f"To pass them on: `textmeter tracker set {made.id} --company {made.company_id} --destination +1…`."
    )


def kept(one: Tracker, gone: Tracker | None) -> str:
    from textmeter.lib.phone import national

    words = f"The hand-over was taken back: tracker {one.id}, {one.name}, keeps {national(one.number)}."
    return words if gone is None else f"{words} Tracker {gone.id}, {gone.name}, is gone."


def standing(one: Tracker, owner: Owner | None, zone: ZoneInfo) -> str:
    """From when it has its number, until when it had it, or that it is disabled; empty for one in use."""
    from textmeter.ledger.corrected import NEVER
    from textmeter.lib.days import now_ms, stamp

    said = ["disabled"] if one.disabled_at is not None else []
    if owner is not None and NEVER in (owner.from_at, owner.until_at):
        return "; ".join([*said, "its hand-over was taken back, and what was moved is still coming back"])
    if owner is not None and owner.until_at is not None:
        said = [f"until {stamp(owner.until_at, zone)}, then handed over"]
    if owner is not None and owner.from_at > now_ms():
        said = [f"from {stamp(owner.from_at, zone)} on", *said]
    return "; ".join(said)


def as_json(one: Tracker, owner: Owner | None) -> dict[str, object]:
    """`from` and `until`: when it got its number and when it gives it away; null for ever."""
    from textmeter.lib.days import as_iso
    from textmeter.lib.phone import why_it_cannot_text

    reason, utc = why_it_cannot_text(one.number), ZoneInfo("UTC")
    return {
        "id": str(one.id),
        "company": str(one.company_id),
        "number": one.number,
        "name": one.name,
        "source": one.source,
        "destination": one.destination,
        "record_calls": one.record_calls,
        "can_text": reason is None,
        "why_not": reason.value if reason else "",
        "disabled": one.disabled_at is not None,
        "from": as_iso(owner.from_at, utc) if owner and owner.from_at > 0 else None,
        "until": as_iso(owner.until_at, utc) if owner and owner.until_at is not None else None,
    }
