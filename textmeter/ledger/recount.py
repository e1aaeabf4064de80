"""The derived rows counted again in the plainest way: straight from DOMAIN.md's sentences, sharing
nothing with derive.py but the list of opt-out words, so that a mistake there shows here. Pure."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from textmeter.carriers.seen import Status
from textmeter.ledger.opt_words import OptWord, opt_word
from textmeter.ledger.response_buckets import BOUNDS
from textmeter.lib.days import local

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Text:
    id: int
    tracker_id: int
    carrier: str
    carrier_ref: str
    direction: int
    sent_at: int
    status: int
    automatic: int
    body: str | None
    agent: str | None

    @property
    def inbound(self) -> bool:
        return self.direction == 0

    @property
    def answers(self) -> bool:
        failed = self.status in (Status.CANCELED, Status.FAILED, Status.UNDELIVERED)
        return not self.inbound and not self.automatic and not failed

    @property
    def word(self) -> OptWord | None:
        return opt_word(self.body) if self.inbound else None


def day_and_hour(at: int, tz: ZoneInfo) -> tuple[int, int]:
    there = local(at, tz)
    return int(there.strftime("%Y%m%d")), there.hour


def ordered(texts: Sequence[Text]) -> list[Text]:
    return sorted(texts, key=lambda one: (one.sent_at, one.carrier, one.carrier_ref))


def conversations(texts: Sequence[Text], tz: ZoneInfo) -> tuple[dict[int, Row], dict[tuple[int, int], Row]]:
    """By day, and by (day, tracker), of one customer."""
    days: dict[int, list[Text]] = defaultdict(list)
    for one in ordered(texts):
        days[day_and_hour(one.sent_at, tz)[0]].append(one)
    whole = {day: conversation(day_texts) for day, day_texts in days.items()}
    parts: dict[tuple[int, int], Row] = {}
    for day, day_texts in days.items():
        trackers = {one.tracker_id for one in day_texts}
        for tracker_id in trackers:
            own = [one for one in day_texts if one.tracker_id == tracker_id]
            parts[day, tracker_id] = {
                "inbound": sum(1 for one in own if one.inbound),
                "outbound": sum(1 for one in own if not one.inbound),
                "last_at": day_texts[-1].sent_at,
                "shared": int(len(trackers) > 1),
                "unanswered": whole[day]["unanswered"],
                "first_response_ms": whole[day]["first_response_ms"],
            }
    return whole, parts


def conversation(texts: list[Text]) -> Row:
    agents: list[str] = []
    for one in texts:
        if one.agent and one.agent not in agents:
            agents.append(one.agent)
    last = texts[-1]
    return {
        "tracker_id": last.tracker_id,
        "total": len(texts),
        "inbound": sum(1 for one in texts if one.inbound),
        "failed": sum(1 for one in texts if one.status in (Status.FAILED, Status.UNDELIVERED)),
        "first_at": min(one.sent_at for one in texts),
        "last_at": max(one.sent_at for one in texts),
        "last_message_id": last.id,
        "first_response_ms": _first_response(texts),
        "unanswered": int(last.inbound and last.word is None),
        "opted_out": int(OptWord.OUT in [one.word for one in texts]),
        "agents": json.dumps(agents, ensure_ascii=False, separators=(",", ":")) if agents else None,
    }


def _first_response(texts: list[Text]) -> int | None:
    asked = [place for place, one in enumerate(texts) if one.inbound]
    if not asked:
        return None
    answers = [one.sent_at for one in texts[asked[0] + 1 :] if one.answers]
    return answers[0] - texts[asked[0]].sent_at if answers else None


def opt_outs(texts: Sequence[Text]) -> dict[int, Row]:
    """By message."""
    return {
        one.id: {"at": one.sent_at, "opted_in": int(one.word == OptWord.IN)}
        for one in texts
        if one.word is not None
    }


def customer(
    texts: Sequence[Text], answered_calls: Sequence[int], all_calls: Sequence[int], tz: ZoneInfo
) -> Row:
    """A customer's derived columns that reports read; calls by their starts."""
    times = sorted(one.sent_at for one in texts)
    words = [one for one in ordered(texts) if one.word is not None]
    waiting = _waiting_since([one for one in ordered(texts) if one.word is None], answered_calls)
    return {
        "first_text_at": times[0] if times else None,
        "first_text_date": day_and_hour(times[0], tz)[0] if times else None,
        "last_text_at": times[-1] if times else None,
        "waiting_since": waiting,
        "waiting_date": day_and_hour(times[-1], tz)[0] if waiting is not None else None,
        "opted_out_by": words[-1].id if words and words[-1].word == OptWord.OUT else None,
        "last_call_at": max(all_calls, default=None),
        "last_contact_at": max([*times, *all_calls], default=0),
    }


def _waiting_since(texts: list[Text], answered_calls: Sequence[int]) -> int | None:
    """`texts` in order, without opt-out and opt-in words."""
    if not texts or not texts[-1].inbound:
        return None
    if any(at >= texts[-1].sent_at for at in answered_calls):
        return None
    since = None
    for one in reversed(texts):
        if one.answers or any(at >= one.sent_at for at in answered_calls):
            break
        if one.inbound:
            since = one.sent_at
    return since


def first_uses(texts: Sequence[Text], tz: ZoneInfo) -> dict[int, Row]:
    """By tracker, of one customer."""
    days = {one.id: day_and_hour(one.sent_at, tz)[0] for one in texts}
    firsts: dict[int, Row] = {}
    for tracker_id in {one.tracker_id for one in texts}:
        own = [days[one.id] for one in texts if one.tracker_id == tracker_id]
        firsts[tracker_id] = {"first_date": min(own), "first_text_date": day_and_hour(_first(texts), tz)[0]}
    return firsts


def _first(texts: Sequence[Text]) -> int:
    return min(one.sent_at for one in texts)


class Volume:
    """Messages by (day, hour) and by (day, tracker); conversations by (tracker or 0, day or month, kind,
    bucket); new customers by day."""

    def __init__(self) -> None:
        self.conversations: dict[tuple[int, int, int, int], Counter[str]] = defaultdict(Counter)
        self.new_customers: Counter[int] = Counter()
        self.hours: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
        self.trackers: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)

    def add(self, texts: Sequence[Text], tz: ZoneInfo) -> None:
        for one in texts:
            day, hour = day_and_hour(one.sent_at, tz)
            way = "inbound" if one.inbound else "outbound"
            self.hours[day, hour][way] += 1
            self.trackers[day, one.tracker_id][way] += 1

    def add_conversations(self, whole: Mapping[int, Row], parts: Mapping[tuple[int, int], Row]) -> None:
        """As `conversations` gives them, of one customer."""
        for day, row in whole.items():
            self._count((0, day), (row["inbound"], row["total"] - row["inbound"], 0), row)
        for (day, tracker_id), part in parts.items():
            self._count((tracker_id, day), (part["inbound"], part["outbound"], part["shared"]), whole[day])

    def _count(self, where: tuple[int, int], has: tuple[int, int, int], row: Row) -> None:
        kind = sum(weight for weight, each in zip((1, 2, 4), has, strict=True) if each)
        waited = row["first_response_ms"]
        bucket = 0 if waited is None else sum(1 for bound in BOUNDS if bound <= waited)
        tracker_id, day = where
        for when in (day, -(day // 100)):
            count = self.conversations[tracker_id, when, kind, bucket]
            count["conversations"] += 1
            count["unanswered"] += row["unanswered"]
