"""Puts the deliveries of a batch together, each message or call with what is known of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from textmeter.carriers.seen import CallSeen, Seen, TextSeen
from textmeter.ledger import calls, early, texts
from textmeter.ledger.call_rows import StoredCall, load_calls
from textmeter.ledger.calls import Call
from textmeter.ledger.keys import Key
from textmeter.ledger.outcomes import Outcome
from textmeter.ledger.parties import Parties
from textmeter.ledger.text_rows import StoredText, load_texts
from textmeter.ledger.texts import Text


class _State(Protocol):
    carrier: str
    carrier_ref: str

    def copy(self) -> Any: ...


SeenT = TypeVar("SeenT", bound=Seen)
State = TypeVar("State", bound=_State)
Stored = TypeVar("Stored")


class Said(NamedTuple, Generic[SeenT]):
    """A delivery at its place in the batch. Without parties it only adds to what is known;
    `refusal`: what becomes of it where nothing is."""

    place: int
    seen: SeenT
    parties: Parties | None
    refusal: Outcome | None


@dataclass(slots=True)
class Entry(Generic[State, Stored]):
    """One message or call of the batch: as stored (None: new), and as it is now."""

    state: State
    before: Stored | None
    changed: bool


@dataclass(frozen=True, slots=True)
class Kind(Generic[SeenT, State, Stored]):
    name: str
    state_of: Callable[[SeenT, Parties | None], State]
    merge: Callable[[State, State], bool]
    load: Callable[[int, Iterable[Key]], dict[Key, Stored]]


TEXTS: Kind[TextSeen, Text, StoredText] = Kind(early.TEXT, texts.text_of, texts.merge, load_texts)
CALLS: Kind[CallSeen, Call, StoredCall] = Kind(early.CALL, calls.call_of, calls.merge, load_calls)


def assemble(
    company_id: int,
    kind: Kind[SeenT, State, Stored],
    said: Sequence[Said[SeenT]],
    outcomes: list[Outcome],
) -> list[Entry[State, Stored]]:
    """What the batch says, merged into what is known, and each delivery's outcome. What no message or
    call is known for is kept apart; what was kept apart of those that are new now is taken in."""
    if not said:
        return []
    states = [(one, kind.state_of(one.seen, one.parties)) for one in said]
    keys = {(state.carrier, state.carrier_ref) for _, state in states}
    stored = kind.load(company_id, keys)
    entries: dict[Key, Entry[State, Stored]] = {
        key: Entry(one.state.copy(), one, changed=False)  # type: ignore[attr-defined]
        for key, one in stored.items()
    }
    apart: dict[Key, list[tuple[Said[SeenT], State]]] = defaultdict(list)
    for one, state in states:
        key = state.carrier, state.carrier_ref
        entry = entries.get(key)
        if entry is None and one.parties is None:
            apart[key].append((one, state))
        elif entry is None:
            entries[key] = Entry(state, None, changed=True)
            outcomes[one.place] = Outcome.ADDED
        else:
            _merge(kind, entry, one, state, outcomes)
    for key in apart.keys() & entries.keys():
        for one, state in apart.pop(key):
            _merge(kind, entries[key], one, state, outcomes)
    _keep(company_id, [one for some in apart.values() for one, _ in some], outcomes)
    _take(company_id, kind, entries)
    return list(entries.values())


def _merge(
    kind: Kind[SeenT, State, Stored],
    entry: Entry[State, Stored],
    one: Said[SeenT],
    state: State,
    outcomes: list[Outcome],
) -> None:
    changed = kind.merge(entry.state, state)
    entry.changed = entry.changed or changed
    outcomes[one.place] = Outcome.CHANGED if changed else Outcome.KNOWN


def _keep(company_id: int, apart: Sequence[Said[SeenT]], outcomes: list[Outcome]) -> None:
    for one in apart:
        outcomes[one.place] = one.refusal or Outcome.KEPT_APART
    early.keep_early(company_id, [one.seen for one in apart])


def _take(
    company_id: int, kind: Kind[SeenT, State, Stored], entries: dict[Key, Entry[State, Stored]]
) -> None:
    new = [key for key, entry in entries.items() if entry.before is None]
    for seen in early.take_early(company_id, kind.name, new):
        state = kind.state_of(seen, None)  # type: ignore[arg-type]
        kind.merge(entries[state.carrier, state.carrier_ref].state, state)
