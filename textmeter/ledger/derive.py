"""A customer's day in, its conversation out: pure, and the same for any order of the messages.

Rules: DOMAIN.md, "Conversation" and "Opt-outs".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from textmeter.carriers.seen import Status
from textmeter.ledger.opt_words import OptWord, opt_word
from textmeter.ledger.parties import INBOUND
from textmeter.ledger.spots import conversation_of

FAILED = frozenset({int(Status.FAILED), int(Status.UNDELIVERED)})
NO_ANSWER = FAILED | {int(Status.CANCELED)}


class Message(NamedTuple):
    """What of a message its conversation, the volume and the customer's standing depend on."""

    sent_at: int
    carrier: str
    carrier_ref: str
    id: int
    customer_id: int
    local_date: int
    local_hour: int
    tracker_id: int
    is_inbound: bool
    is_answer: bool  # a person wrote it for the company, and it wasn't canceled and didn't fail
    is_failed: bool
    opt_word: OptWord | None
    agent: str | None
    spot: int  # see spots.py


class Conversation(NamedTuple):
    """A row of ledger_conversation, behind its key."""

    tracker_id: int
    total: int
    inbound: int
    failed: int
    first_at: int
    last_at: int
    last_message_id: int
    first_response_ms: int | None
    unanswered: int
    opted_out: int
    agents: str | None  # JSON [name, ...] in the order of their first message
    spot: int


def message(
    *,
    id: int,
    customer_id: int,
    tracker_id: int,
    carrier: str,
    carrier_ref: str,
    direction: int,
    sent_at: int,
    local_date: int,
    local_hour: int,
    status: int,
    automatic: bool,
    body: str | None,
    agent: str | None,
    spot: int,
) -> Message:
    """A ledger row as derivation sees it."""
    inbound = direction == INBOUND
    return Message(
        sent_at,
        carrier,
        carrier_ref,
        id,
        customer_id,
        local_date,
        local_hour,
        tracker_id,
        inbound,
        not inbound and not automatic and status not in NO_ANSWER,
        status in FAILED,
        opt_word(body) if inbound else None,
        agent,
        spot,
    )


def in_order(messages: Iterable[Message]) -> list[Message]:
    """By (sent_at, carrier, carrier_ref), so that ties never fall to arrival."""
    return sorted(messages, key=_place)


def conversation(day: Sequence[Message]) -> Conversation:
    """The conversation of one customer's messages of one local day, given `in_order`; at least one."""
    first, last = day[0], day[-1]
    agents = tuple(dict.fromkeys([one.agent for one in day if one.agent]))
    return Conversation(
        last.tracker_id,
        len(day),
        sum([one.is_inbound for one in day]),
        sum([one.is_failed for one in day]),
        first.sent_at,
        last.sent_at,
        last.id,
        first_response(day),
        is_unanswered(day),
        int(OptWord.OUT in [one.opt_word for one in day]),
        _packed(agents) if agents else None,
        conversation_of(first.spot),
    )


@lru_cache(maxsize=10_000)
def _packed(agents: tuple[str, ...]) -> str:
    return json.dumps(agents, ensure_ascii=False, separators=(",", ":"))


def is_unanswered(day: Sequence[Message]) -> int:
    """Whether the day ended without an answer by text."""
    return int(day[-1].is_inbound and day[-1].opt_word is None)


def first_response(day: Sequence[Message]) -> int | None:
    """ms from the day's first inbound message to the first answer after it."""
    asked_at = None
    for one in day:
        if asked_at is None:
            if one.is_inbound:
                asked_at = one.sent_at
        elif one.is_answer:
            return one.sent_at - asked_at
    return None


def by_tracker(day: Sequence[Message]) -> dict[int, tuple[int, int]]:
    """(inbound, outbound) of each tracker in one day's messages."""
    counts: dict[int, tuple[int, int]] = {}
    for one in day:
        inbound, outbound = counts.get(one.tracker_id, (0, 0))
        counts[one.tracker_id] = (inbound + 1, outbound) if one.is_inbound else (inbound, outbound + 1)
    return counts


def _place(one: Message) -> tuple[int, str, str]:
    return one[:3]
