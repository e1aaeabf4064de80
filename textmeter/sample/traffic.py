"""Deliveries as a carrier sends them: several dialogues and calls at once, statuses out of order,
some of it twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from uuid import UUID

from textmeter.ledger.trackers import Tracker
from textmeter.lib.days import local
from textmeter.sample import call_fields, text_fields
from textmeter.sample.carrier_api import CarrierApi
from textmeter.sample.deliveries import FAILURE_SHARES, FAILURES
from textmeter.sample.dialogues import pick
from textmeter.sample.people import Person, fictional_numbers, person
from textmeter.sample.practice import TZ
from textmeter.sample.words import Words

Pairs = list[tuple[str, str]]

KINDS = {"booking": 22, "change": 13, "insurance": 12, "billing": 7, "care": 14, "visit": 10, "question": 6}
FIRST_BY_AGENT = {"reminder": 9}
AT_ONCE = 5
KNOWN = 0.65
CALLS = 0.16
FAILS = 0.03
TWICE = 0.06
LATE = 0.12


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook. `ref`: the text or call it is about; `token`: the same when it is sent again."""

    what: str
    ref: str
    pairs: Pairs
    token: str
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """How a customer's pages show them: `name` as it stands there, None where a number stands."""

    name: str | None
    has_opted_out: bool = False


def nobody(number: str) -> Shown | None:
    """For a company without customers."""
    return None


