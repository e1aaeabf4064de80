"""Puts the deliveries of a batch together, each message or call with what is known of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from textmeter.carriers.seen import CallSeen, Seen, TextSeen
from textmeter.ledger import calls, texts
from textmeter.ledger.call_rows import StoredCall, load_calls
from textmeter.ledger.calls import Call
from textmeter.ledger.clean import clean
from textmeter.ledger.early import CALL, TEXT, keep_early, take_early
from textmeter.ledger.keys import Key
from textmeter.ledger.outcomes import Outcome
from textmeter.ledger.parties import Parties
from textmeter.ledger.readings import TextReading, read_text, seen_again
from textmeter.ledger.text_rows import StoredText, load_texts
from textmeter.ledger.texts import Text


class _State(Protocol):
    carrier: str
    carrier_ref: str

    def copy(self) -> Any: ...


One = TypeVar("One", TextReading, CallSeen)
State = TypeVar("State", bound=_State)
Stored = TypeVar("Stored")


class Said(NamedTuple, Generic[One]):
    """A delivery at its place in the batch. Without parties it only adds to what is known;
    `refusal`: what becomes of it where nothing is."""

    place: int
    seen: One
    parties: Parties | None
    refusal: Outcome | None


@dataclass(slots=True)
class Entry(Generic[State, Stored]):
    """One message or call of the batch: as stored (None: new), and as it is now."""

    state: State
    before: Stored | None
    changed: bool


def assemble_texts(
    company_id: int, said: Sequence[Said[TextReading]], outcomes: list[Outcome]
) -> tuple[list[Said[TextReading]], list[Entry[Text, StoredText]]]:
    """Apart from the entries: the texts that are new, with all that is known of them in one delivery.
    Nothing has to be put together of those, and almost all of an import are such."""
    keys = [text_key(one.seen) for one in said]
    times = Counter(keys)
    stored = load_texts(company_id, {text_key(one.seen): one.seen.columns.ref_mark for one in said})
    new = {key for key, one in zip(keys, said, strict=True) if one.parties and key not in stored}
    taken = [read_text(one) for one in take_early(company_id, TEXT, new) if isinstance(one, TextSeen)]
    together = {text_key(one) for one in taken}
    fresh, rest = [], []
    for key, one in zip(keys, said, strict=True):
        if key in new and times[key] == 1 and key not in together and not one.seen.is_blocked:
            outcomes[one.place] = Outcome.ADDED
            fresh.append(one)
        else:
            rest.append(one)
    return fresh, _assemble(company_id, _TEXTS, rest, outcomes, stored=stored, taken=taken)


def assemble_calls(
    company_id: int, said: Sequence[Said[CallSeen]], outcomes: list[Outcome]
) -> list[Entry[Call, StoredCall]]:
    keys = [(clean(one.seen.carrier), clean(one.seen.carrier_ref)) for one in said]
    stored = load_calls(company_id, set(keys))
    new = {key for key, one in zip(keys, said, strict=True) if one.parties and key not in stored}
    taken = [one for one in take_early(company_id, CALL, new) if isinstance(one, CallSeen)]
    return _assemble(company_id, _CALLS, said, outcomes, stored=stored, taken=taken)


def text_key(one: TextReading) -> Key:
    return one[:2]


@dataclass(frozen=True, slots=True)
class _Kind(Generic[One, State, Stored]):
    state_of: Callable[[One, Parties | None], State]
    merge: Callable[[State, State], bool]


_TEXTS: _Kind[TextReading, Text, StoredText] = _Kind(texts.text_of, texts.merge)
_CALLS: _Kind[CallSeen, Call, StoredCall] = _Kind(calls.call_of, calls.merge)


def _assemble(
    company_id: int,
    kind: _Kind[One, State, Stored],
    said: Sequence[Said[One]],
    outcomes: list[Outcome],
    *,
    stored: Mapping[Key, Stored],
    taken: Sequence[One],
) -> list[Entry[State, Stored]]:
    """What the batch says, merged into what is `stored`, and each delivery's outcome. What no message or
    call is known for is kept apart. `taken`: what was kept apart of those that are new now."""
    states = [(one, kind.state_of(one.seen, one.parties)) for one in said]
    entries: dict[Key, Entry[State, Stored]] = {
        key: Entry(one.state.copy(), one, changed=False)  # type: ignore[attr-defined]
        for key, one in stored.items()
    }
    apart: dict[Key, list[tuple[Said[One], State]]] = defaultdict(list)
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
    for early in taken:
        state = kind.state_of(early, None)
        kind.merge(entries[state.carrier, state.carrier_ref].state, state)
    return list(entries.values())


def _merge(
    kind: _Kind[One, State, Stored],
    entry: Entry[State, Stored],
    one: Said[One],
    state: State,
    outcomes: list[Outcome],
) -> None:
    changed = kind.merge(entry.state, state)
    entry.changed = entry.changed or changed
    outcomes[one.place] = Outcome.CHANGED if changed else Outcome.KNOWN


def _keep(company_id: int, apart: Sequence[Said[One]], outcomes: list[Outcome]) -> None:
    for one in apart:
        outcomes[one.place] = one.refusal or Outcome.KEPT_APART
    keep_early(company_id, [_whole(one.seen) for one in apart])


def _whole(one: TextReading | CallSeen) -> Seen:
    return seen_again(one) if isinstance(one, TextReading) else one
