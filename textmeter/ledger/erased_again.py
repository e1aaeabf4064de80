"""Within a batch that is recorded: takes the words of what was said before its customer's erasure, however
late it comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from textmeter.carriers.seen import CallSeen
from textmeter.ledger.assemble import Entry, Said, text_key
from textmeter.ledger.call_rows import StoredCall
from textmeter.ledger.calls import Call
from textmeter.ledger.clean import clean
from textmeter.ledger.customer_rows import Customer
from textmeter.ledger.erasure import erase_recordings, erase_words, is_erased, is_up_to
from textmeter.ledger.instants import time_of
from textmeter.ledger.keys import Key
from textmeter.ledger.readings import TextReading
from textmeter.ledger.text_rows import StoredText
from textmeter.ledger.texts import Text, text_of

TextEntry = Entry[Text, StoredText]
CallEntry = Entry[Call, StoredCall]


@dataclass(slots=True)
class Erased:
    """The texts and calls of a batch that are erased."""

    texts: set[Key] = field(default_factory=set)
    calls: set[Key] = field(default_factory=set)

    def places(self, texts: Sequence[Said[TextReading]], calls: Sequence[Said[CallSeen]]) -> set[int]:
        """Where in the batch something was said of them."""
        places = {one.place for one in texts if text_key(one.seen) in self.texts} if self.texts else set()
        if self.calls:
            places |= {one.place for one in calls if _call_key(one.seen) in self.calls}
        return places


def erase_again(
    customers: Mapping[str, Customer],
    said: tuple[Sequence[Said[TextReading]], Sequence[Said[CallSeen]]],
    fresh: list[Said[TextReading]],
    entries: list[TextEntry],
    calls: Sequence[CallEntry],
) -> tuple[list[Said[TextReading]], list[TextEntry], Erased]:
    """`customers`: everyone of the batch, by number; `said`: its texts and calls. What is fresh and to be
    erased comes back among the entries."""
    erased = Erased()
    since = {number: one.erased_to for number, one in customers.items() if one.erased_to is not None}
    heard: dict[Key, int] = {}
    if since:
        heard = _first_heard(*said)
        fresh, more = _apart(fresh, since, heard)
        entries = [*entries, *more]
    for entry in entries:
        state = entry.state
        key, up_to = (state.carrier, state.carrier_ref), since.get(state.parties.customer)
        if state.is_erased or (up_to is not None and (is_up_to(state, up_to) or heard[key] <= up_to)):
            erased.texts.add(key)
            entry.changed = erase_words(state) or entry.changed
    for call in calls:
        of_call = call.state
        key, up_to = (of_call.carrier, of_call.carrier_ref), since.get(of_call.parties.customer)
        at = min(of_call.time[1], heard.get(key, of_call.time[1]))
        if is_erased(of_call) or (up_to is not None and at <= up_to):
            erased.calls.add(key)
            call.changed = erase_recordings(of_call) or call.changed
    return fresh, entries, erased


def _first_heard(texts: Sequence[Said[TextReading]], calls: Sequence[Said[CallSeen]]) -> dict[Key, int]:
    """The earliest instant of each text and call of the batch, as one of its deliveries has it."""
    first: dict[Key, int] = {}
    heard = [(text_key(one.seen), min(one.seen.at, one.seen.arrived_at)) for one in texts]
    heard += [(_call_key(one.seen), min(time_of(one.seen)[1], one.seen.arrived_at)) for one in calls]
    for key, at in heard:
        first[key] = min(at, first.get(key, at))
    return first


def _apart(
    fresh: Sequence[Said[TextReading]], since: Mapping[str, int], heard: Mapping[Key, int]
) -> tuple[list[Said[TextReading]], list[TextEntry]]:
    left, erased = [], []
    for one in fresh:
        up_to = since.get(one.parties.customer) if one.parties else None
        if up_to is not None and heard[text_key(one.seen)] <= up_to:
            erased.append(TextEntry(text_of(one.seen, one.parties), None, changed=True))
        else:
            left.append(one)
    return left, erased


def _call_key(one: CallSeen) -> Key:
    return clean(one.carrier), clean(one.carrier_ref)
