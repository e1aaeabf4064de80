"""One dialogue as it is played: the texts and calls of one customer, from the first to the last."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from textmeter.carriers.seen import CallSeen, Seen, TextSeen
from textmeter.lib.days import local
from textmeter.sample import pace
from textmeter.sample.deliveries import FAILURE_SHARES, FAILURES, Carrier
from textmeter.sample.dialogues import Dialogue, Line, pick
from textmeter.sample.people import Person
from textmeter.sample.practice import TRACKERS, TZ
from textmeter.sample.words import CLOSED, MISSED, OPTED_IN, OPTED_OUT, Words

FAILS = 0.016
CHANGES_TRACKER = 0.07
CALLS_FIRST = 0.16
AUTOMATIC = 0.85  # of those who begin when nobody is there get the office's own answer
# What a good practice gets better at from the first day to the last: customers who are left alone that
# day, and the middle time to an answer.
LEFT_ALONE = (0.14, 0.0)
ANSWERS_IN = (270 * pace.SECOND, 150 * pace.SECOND)
OVERTIME = 100 * pace.MINUTE  # who is in a dialogue when the office closes ends it
STALE = 5 * 24 * pace.HOUR  # nobody waits longer: by then somebody has seen it
WAITS_EVERY = 7  # of the customers who wrote since then, by turn: chance would leave nobody, or too many


@dataclass(slots=True)
class Scene:
    """What happened, in order; `ended_at`: the instant (ms) of the last of it."""

    seen: list[Seen] = field(default_factory=list)
    ended_at: int = 0

    def add(self, at: int, one: Seen) -> None:
        self.seen.append(one)
        self.ended_at = at

    @property
    def texts(self) -> int:
        return sum(isinstance(one, TextSeen) for one in self.seen)

    @property
    def is_answered(self) -> bool:
        """Whether a person of the business wrote in it."""
        return any(isinstance(one, TextSeen) and one.agent for one in self.seen)


class Stage:
    """Plays dialogues on the sample's numbers. `numbers` stands in the order of TRACKERS."""

    def __init__(self, rng: Random, carrier: Carrier, numbers: list[str], *, first: int, now: int) -> None:
        """`first`, `now`: the instants (ms) from which and until which things happen."""
        self._rng, self._carrier, self._numbers = rng, carrier, numbers
        self._first, self._now = first, now
        self._fresh = 0

    def play(self, kind: str, who: Person, start: int) -> Scene:
        """A dialogue of that kind, begun at `start` (ms); parts of it may lie after now."""
        scene = Scene(ended_at=start)
        if who.tracker < 0 or self._rng.random() < 0.25:
            who.tracker = self._rng.choices(range(len(TRACKERS)), [one.share for one in TRACKERS])[0]
        if kind == "rescue":
            self._missed_call(scene, who, start)
        elif kind != "stop" and self._rng.random() < CALLS_FIRST:
            self._answered_call(scene, who, start)
        self._say(scene, pick(self._rng, kind), who)
        if kind in ("stop", "start"):
            self._confirm(scene, who, kind)
        who.free_at = scene.ended_at + 2 * pace.HOUR
        return scene

    def call_alone(self, who: Person, start: int) -> CallSeen:
        """A call with no text to it; one in twelve hides the number."""
        if who.tracker < 0:
            who.tracker = self._rng.randrange(len(TRACKERS))
        if self._rng.random() < 0.08:
            return self._carrier.withheld_call(self._ours(who), start)
        scene = Scene()
        if pace.is_open(start) and self._rng.random() < 0.8:
            self._answered_call(scene, who, start)
        else:
            seconds = self._rng.randint(6, 48) if self._rng.random() < 0.4 else None
            scene.add(start, self._carrier.missed_call(who, self._ours(who), start, voicemail=seconds))
        (call,) = scene.seen
        assert isinstance(call, CallSeen)
        return call

    def _say(self, scene: Scene, dialogue: Dialogue, who: Person) -> None:
        words = Words(self._rng, who, local(scene.ended_at, TZ).date())
        left_alone = self._is_left_alone(dialogue, scene.ended_at)
        line: Line | None = None
        for place, after in enumerate(dialogue.lines):
            line, before = after, line
            if not line.by_customer and left_alone and before and before.by_customer:
                self._make_up_for_it(scene, who)
                return
            at = self._when(scene, line, before)
            if line.by_customer:
                self._customer_says(scene, who, words.of(line), at, has_photo=line.has_photo, place=place)
            else:
                self._agent_says(scene, who, words, line, at)

    def _when(self, scene: Scene, line: Line, before: Line | None) -> int:
        at = scene.ended_at
        if before is None and not scene.seen and line.by_customer:
            return at
        if line.is_next_day:
            return (
                pace.next_day(self._rng, at)
                if line.by_customer
                else pace.next_morning(self._rng, local(at, TZ).date())
            )
        if line.is_later:
            at = pace.comes_back(self._rng, at)
        same = before is not None and before.by_customer == line.by_customer
        if same:
            at = pace.goes_on(self._rng, at)
        if line.by_customer:
            return at if same else pace.writes_on(self._rng, at)
        overtime = OVERTIME if scene.is_answered else 0
        if same:
            return pace.within_hours(self._rng, at, 0, overtime=overtime)
        return pace.answers(self._rng, at, int(self._by_now(at, ANSWERS_IN)), overtime=overtime)

    def _by_now(self, at: int, change: tuple[float, float]) -> float:
        """What has changed evenly from the first instant to now, at `at`."""
        before, after = change
        part = (at - self._first) / max(1, self._now - self._first)
        return before + (after - before) * min(1.0, max(0.0, part))

    def _customer_says(
        self, scene: Scene, who: Person, body: str, at: int, *, has_photo: bool, place: int
    ) -> None:
        if place and self._rng.random() < CHANGES_TRACKER:
            who.tracker = self._rng.randrange(len(TRACKERS))
        opt_out = body.upper() if body.upper() in ("STOP", "START") else None
        photos = (2 if self._rng.random() < 0.15 else 1) if has_photo else 0
        scene.add(
            at,
            self._carrier.text(who, self._ours(who), at, body, inbound=True, photos=photos, opt_out=opt_out),
        )
        if not place and not opt_out and not pace.is_open(at) and self._rng.random() < AUTOMATIC:
            at += 2 * pace.SECOND
            scene.add(at, self._carrier.text(who, self._ours(who), at, CLOSED, automatic=True))

    def _agent_says(self, scene: Scene, who: Person, words: Words, line: Line, at: int) -> None:
        body, ours = words.of(line), self._ours(who)
        if self._rng.random() >= FAILS:
            scene.add(at, self._carrier.text(who, ours, at, body, agent=words.agent))
            return
        error = self._rng.choices(FAILURES, FAILURE_SHARES)[0]
        scene.add(at, self._carrier.text(who, ours, at, body, agent=words.agent, error=error))
        at = pace.within_hours(self._rng, at, self._rng.randint(3, 25) * pace.MINUTE)
        if error in ("30003", "30007"):
            scene.add(at, self._carrier.text(who, ours, at, body, agent=words.agent))
        else:
            self._call_back(scene, who, at)

    def _is_left_alone(self, dialogue: Dialogue, at: int) -> bool:
        """Some customers wait in vain that day; those who were written to first hardly ever."""
        if dialogue.kind == "sorry":
            return False
        share = self._by_now(at, LEFT_ALONE)
        if not dialogue.lines[0].by_customer:
            share /= 3
        elif self._is_fresh(at):
            self._fresh += 1
            return self._fresh % WAITS_EVERY == 0
        return self._rng.random() < share

    def _is_fresh(self, at: int) -> bool:
        return self._now - at < STALE

    def _make_up_for_it(self, scene: Scene, who: Person) -> None:
        """The next morning somebody sees what was left; of the last days it is still waiting."""
        if self._is_fresh(scene.ended_at):
            return
        at = pace.next_morning(self._rng, local(scene.ended_at, TZ).date())
        if self._rng.random() < 0.8:
            scene.ended_at = at - 4 * pace.MINUTE
            self._say(scene, pick(self._rng, "sorry"), who)
        else:
            self._call_back(scene, who, at)

    def _missed_call(self, scene: Scene, who: Person, at: int) -> None:
        voicemail = self._rng.randint(5, 50) if self._rng.random() < 0.25 else None
        scene.add(at, self._carrier.missed_call(who, self._ours(who), at, voicemail=voicemail))
        if self._rng.random() < 0.35:
            at += 35 * pace.SECOND
            scene.add(at, self._carrier.text(who, self._ours(who), at, MISSED, automatic=True))

    def _answered_call(self, scene: Scene, who: Person, at: int) -> None:
        if not pace.is_open(at):
            return
        seconds = min(1500, int(self._rng.lognormvariate(4.9, 0.7)) + 8)
        recorded = TRACKERS[who.tracker].record_calls
        call = self._carrier.answered_call(who, self._ours(who), at, seconds, recorded=recorded)
        scene.add(at, call)
        scene.ended_at = at + seconds * pace.SECOND + self._rng.randrange(40 * pace.MINUTE)

    def _call_back(self, scene: Scene, who: Person, at: int) -> None:
        seconds = self._rng.randint(40, 400)
        call = self._carrier.answered_call(who, self._ours(who), at, seconds, recorded=False, inbound=False)
        scene.add(at, call)

    def _confirm(self, scene: Scene, who: Person, kind: str) -> None:
        """The carrier's own answer to STOP and START."""
        at = scene.ended_at + pace.SECOND
        body = OPTED_OUT if kind == "stop" else OPTED_IN
        scene.add(at, self._carrier.text(who, self._ours(who), at, body, automatic=True))

    def _ours(self, who: Person) -> str:
        return self._numbers[who.tracker]
