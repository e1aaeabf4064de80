"""Tracking numbers, and who owns a number when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.db import transaction

from textmeter.ledger.changes import bump_change
from textmeter.ledger.last_texts import last_texts
from textmeter.ledger.statements import chunks, fetch, marks, run
from textmeter.ledger.turns import take_numbers, take_turn
from textmeter.lib.days import now_ms
from textmeter.lib.ids import TRACKER_IDS_END, next_tracker_id
from textmeter.lib.phone import tracking_number
from textmeter.lib.quotes import quoted
from textmeter.lib.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Tracker:
    company_id: int
    id: int
    number: str  # E.164
    name: str
    source: str
    destination: str  # where calls are dialled on to; empty: nowhere
    record_calls: bool
    added_at: int
    disabled_at: int | None = None  # since when (ms) calls are dialled on no more; None: it is in use


@dataclass(frozen=True, slots=True)
class Owner:
    """A number belongs to this tracker from `from_at` until just before `until_at` (None: still)."""

    number: str
    from_at: int
    until_at: int | None
    company_id: int
    tracker_id: int

    def is_over(self, now: int) -> bool:
        """Whether it handed its number over."""
        return self.until_at is not None and self.until_at <= now


class BadNumber(ValueError):
    """Not a phone number; the text says so to people."""

    def __init__(self, number: str) -> None:
        super().__init__(
            Sentence("%(given)s is not a phone number. Write it like +14045550180.", given=quoted(number))
        )
        self.number = number


class NumberTaken(ValueError):
    """The number has an owner now. `company_id` and `name` are for the caller only: people of one
    company never read another's."""

    def __init__(self, number: str, company_id: int, name: str) -> None:
        super().__init__(f"{number} already belongs to a tracker. Say from when on it changes hands.")
        self.number, self.company_id, self.name = number, company_id, name


class BadHandOver(ValueError):
    """The hand-over would lie before the present owner's own beginning."""


def add_tracker(
    company_id: int,
    *,
    number: str,
    name: str,
    source: str = "",
    destination: str = "",
    record_calls: bool = False,
    owns_from: int | None = None,
    goes_on: bool = True,
) -> Tracker:
    """Adds a tracker. The first ever of a number owns it from the beginning of time; a later one from
    `owns_from` (ms), where the present owner's time ends. What the company has of the number since then
    comes over to it; of another company's, nothing may lie after it. `goes_on`: works through what comes
    over before it answers, else the next `rebuild.go_on` or the worker does. Raises BadNumber, NumberTaken,
    BadHandOver."""
    from textmeter.ledger import rebuild  # which stands on this file

    e164 = tracking_number(number)
    if e164 is None:
        raise BadNumber(number)
    destination = _dialled(destination)
    with transaction.atomic():
        take_numbers()
        id = _next_id()
        tracker = Tracker(company_id, id, e164, name, source, destination, record_calls, now_ms())
        comes_over = _give_number(tracker, owns_from)
        run(
            f"INSERT INTO ledger_tracker ({_COLUMNS}) VALUES ({marks(9)})",
            [
                *(company_id, tracker.id, e164, name, source, destination),
                *(int(record_calls), tracker.added_at, None),
            ],
        )
        if comes_over:
            rebuild.mark_for_rebuild(company_id)
    if comes_over and goes_on:
        rebuild.go_on(company_id)
    return tracker


def change_tracker(
    company_id: int,
    id: int,
    *,
    name: str | None = None,
    source: str | None = None,
    destination: str | None = None,
    record_calls: bool | None = None,
    is_disabled: bool | None = None,
) -> Tracker:
    """Changes what is given, and leaves the rest; an empty destination dials nobody. The number and its
    owners stay. A disabled one dials nobody either, and keeps all: what comes in is
    recorded. Raises BadNumber for the destination, LookupError for a tracker the company hasn't."""
    with transaction.atomic():
        take_turn(company_id)
        found = tracker(company_id, id)
        if found is None:
            raise LookupError(f"The company has no tracker {id}.")
        changed = replace(
            found,
            name=found.name if name is None else name,
            source=found.source if source is None else source,
            destination=found.destination if destination is None else _dialled(destination),
            record_calls=found.record_calls if record_calls is None else record_calls,
            disabled_at=_disabled_at(found, is_disabled),
        )
        run(
            "UPDATE ledger_tracker SET name = %s, source = %s, destination = %s, record_calls = %s,"
            " disabled_at = %s WHERE company_id = %s AND id = %s",
            [
                *(changed.name, changed.source, changed.destination, int(changed.record_calls)),
                *(changed.disabled_at, company_id, id),
            ],
        )
        bump_change(company_id)
    return changed


def trackers_of(company_id: int) -> list[Tracker]:
    """By name, then id."""
    rows = fetch(
        f"SELECT {_COLUMNS} FROM ledger_tracker WHERE company_id = %s ORDER BY name, id", [company_id]
    )
    return [_tracker(row) for row in rows]


