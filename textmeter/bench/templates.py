"""Conversations to make many of: a few thousand days of a customer, each derived once by the product's own
rules and then put on other days, for other customers, by arithmetic alone. Pure.

Times inside are ticks of 100 ms from the conversation's first moment. A copy of it takes `pace` ms a tick,
50 to 150, so that copies differ and every derived time stays exact: it is the template's, times the pace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from textmeter.carriers.seen import Place, Status
from textmeter.ledger import derive
from textmeter.ledger.derive import Conversation, Message
from textmeter.ledger.opt_words import OptWord
from textmeter.ledger.standing import Standing, standing
from textmeter.lib.folding import fold
from textmeter.sample.deliveries import FAILURE_SHARES, FAILURES
from textmeter.sample.dialogues import Dialogue, pick
from textmeter.sample.people import FIRST_NAMES, LAST_NAMES, Person
from textmeter.sample.words import CLOSED, OPTED_OUT, Words, segments

CARRIER = "twilio"
SLOWEST = 150  # ms a tick
LONGEST = 50 * 3600  # ticks: with the slowest pace 7.5 hours
USUAL, OTHER = 1, 2  # which of a conversation's two trackers a line uses

_KINDS = {"booking": 22, "change": 13, "insurance": 12, "billing": 7, "care": 14, "visit": 10, "question": 6}
_REMINDER = 9
_ON_TWO_TRACKERS = 0.03
_TWO_MATTERS = 0.03
_AGENTS_KNOWN = 0.6
_OUT_OF_HOURS = 0.05
_FAILS = 0.02
_STAYS_SENT = 0.02
_SECONDS = ((20, 240), (8, 90))  # until the other side says something; until the same side goes on


@dataclass(frozen=True, slots=True)
class Line:
    """One text. `at`: ticks from the conversation's beginning, or a few before it; `ref`: 16 hex digits,
    the front half of the carrier's id; `sent_after`, `done_after`: ms until the statuses came."""

    at: int
    is_inbound: bool
    tracker: int
    body: str
    folded: str
    status: int
    automatic: bool
    error_code: str | None
    agent: str | None
    opt_out_type: str | None
    ref: str
    sent_after: int
    done_after: int

    @property
    def segments(self) -> int:
        return segments(self.body)


@dataclass(frozen=True, slots=True)
class Template:
    """A customer's day. `row`, `standing`: as derived, times in ticks, the trackers USUAL and OTHER, ids the
    places of lines. `by_tracker`: (inbound, outbound) of each. `opt_words`: (place of a line, word)."""

    lines: tuple[Line, ...]
    row: Conversation
    standing: Standing
    by_tracker: dict[int, tuple[int, int]]
    opt_words: tuple[tuple[int, OptWord], ...]


def make_templates(rng: Random, count: int) -> tuple[list[Template], list[Template]]:
    """So many ordinary ones, and a tenth as many in which the customer opts out."""
    ordinary = [_template(rng, _ordinary(rng)) for _ in range(count)]
    return ordinary, [_template(rng, _opting_out(rng)) for _ in range(max(count // 10, 5))]


_Said = tuple[bool, str, bool, str | None, str | None]  # by the customer, words, automatic, agent, opt-out


def _ordinary(rng: Random) -> list[_Said]:
    kind = rng.choices([*_KINDS, "reminder"], [*_KINDS.values(), _REMINDER])[0]
    said = _dialogue(rng, pick(rng, kind))
    if rng.random() < _TWO_MATTERS:
        said += _dialogue(rng, pick(rng, "question"))
    if rng.random() < _OUT_OF_HOURS and said[0][0]:
        said.insert(1, (False, CLOSED, True, None, None))
    return said


def _opting_out(rng: Random) -> list[_Said]:
    word = rng.choices(("STOP", "Stop", "stop.", "UNSUBSCRIBE", "Cancel", "Opt out"), (60, 20, 8, 5, 4, 3))[0]
    before = _dialogue(rng, pick(rng, "reminder"))[:1] if rng.random() < 0.7 else []
    return [*before, (True, word, False, None, "STOP"), (False, OPTED_OUT, True, None, None)]


def _dialogue(rng: Random, dialogue: Dialogue) -> list[_Said]:
    """What is said on its first day."""
    name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
    person = Person("", name, Place(), rng.random() < 0.7)
    words = Words(rng, person, date(2026, 1, 5) + timedelta(days=rng.randrange(300)))
    agent = words.agent if rng.random() < _AGENTS_KNOWN else None
    said: list[_Said] = []
    for line in dialogue.lines:
        if line.is_next_day:
            break
        said.append((line.by_customer, words.of(line), False, None if line.by_customer else agent, None))
    return said


def _template(rng: Random, said: Sequence[_Said]) -> Template:
    lines = tuple(_lines(rng, said))
    messages = derive.in_order(_message(place, line) for place, line in enumerate(lines))
    return Template(
        lines,
        derive.conversation(messages),
        standing(messages, ()),
        derive.by_tracker(messages),
        tuple((one.id, one.opt_word) for one in messages if one.opt_word is not None),
    )


def _lines(rng: Random, said: Sequence[_Said]) -> list[Line]:
    on_two = rng.random() < _ON_TWO_TRACKERS
    lines: list[Line] = []
    at, before = 0, said[0][0]
    for by_customer, body, automatic, agent, opt_out_type in said:
        if lines:
            at = min(
                at + _pause(rng, by_customer != before, automatic), LONGEST - 10 * (len(said) - len(lines))
            )
        before = by_customer
        status, error_code = (int(Status.RECEIVED), None) if by_customer else _end_of(rng)
        lines.append(
            Line(
                at=at,
                is_inbound=by_customer,
                tracker=OTHER if on_two and len(lines) % 2 else USUAL,
                body=body,
                folded=fold(body),
                status=status,
                automatic=automatic,
                error_code=error_code,
                agent=agent,
                opt_out_type=opt_out_type,
                ref=f"{rng.getrandbits(64):016x}",
                sent_after=rng.randint(150, 600),
                done_after=rng.randint(900, 6000),
            )
        )
    return lines


def _pause(rng: Random, is_answer: bool, automatic: bool) -> int:
    """In ticks; now and then it takes hours."""
    if automatic:
        return rng.randint(5, 20)
    least, most = _SECONDS[0 if is_answer else 1]
    seconds = rng.randint(least, most) * (rng.choice((10, 30)) if rng.random() < 0.06 else 1)
    return seconds * 10


def _end_of(rng: Random) -> tuple[int, str | None]:
    """How sending ended: (status, error code)."""
    chance = rng.random()
    if chance < _FAILS:
        code = rng.choices(FAILURES, FAILURE_SHARES)[0]
        return int(Status.FAILED if code == "30006" else Status.UNDELIVERED), code
    return int(Status.SENT if chance < _FAILS + _STAYS_SENT else Status.DELIVERED), None


def _message(place: int, line: Line) -> Message:
    return derive.message(
        id=place,
        customer_id=0,
        tracker_id=line.tracker,
        carrier=CARRIER,
        carrier_ref=line.ref,
        direction=0 if line.is_inbound else 1,
        sent_at=line.at,
        local_date=0,
        local_hour=0,
        status=line.status,
        automatic=line.automatic,
        body=line.body,
        agent=line.agent,
        spot=0,
    )
