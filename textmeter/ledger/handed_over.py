"""Numbers that changed hands: whose trackers' messages and calls have to be looked at by their instant."""

from __future__ import annotations

from textmeter.ledger.parties import tracker_at
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import Owner, owners_of

Owners = dict[int, list[Owner]]  # by tracker


def handed_over(company_id: int) -> Owners:
    """The owners of each number, earliest first, by those of the company's trackers that had to share it."""
    rows = fetch(
        "SELECT t.id, t.number FROM ledger_tracker t WHERE t.company_id = %s AND EXISTS"
        " (SELECT 1 FROM ledger_number_owner o WHERE o.number = t.number AND o.tracker_id <> t.id)",
        [company_id],
    )
    owners = owners_of(number for _, number in rows)
    return {id: owners[number] for id, number in rows if number in owners}


def rightful(company_id: int, owners: Owners, tracker_id: int, at: int) -> int:
    """The company's tracker that had the number of `tracker_id` at that instant."""
    known = owners.get(tracker_id)
    return tracker_at(company_id, known, at) if known else tracker_id
