"""What the commands about trackers say of one: to people, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from textmeter.ledger.trackers import Tracker


def added(made: Tracker) -> str:
    from textmeter.lib.phone import national, why_it_cannot_text

    reason = why_it_cannot_text(made.number)
    words = f"Added tracker {made.id}: {made.name}, {national(made.number)}."
    former = _former(made)
    if former is not None:
        words += f" The number {_had(made)} {former.name!r} ({former.id}) of company {former.company_id}:"
        words += " what was before the hand-over stays there."
    return f"{words} For calls only: {reason}" if reason else words


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


def standing(one: Tracker, until: int | None, zone: ZoneInfo) -> str:
    """Until when it had its number, or that it is disabled; empty for one in use."""
    from textmeter.lib.days import local

    if until is not None:
        return f"until {local(until, zone):%Y-%m-%d %H:%M %Z}, then handed over"
    return "disabled" if one.disabled_at is not None else ""


def as_json(one: Tracker, until: int | None) -> dict[str, object]:
    from textmeter.lib.days import as_iso
    from textmeter.lib.phone import why_it_cannot_text

    reason = why_it_cannot_text(one.number)
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
        "until": as_iso(until, ZoneInfo("UTC")) if until is not None else None,
    }
