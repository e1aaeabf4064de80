"""Ninety days of the sample's life: who writes when, the same for the same seed and now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from textmeter.carriers.seen import Seen, TextSeen
from textmeter.lib.days import local
from textmeter.sample import pace
from textmeter.sample.deliveries import Carrier
from textmeter.sample.people import MOST_PEOPLE, Person, Roster, person
from textmeter.sample.practice import TZ, midnight, weight
from textmeter.sample.scenes import Stage

DAYS = 90
# What dialogues are about: how often, and how many of them are with somebody who was there before.
KINDS = {
    "booking": (21, 0.18),
    "change": (14, 0.9),
    "insurance": (12, 0.35),
    "billing": (7, 0.9),
    "care": (14, 0.75),
    "visit": (10, 0.6),
    "thanks": (4, 0.95),
    "question": (6, 0.2),
    "reminder": (9, 0.9),
    "rescue": (13, 0.45),
}
_NAMES = list(KINDS)
_SHARES = [share for share, _ in KINDS.values()]
# Of so many dialogues two end in STOP, and one begins with START of a customer who has said it.
OPTS_EVERY, STOPS_AT, STARTS_AT = 900, (150, 600), 350
CALLS_ALONE = 0.12
TRIES = 4


class Life:
    """`numbers` stands in the order of practice.TRACKERS; nothing happens after `now` (ms)."""

    def __init__(self, *, numbers: list[str], account_sid: str, seed: int, now: int) -> None:
        self._rng = Random(seed)  # noqa: S311 (the same seed, the same data)
        self._now = now
        first = midnight(local(now, TZ).date() - timedelta(days=DAYS - 1))
        carrier = Carrier(self._rng, account_sid)
        self._stage = Stage(self._rng, carrier, numbers, first=first, now=now)
        self._roster = Roster(seed)
        self._people: list[Person] = []
        self._remembered = 0
        self._opted_out: list[Person] = []
        self._met = 0
        self._played = 0

    def days(self, messages: int) -> Iterator[list[Seen]]:
        """Exactly so many texts, and calls beside them, day by day in order of time; a dialogue that
        goes on into the next day comes with the day of its beginning."""
        # So many may come back: a large business knows more people. Bounded, for memory.
        self._remembered = min(200_000, max(700, messages // 12))
        done = 0
        for day, target in self._targets(messages):
            happened: list[Seen] = []
            while done < target:
                some = self._something(day, messages - done)
                done += sum(isinstance(one, TextSeen) for one in some)
                happened += some
            happened.sort(key=_at)
            yield happened

    def _targets(self, messages: int) -> list[tuple[date, int]]:
        """How many texts there are by the end of each day."""
        today = local(self._now, TZ).date()
        days = [today - timedelta(days=before) for before in range(DAYS - 1, -1, -1)]
        weights = [
            weight(day, place / (DAYS - 1)) * self._rng.uniform(0.82, 1.18) for place, day in enumerate(days)
        ]
        weights[-1] *= pace.part_of_day(today, self._now)
        total, so_far, targets = sum(weights), 0.0, []
        for day, one in zip(days, weights, strict=True):
            so_far += one
            targets.append((day, round(messages * so_far / total)))
        return [*targets[:-1], (today, messages)] if weights[-1] else targets

    def _something(self, day: date, most: int) -> list[Seen]:
        """One dialogue, or one call alone, up to now and up to so many texts."""
        start = pace.begins(self._rng, day, min(self._now, midnight(day + timedelta(days=1)) - 1))
        if self._rng.random() < CALLS_ALONE:
            happened: list[Seen] = [self._stage.call_alone(self._somebody(0.5, start), start)]
        else:
            kind, who = self._cast(start)
            happened = self._stage.play(kind, who, start).seen
        return _cut([one for one in happened if _at(one) <= self._now], most)

    def _cast(self, start: int) -> tuple[str, Person]:
        """What the dialogue is about, and with whom."""
        self._played += 1
        turn = self._played % OPTS_EVERY
        if turn in STOPS_AT and (who := self._known(start)):
            self._people.remove(who)
            self._opted_out.append(who)
            return "stop", who
        if turn == STARTS_AT and self._opted_out and self._opted_out[0].free_at <= start:
            who = self._opted_out.pop(0)
            self._people.append(who)
            return "start", who
        kind = self._rng.choices(_NAMES, _SHARES)[0]
        return kind, self._somebody(KINDS[kind][1], start)

    def _somebody(self, known: float, start: int) -> Person:
        """A customer who is free at `start`: with that probability one from before, else a new one."""
        wanted = self._rng.random() < known or self._met >= MOST_PEOPLE
        found = self._known(start) if wanted else None
        if found:
            return found
        new = person(self._roster.number(self._met % MOST_PEOPLE))
        self._met += 1
        self._people.append(new)
        if len(self._people) > 2 * self._remembered:
            del self._people[: -self._remembered]
        return new

    def _known(self, start: int) -> Person | None:
        for _ in range(TRIES if self._people else 0):
            last = len(self._people)
            who = self._people[self._rng.randrange(max(0, last - self._remembered), last)]
            if who.free_at <= start:
                return who
        return None


def _at(one: Seen) -> int:
    return one.arrived_at


def _cut(happened: list[Seen], most: int) -> list[Seen]:
    kept: list[Seen] = []
    for one in happened:
        if isinstance(one, TextSeen):
            if not most:
                break
            most -= 1
        kept.append(one)
    return kept