def tracker(company_id: int, id: int) -> Tracker | None:
    rows = fetch(f"SELECT {_COLUMNS} FROM ledger_tracker WHERE company_id = %s AND id = %s", [company_id, id])
    return _tracker(rows[0]) if rows else None


def owners_of(numbers: Iterable[str]) -> dict[str, list[Owner]]:
    """Each number's owners, earliest first; numbers without any are left out."""
    found: dict[str, list[Owner]] = {}
    for some in chunks(sorted(set(numbers))):
        rows = fetch(
            "SELECT number, from_at, until_at, company_id, tracker_id FROM ledger_number_owner"
            f" WHERE number IN ({marks(len(some))}) ORDER BY number, from_at",
            some,
        )
        for row in rows:
            found.setdefault(row[0], []).append(Owner(*row))
    return found


def present_owners(numbers: Iterable[str]) -> dict[str, Owner]:
    """Who has each number from its last hand-over on; numbers that nobody has are left out."""
    return {
        number: owners[-1] for number, owners in owners_of(numbers).items() if owners[-1].until_at is None
    }


class _Numbered(Protocol):
    @property
    def number(self) -> str: ...


def owner_by_tracker(found: Iterable[_Numbered]) -> dict[int, Owner]:
    """From when until when each tracker has its number, by its id; also of others that have the same."""
    return {
        owner.tracker_id: owner
        for owners in owners_of(one.number for one in found).values()
        for owner in owners
    }


def is_alone(owners: Sequence[Owner]) -> bool:
    """Whether one of them had the number at any instant."""
    return len(owners) == 1 and owners[0].from_at <= 0 and owners[0].until_at is None


def owner_at(owners: Sequence[Owner], at: int) -> Owner | None:
    """Who of one number's owners had it at that instant."""
    for owner in owners:
        if owner.from_at <= at and (owner.until_at is None or at < owner.until_at):
            return owner
    return None


def latest_of(owner: Owner) -> int | None:
    """When (ms) the owner's last text or call was; None: there is none."""
    ((call,),) = fetch(
        "SELECT MAX(started_at) FROM ledger_call WHERE company_id = %s AND tracker_id = %s",
        [owner.company_id, owner.tracker_id],
    )
    text = last_texts(owner.company_id, [owner.tracker_id]).get(owner.tracker_id)
    return max((at for at in (text, call) if at is not None), default=None)


_COLUMNS = "company_id, id, number, name, source, destination, record_calls, added_at, disabled_at"


def _tracker(row: Sequence[Any]) -> Tracker:
    company_id, id, number, name, source, destination, record_calls, added_at, disabled_at = row
    return Tracker(
        company_id, id, number, name, source, destination, bool(record_calls), added_at, disabled_at
    )


def _disabled_at(found: Tracker, is_disabled: bool | None) -> int | None:
    if is_disabled is None or is_disabled == (found.disabled_at is not None):
        return found.disabled_at
    return now_ms() if is_disabled else None


def _dialled(destination: str) -> str:
    """As E.164, empty where nobody is dialled. Raises BadNumber."""
    if not destination.strip():
        return ""
    number = tracking_number(destination)
    if number is None:
        raise BadNumber(destination)
    return number


def _next_id() -> int:
    """One that no tracker of any company has; each owns a number, or did."""
    sql = "SELECT MAX(tracker_id) FROM ledger_number_owner WHERE tracker_id < %s"
    return next_tracker_id(fetch(sql, [TRACKER_IDS_END])[0][0])


def _give_number(tracker: Tracker, owns_from: int | None) -> bool:
    """Whether the company's own messages or calls come over with the number."""
    owners = owners_of([tracker.number]).get(tracker.number, [])
    last = owners[-1] if owners else None
    # Nothing may come in on the number, of either company, while it changes hands.
    take_turn(*{tracker.company_id, *([last.company_id] if last else [])})
    comes_over = False
    if last and last.until_at is None:
        if owns_from is None:
            holder = owner_at(owners, now_ms()) or last
            raise NumberTaken(tracker.number, holder.company_id, _name_of(holder))
        if owns_from <= last.from_at:
            raise BadHandOver(Sentence("A number can only change hands after its present owner got it."))
        latest = latest_of(last)
        comes_over = latest is not None and latest >= owns_from
        if comes_over and last.company_id != tracker.company_id:
            raise BadHandOver(
                Sentence("The present owner has later texts or calls. Choose a time after them.")
            )
        run(
            "UPDATE ledger_number_owner SET until_at = %s WHERE number = %s AND from_at = %s",
            [owns_from, tracker.number, last.from_at],
        )
    begins = 0 if last is None else max(now_ms() if owns_from is None else owns_from, last.until_at or 0)
    run(
        "INSERT INTO ledger_number_owner (number, from_at, until_at, company_id, tracker_id)"
        " VALUES (%s,%s,NULL,%s,%s)",
        [tracker.number, begins, tracker.company_id, tracker.id],
    )
    return comes_over


def _name_of(owner: Owner) -> str:
    found = tracker(owner.company_id, owner.tracker_id)
    return found.name if found else ""