class Traffic:
    """An endless iterator of deliveries about `trackers`, with some of the `known` customers and new
    ones. `shown`: the customer of a number as people see them now, None where there is none; nobody is
    ever called by another name. Texts of the business are put into `api` before their first status.
    `now`: ms."""

    def __init__(
        self,
        rng: Random,
        *,
        trackers: Sequence[Tracker],
        known: Sequence[str],
        api: CarrierApi,
        now: Callable[[], int],
        shown: Callable[[str], Shown | None] = nobody,
    ) -> None:
        """`known`: the numbers of customers who may write again."""
        self._rng, self._trackers, self._api, self._now = rng, trackers, api, now
        self._shown = shown
        self._people = list(known)
        self._everybody = fictional_numbers(rng)
        self._strangers = iter(self._everybody)
        self._busy: set[str] = set()
        self._talks: deque[Iterator[Delivery]] = deque()
        self._held: list[tuple[int, Delivery]] = []
        self._given = 0

    def __iter__(self) -> Iterator[Delivery]:
        return self

    def __next__(self) -> Delivery:
        self._given += 1
        if due := self._due():
            return due
        delivery = self._from_a_talk()
        # A text has no time but its arrival, so only callbacks come late.
        while delivery.what != "message" and self._rng.random() < LATE:
            self._hold(delivery)
            delivery = self._from_a_talk()
        if self._rng.random() < TWICE:
            self._hold(replace(delivery, is_again=True))
        return delivery

    def _hold(self, delivery: Delivery) -> None:
        self._held.append((self._given + self._rng.randint(1, 6), delivery))

    def _due(self) -> Delivery | None:
        for place, (turn, _) in enumerate(self._held):
            if turn <= self._given:
                return self._held.pop(place)[1]
        return None

    def _from_a_talk(self) -> Delivery:
        while True:
            while len(self._talks) < AT_ONCE:
                self._talks.append(self._talk())
            self._talks.rotate(-self._rng.randrange(AT_ONCE))
            try:
                return next(self._talks[0])
            except StopIteration:
                self._talks.popleft()

    def _talk(self) -> Iterator[Delivery]:
        number, line = self._somebody(), self._rng.choice(self._trackers)
        self._busy.add(number)
        if self._rng.random() < CALLS:
            yield from self._call(number, line)
        else:
            kinds = KINDS | FIRST_BY_AGENT
            kind = self._rng.choices(list(kinds), list(kinds.values()))[0]
            yield from self._dialogue(kind, number, line)
        self._busy.discard(number)

    def _dialogue(self, kind: str, number: str, line: Tracker) -> Iterator[Delivery]:
        who = self._as_shown(number)
        words = Words(self._rng, who, local(self._now(), TZ).date())
        for said in pick(self._rng, kind).lines:
            if said.is_next_day:
                return
            body = words.of(said)
            if said.by_customer:
                yield self._customer_says(who, line, body, 1 if said.has_photo else 0)
            else:
                yield from self._agent_says(who, line, body)

    def _customer_says(self, who: Person, line: Tracker, body: str, photos: int) -> Delivery:
        ref = self._ref("MM" if photos else "SM")
        pictures = [self._ref("ME") for _ in range(photos)]
        pairs = text_fields.received(
            self._api.account_sid, ref, who, line.number, body=body, pictures=pictures
        )
        return self._delivery("message", ref, pairs)

    def _agent_says(self, who: Person, line: Tracker, body: str) -> Iterator[Delivery]:
        """The words stay at the carrier; only the statuses are told, and not always in order."""
        ref = self._ref("SM")
        self._api.add(ref, sender=line.number, receiver=who.number, body=body, at=self._now())
        error = self._rng.choices(FAILURES, FAILURE_SHARES)[0] if self._rng.random() < FAILS else None
        steps = ["queued", "sent", "undelivered" if error else "delivered"]
        if self._rng.random() < 0.2:
            self._rng.shuffle(steps)
        for status in steps:
            reason = error if status == "undelivered" else None
            self._api.move_on(ref, status, reason)
            pairs = text_fields.status(
                self._api.account_sid,
                ref,
                ours=line.number,
                theirs=who.number,
                status=status,
                error=reason,
            )
            yield self._delivery("status", ref, pairs)

    def _call(self, number: str, line: Tracker) -> Iterator[Delivery]:
        """A call with all its callbacks; a missed one is rescued by text. A caller whose name nobody
        knows yet may bring it along."""
        who = self._as_shown(number)
        who.is_named = who.is_named or person(number).is_named
        ref, leg = self._ref("CA"), self._ref("CA")
        seconds = self._rng.randint(35, 420) if self._rng.random() < 0.55 else None
        recording = self._ref("RE") if seconds and line.record_calls else None
        call = call_fields.Call(
            self._api.account_sid,
            ref,
            leg,
            who,
            line.number,
            line.destination,
            self._now(),
            seconds,
            recording,
        )
        for what, pairs in call.callbacks():
            yield self._delivery(what, ref, pairs)
        if seconds is None and self._rng.random() < 0.8:
            yield from self._dialogue("rescue", number, line)

    def _somebody(self) -> str:
        """Somebody who isn't in a talk and hasn't opted out: mostly a known one, else a new one."""
        while True:
            free = [one for one in self._people[-400:] if one not in self._busy]
            new = None if free and self._rng.random() < KNOWN else self._stranger()
            # Where every number is somebody's already, what an earlier simulator made up writes again.
            number = new or self._rng.choice(free or self._everybody)
            shown = self._shown(number)
            if not shown or not shown.has_opted_out:
                return number
            if number in self._people:
                self._people.remove(number)

    def _stranger(self) -> str | None:
        """A number that isn't a customer's yet; None when they are used up."""
        for number in self._strangers:
            if number not in self._people and self._shown(number) is None:
                self._people.append(number)
                return number
        return None

    def _as_shown(self, number: str) -> Person:
        """The customer by the name that people see; without one nobody calls them by any."""
        who, shown = person(number), self._shown(number)
        if shown and shown.name:
            who.name, who.is_named = shown.name, True
        else:
            who.is_named = False
        return who

    def _ref(self, kind: str) -> str:
        return f"{kind}{self._rng.getrandbits(128):032x}"

    def _delivery(self, what: str, ref: str, pairs: Pairs) -> Delivery:
        return Delivery(what, ref, pairs, str(UUID(int=self._rng.getrandbits(128), version=4)))
