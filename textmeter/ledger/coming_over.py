"""What a hand-over would take along to the new tracker, said beforehand: the day on which it begins from its
messages, whole days from their counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from textmeter.accounts.models import Company
from textmeter.ledger.rebuild import is_rebuilding
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import Tracker, owner_by_tracker
from textmeter.lib.days import as_key, day_bounds, from_key, local
from textmeter.lib.sentences import Sentence

# Somebody who hands over from a moment of these last minutes (ms) means from now on.
JUST_NOW = 5 * 60_000
# Clocks that go back over midnight show the former day again, for less than this (ms).
_BACK = 2 * 3_600_000

_Row = tuple[int, int, int | None, int | None]  # how many texts, conversations, their first and last day


@dataclass(frozen=True, slots=True)
class ComingOver:
    """`conversations`: those that hold one of the texts. `first`, `last`: local days of the earliest and the
    latest text or call; None where there is none."""

    texts: int
    calls: int
    conversations: int
    first: date | None
    last: date | None


class BeingMoved(ValueError):
    """A change of zone, a rebuild or a hand-over of before is still at work on the company's texts: whatever
    was counted now would be wrong a moment later. The text says so to people."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "Texts of this company are just being put on other numbers or days, so nobody can say what "
                "this would move. Try again in a few minutes."
            )
        )


def to_be_asked(company: Company, giver: Tracker, at: int, now: int) -> ComingOver | None:
    """What a hand-over within the company takes along, where that is to be asked about first. None: nothing,
    or the instant `at` is of the last minutes, or before the giver's own beginning, which is refused. Raises
    BeingMoved."""
    owner = owner_by_tracker([giver]).get(giver.id)
    if now - JUST_NOW <= at <= now or owner is None or at <= owner.from_at:
        return None
    if is_rebuilding(company.id):
        raise BeingMoved
    found = coming_over(company, giver, at)
    return found if found.texts or found.calls else None


def coming_over(company: Company, giver: Tracker, at: int) -> ComingOver:
    """What the company's tracker has from the instant `at` (ms) on."""
    day = local(at + _BACK, company.zone).date()
    parts = [_up_to(company, giver, at, day), _after(giver, day)]
    ((calls, *ends),) = fetch(
        "SELECT COUNT(*), MIN(started_at), MAX(started_at) FROM ledger_call"
        " WHERE company_id = %s AND tracker_id = %s AND started_at >= %s",
        [company.id, giver.id, at],
    )
    days = [from_key(key) for part in parts for key in part[2:] if key is not None]
    days += [local(end, company.zone).date() for end in ends if end is not None]
    return ComingOver(
        texts=sum(part[0] for part in parts),
        calls=calls,
        conversations=sum(part[1] for part in parts),
        first=min(days, default=None),
        last=max(days, default=None),
    )


def _up_to(company: Company, giver: Tracker, at: int, day: date) -> _Row:
    """From the instant to the end of the day. The plus keeps SQLite from reading all of a customer's days,
    one after the other, for each of them."""
    ((texts, conversations, first, last),) = fetch(
        """SELECT SUM(texts), COUNT(*), MIN(local_date), MAX(local_date) FROM (
            SELECT c.customer_id, c.local_date, COUNT(*) AS texts
            FROM ledger_conversation_tracker c CROSS JOIN ledger_message m
            WHERE c.company_id = %s AND c.tracker_id = %s AND c.last_at >= %s AND c.last_at < %s
            AND c.local_date <= %s AND m.company_id = %s AND m.customer_id = c.customer_id
            AND m.local_date = +c.local_date AND m.tracker_id = c.tracker_id AND m.sent_at >= %s
            GROUP BY c.customer_id, c.local_date) moved""",
        [
            *(company.id, giver.id, at, day_bounds(day, day, company.zone)[1]),
            *(as_key(day), company.id, at),
        ],
    )
    return int(texts or 0), conversations, first, last


def _after(giver: Tracker, day: date) -> _Row:
    """Whole days, by their counts."""
    whose = "WHERE company_id = %s AND tracker_id = %s AND local_date > %s"
    of_days = [giver.company_id, giver.id, as_key(day)]
    ((texts, first, last, conversations),) = fetch(
        f"""SELECT SUM(inbound + outbound), MIN(local_date), MAX(local_date),
            (SELECT SUM(conversations) FROM ledger_conversation_count {whose})
        FROM ledger_volume_tracker {whose}""",
        of_days * 2,
    )
    return int(texts or 0), int(conversations or 0), first, last
