"""Where a customer stands: first and last text, and whether they wait for an answer. Pure.

DOMAIN.md, "Conversation": leaving out opt-out and opt-in words, a customer waits when the latest text
is inbound and since then there was no answer and no answered call; since the first inbound text after
the last answer or answered call. A call at the very instant of a text counts as after it.

A standing can be carried on from what is added to it without reading the history again; where an
addition lands in the midst of what is known, `extended` says that it can't tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from textmeter.ledger.derive import Message


@dataclass(slots=True)
class Standing:
    """Instants in ms. `latest_*`: the latest text that is no opt-out or opt-in word."""

    first_text_at: int | None = None
    last_text_at: int | None = None
    latest_at: int | None = None
    latest_inbound: int | None = None
    answered_at: int | None = None
    unanswered_since: int | None = None

    @property
    def waiting_since(self) -> int | None:
        return self.unanswered_since if self.latest_inbound else None


class _Event(NamedTuple):
    at: int
    is_call: bool
    carrier: str
    carrier_ref: str
    is_inbound: bool
    is_answer: bool


def standing(messages: Sequence[Message], answered_calls: Iterable[int]) -> Standing:
    """From a customer's messages and the starts of answered calls; for all but first_text_at and
    last_text_at those from the last answer on are enough."""
    whole = Standing()
    _span(whole, messages)
    for event in _events(messages, answered_calls):
        _follow(whole, event)
    return whole


def standing_of_all(messages: Sequence[Message], answered_calls: Iterable[int]) -> Standing:
    """From all that a customer has, in order."""
    last_answer = next((place for place in reversed(range(len(messages))) if messages[place].is_answer), 0)
    whole = standing(messages[last_answer:], answered_calls)
    _span(whole, messages[:1])
    return whole


def extended(known: Standing, messages: Sequence[Message], answered_calls: Iterable[int]) -> Standing | None:
    """`known` and what was added to it; None when that takes a look at the history."""
    more = replace(known)
    _span(more, messages)
    for event in _events(messages, answered_calls):
        if _is_beyond(event.at, more.latest_at) and _is_beyond(event.at, more.answered_at):
            _follow(more, event)
        elif not _insert(more, event):
            return None
    return more


def _events(messages: Sequence[Message], answered_calls: Iterable[int]) -> list[_Event]:
    texts = [
        _Event(one.sent_at, False, one.carrier, one.carrier_ref, one.is_inbound, one.is_answer)
        for one in messages
        if one.opt_word is None
    ]
    return sorted(texts + [_Event(at, True, "", "", False, True) for at in answered_calls])


def _span(standing: Standing, messages: Sequence[Message]) -> None:
    for one in messages:
        if standing.first_text_at is None or one.sent_at < standing.first_text_at:
            standing.first_text_at = one.sent_at
        if standing.last_text_at is None or one.sent_at > standing.last_text_at:
            standing.last_text_at = one.sent_at


def _follow(standing: Standing, event: _Event) -> None:
    """One event after all the others."""
    if not event.is_call:
        standing.latest_at, standing.latest_inbound = event.at, int(event.is_inbound)
    if event.is_answer:
        standing.answered_at, standing.unanswered_since = event.at, None
    elif event.is_inbound and standing.unanswered_since is None:
        standing.unanswered_since = event.at


def _insert(standing: Standing, event: _Event) -> bool:
    """One event before some of the others; False where what is kept can't tell what it means."""
    if event.at in (standing.latest_at, standing.answered_at, standing.unanswered_since):
        return False
    if not _is_beyond(event.at, standing.answered_at):
        if event.is_call or not _is_beyond(event.at, standing.latest_at):
            return True
        # A text after every other text but before an answered call.
        standing.latest_at, standing.latest_inbound = event.at, int(event.is_inbound)
        return True
    if event.is_answer:
        if standing.unanswered_since is not None and standing.unanswered_since < event.at:
            return False
        standing.answered_at = event.at
    elif event.is_inbound and (standing.unanswered_since is None or event.at < standing.unanswered_since):
        standing.unanswered_since = event.at
    return True


def _is_beyond(at: int, known: int | None) -> bool:
    return known is None or at > known
