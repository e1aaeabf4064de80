"""What people do with trackers, each with its line of who did it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from textmeter.accounts.audit import note
from textmeter.accounts.models import Company
from textmeter.ledger import corrected, planned, rebuild
from textmeter.ledger.corrected import NEVER, HandOver
from textmeter.ledger.planned import Planned
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import (
    Tracker,
    add_tracker,
    change_tracker,
    present_owners,
    tracker,
)
from textmeter.lib.days import now_ms, stamp
from textmeter.lib.phone import tracking_number
from textmeter.lib.sentences import Sentence

MOST_AT_ONCE = 300  # customers that are made again while somebody waits for a page


class SampleStaysApart(ValueError):
    """The number would change hands between a sample and a real company; the text says so to people."""

    def __init__(self) -> None:
        super().__init__(Sentence("Between a sample company and real ones no number is handed over."))


def may_hand_over(giver: Company, receiver: Company) -> bool:
    """A sample is removed whole one day, with the numbers that it has."""
    return giver.is_sample == receiver.is_sample


def add(
    company: Company,
    by: str,
    *,
    number: str,
    name: str,
    source: str = "",
    destination: str = "",
    record_calls: bool = False,
    owns_from: int | None = None,
    goes_on: bool = True,
) -> Tracker:
    """As `add_tracker`, and raises the same and SampleStaysApart. Where the number changes hands, the company
    that had it gets a line too, which doesn't say who has it now."""
    with transaction.atomic():
        former = _former(number) if owns_from is not None else None
        giver = Company.objects.get(pk=former.company_id) if former else None
        if giver and not may_hand_over(giver, company):
            raise SampleStaysApart
        made = add_tracker(
            company.id,
            number=number,
            name=name,
            source=source,
            destination=destination,
            record_calls=record_calls,
            owns_from=owns_from,
            goes_on=False,
        )
        if former and giver and owns_from is not None:
            note(by, _handed_over(former, owns_from, giver), giver)
        note(by, f"Added {made.number} as {name}{_since(owns_from, company)}.", company)
    if goes_on and owns_from is not None and rebuild.is_rebuilding(company.id):
        rebuild.go_on(company.id)
    return made


def change(
    company: Company,
    id: int,
    by: str,
    *,
    name: str | None = None,
    source: str | None = None,
    destination: str | None = None,
    record_calls: bool | None = None,
    is_disabled: bool | None = None,
) -> Tracker:
    """As `change_tracker`, and raises the same; nothing is noted where nothing changed."""
    with transaction.atomic():
        before = tracker(company.id, id)
        changed = change_tracker(
            company.id,
            id,
            name=name,
            source=source,
            destination=destination,
            record_calls=record_calls,
            is_disabled=is_disabled,
        )
        if before and (said := _differences(before, changed)):
            note(by, f"Changed {changed.number} ({before.name}): {'; '.join(said)}.", company)
    return changed


def take_back(company: Company, id: int, by: str, seen: Planned) -> Tracker | None:
    """As `planned.take_back`, and raises the same. Another company that was to get the number gets a line
    too, which doesn't say who keeps it."""
    with transaction.atomic():
        gone = planned.take_back(company.id, id, seen)
        is_own = gone is not None and gone.company_id == company.id
        if kept := tracker(company.id, id):
            to = f" to {gone.name}" if gone and is_own else ""
            note(by, _taken_back(f"{kept.number} ({kept.name}){to}", seen.at, company), company)
        if gone is not None and not is_own:
            other = Company.objects.get(pk=gone.company_id)
            note(by, _taken_back(f"{gone.number} to {gone.name}", seen.at, other), other)
    return gone


def correct(company: Company, id: int, by: str, seen: HandOver, at: int, *, goes_on: bool = True) -> None:
    """As `corrected.correct`, and raises the same. `goes_on`: moves what goes over before it answers."""
    times = f"from {stamp(seen.at, company.zone)} to {stamp(at, company.zone)}"

    def tell(what: str) -> None:
        note(by, f"Moved {what} {times}.", company)

    _correct(company, id, seen, at, goes_on=goes_on, tell=tell)


def undo(company: Company, id: int, by: str, seen: HandOver, *, goes_on: bool = True) -> bool:
    """Takes a hand-over back that took place: all comes back to the former tracker, and the later one goes.
    Answers False where it still comes; then the worker ends it (`corrected.end_undone`). Raises as
    `correct`."""

    def tell(what: str) -> None:
        note(by, f"Took back {what}, which was at {stamp(seen.at, company.zone)}.", company)

    _correct(company, id, seen, NEVER, goes_on=goes_on, tell=tell)
    corrected.end_undone(company.id)
    return not rebuild.is_rebuilding(company.id)


def _correct(
    company: Company, id: int, seen: HandOver, at: int, *, goes_on: bool, tell: Callable[[str], None]
) -> None:
    """`tell`: is told which hand-over, in the transaction that changes it."""
    with transaction.atomic():
        corrected.correct(company, id, seen, at)
        giver, receiver = (tracker(company.id, one.tracker_id) for one in (seen.giver, seen.receiver))
        if giver and receiver:
            tell(f"the hand-over of {giver.number} ({giver.name}) to {receiver.name}")
    if goes_on and rebuild.is_rebuilding(company.id):
        rebuild.go_on(company.id)


def is_soon_done(company_id: int) -> bool:
    """Whether all of the company's customers can be made again while somebody waits."""
    found = fetch(
        "SELECT id FROM ledger_customer WHERE company_id = %s LIMIT %s", [company_id, MOST_AT_ONCE + 1]
    )
    return len(found) <= MOST_AT_ONCE


def _former(number: str) -> Tracker | None:
    e164 = tracking_number(number)
    owner = present_owners([e164]).get(e164) if e164 else None
    return tracker(owner.company_id, owner.tracker_id) if owner else None


def _handed_over(former: Tracker, at: int, company: Company) -> str:
    """True before that instant and after it."""
    if at > now_ms():
        return f"Planned the hand-over of {former.number} ({former.name}) for {stamp(at, company.zone)}."
    return f"Handed {former.number} ({former.name}) over{_since(at, company)}."


def _taken_back(what: str, at: int, company: Company) -> str:
    return f"Took back the hand-over of {what} that was planned for {stamp(at, company.zone)}."


def _since(at: int | None, company: Company) -> str:
    return "" if at is None else f", from {stamp(at, company.zone)} on"


def _differences(before: Tracker, now: Tracker) -> list[str]:
    said = [
        f"{what} {old or 'none'} is now {new or 'none'}"
        for what, old, new in (
            ("name", before.name, now.name),
            ("source", before.source, now.source),
            ("destination", before.destination, now.destination),
        )
        if old != new
    ]
    if before.record_calls != now.record_calls:
        said.append("calls are recorded" if now.record_calls else "calls are no longer recorded")
    if (before.disabled_at is None) != (now.disabled_at is None):
        said.append("in use again" if now.disabled_at is None else "disabled")
    return said
