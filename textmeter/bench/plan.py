"""Who writes when: the conversations of one bench company over its months, as tuples. Pure.

Every conversation is a template put on a customer's day. Customers' standing is carried on conversation by
conversation, by the templates' own, so that nothing of it has to be read again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from textmeter.bench.templates import CARRIER, SLOWEST, Template
from textmeter.carriers.seen import LegStatus, Source
from textmeter.ledger.calls import CallOutcome
from textmeter.ledger.instants import TimeSource
from textmeter.ledger.opt_words import OptWord
from textmeter.lib.days import as_key, local, local_day_and_hour, to_ms, zone
from textmeter.lib.folding import fold
from textmeter.lib.ids import first_id_of
from textmeter.lib.phone import digits
from textmeter.sample.people import ELSEWHERE, FIRST_NAMES, LAST_NAMES, METRO, METRO_PLACES
from textmeter.sample.practice import HOURS, weight

MONTHS = 25
LOW_BITS = 1 << 22  # of an id: below the millisecond
COMPANIES_MOST = 20
A_COMPANYS_DAY = LOW_BITS // COMPANIES_MOST  # conversations of one company on one day have so many numbers

_DAY_SECONDS = 86_400
# Clocks change before four in the morning: on such a day nobody writes earlier, and after it hours are even.
_CHANGE_IS_OVER = 4 * 3600
_DAYS_PARETO = 1.12  # how unevenly customers' days are spread; the mean is about 5
_MARKED = 0.05  # of the conversations name an order, which no other does
_CALLS = 0.05  # of the conversations begin with a call
_ANSWERED = 0.7
_OPTS_OUT = 0.02  # of the customers, with their last conversation
_NAMED = 0.72
_LONGEST = 20


@dataclass(frozen=True, slots=True)
class Business:
    """A company to fill. `place`: its number among the bench companies; `trackers`: (id, number), the
    busiest first; `messages`: about how many; `templates`: how many the companies choose from; `now`: ms."""

    company_id: int
    place: int
    zone_name: str
    trackers: tuple[tuple[int, str], ...]
    messages: int
    templates: int
    seed: int
    now: int


class Conversation(NamedTuple):
    """A template on a customer's day. `second_ms`: of the local day, where it begins; `n`: the low bits of
    its messages' ids; `ref`: the rear half of their carrier's ids; `mark`: an order's number, or None;
    `nth`: the customer's number within the company."""

    day: int  # YYYYMMDD
    n: int
    customer_id: int
    begins_at: int
    second_ms: int
    template: int
    pace: int
    tracker: int
    other: int
    ref: str
    mark: str | None
    nth: int


@dataclass(slots=True)
class _Customer:
    """One customer, as the plan goes on."""

    number: str
    tracker: int
    days: int
    id: int = 0
    nth: int = 0
    texts: int = 0
    first_text_at: int | None = None
    first_text_date: int | None = None
    last_text_at: int | None = None
    last_date: int | None = None
    latest_at: int | None = None
    latest_inbound: int | None = None
    answered_at: int | None = None
    unanswered_since: int | None = None
    opted_out_by: int | None = None


class Plan:
    """Walks through the days once; then `customers`, `calls` and `opt_outs` hold their tables' rows."""

    def __init__(
        self, business: Business, ordinary: Sequence[Template], opting_out: Sequence[Template]
    ) -> None:
        self.business = business
        self.templates = [*ordinary, *opting_out]
        self.calls: list[tuple[Any, ...]] = []
        self.opt_outs: list[tuple[int, int, int, int, int]] = []
        self.messages = self.conversations = 0
        self._ordinary = len(ordinary)
        by_length = sorted(range(len(ordinary)), key=lambda number: len(ordinary[number].lines))
        self._longest = by_length[-_LONGEST:]  # what the busiest customer's days are like
        self._people: list[_Customer] = []
        self._places: dict[int, int] = {}  # of those who wrote, by id
        self._zone = zone(business.zone_name)
        self._rng = Random(f"bench {business.seed} {business.place}")  # noqa: S311 (the same seed, the same data)

    def days(self) -> Iterator[list[Conversation]]:
        """The conversations of one day after another."""
        calendar = _calendar(local(self.business.now, self._zone).date())
        writers = self._spread(calendar)
        for day, places in zip(calendar, writers, strict=True):
            rows = list(self._day(day, places)) if places else []
            self.conversations += len(rows)
            yield rows

    def customers(self) -> Iterator[tuple[Any, ...]]:
        """Rows of ledger_customer for those who wrote, in CUSTOMER_COLUMNS."""
        rng = Random(f"bench people {self.business.seed} {self.business.place}")  # noqa: S311
        for one in self._people:
            row = _customer_row(rng, self.business.company_id, one)
            if one.id:
                yield row

    @property
    def customers_met(self) -> int:
        """How many wrote; their numbers end there."""
        return len(self._places)

    def number_of(self, customer_id: int) -> str:
        """The customer's number, of one who has written already."""
        return self._people[self._places[customer_id]].number

    def _spread(self, calendar: Sequence[date]) -> list[list[int]]:
        """Makes the customers and gives each of them days; answers who writes on each day."""
        rng, days = self._rng, len(calendar)
        mean = sum(len(one.lines) for one in self.templates[: self._ordinary]) / self._ordinary
        wanted = max(round(self.business.messages / mean), 1)
        most = max(min(int(days * 0.95), wanted // 8), 1)
        trackers = list(accumulate(1 / (place + 1) for place in range(len(self.business.trackers))))
        shares = list(accumulate(weight(day, n / days) for n, day in enumerate(calendar)))
        writers: list[list[int]] = [[] for _ in calendar]
        left = float(wanted)
        while left > 0:
            place = len(self._people)
            # The first one is the company's busiest.
            count = most if place == 0 else int(min(rng.paretovariate(_DAYS_PARETO), most, left + 1))
            if count > days // 4:
                chosen = rng.sample(range(days), count)
            else:
                chosen = list(dict.fromkeys(rng.choices(range(days), cum_weights=shares, k=count)))
            tracker = rng.choices(range(len(trackers)), cum_weights=trackers)[0]
            self._people.append(_Customer(customer_number(place), tracker, len(chosen)))
            for day in chosen:
                writers[day].append(place)
            left -= len(chosen) * (1 if place else len(self.templates[self._longest[0]].lines) / mean)
        return writers

    def _day(self, day: date, places: Sequence[int]) -> Iterator[Conversation]:
        rng, trackers, templates = self._rng, self.business.trackers, self.templates
        first, until, midnight = _open(self.business.now, day, self._zone)
        key, number = as_key(day), self.business.place * A_COMPANYS_DAY
        hours = rng.choices(range(24), HOURS, k=len(places))
        for place, hour in zip(places, hours, strict=True):
            customer = self._people[place]
            template, pace = self._template(place, customer), 50 + int(rng.random() * (SLOWEST - 49))
            one = templates[template]
            lasts = one.lines[-1].at * pace
            second_ms = hour * 3_600_000 + int(rng.random() * 3_600_000)
            second_ms = max(min(second_ms, until - lasts), first)
            if second_ms + lasts > until:  # today has not had so many hours yet
                continue
            begins_at = midnight + second_ms
            if not customer.id:
                customer.id = first_id_of(begins_at) + number
                self._places[customer.id] = place
                customer.nth = len(self._places)
            if second_ms - first > 600_000 and rng.random() < _CALLS:
                self._call(customer, begins_at - rng.randint(60_000, 600_000), number)
            mark = f"order {rng.getrandbits(40):x}" if not one.opt_words and rng.random() < _MARKED else None
            tracker_id = trackers[customer.tracker][0]
            other = trackers[int(rng.random() * len(trackers))][0]
            if other == tracker_id:
                other = trackers[customer.tracker - 1][0]
            ref = f"{rng.getrandbits(64):016x}"
            made = Conversation(
                *(
                    key,
                    number,
                    customer.id,
                    begins_at,
                    second_ms,
                    template,
                    pace,
                    tracker_id,
                    other,
                    ref,
                    mark,
                ),
                customer.nth,
            )
            self._stand(customer, one, made)
            self.messages += len(one.lines)
            customer.texts += len(one.lines)
            number += 1
            yield made

    def _template(self, place: int, customer: _Customer) -> int:
        """The number of the template for the customer's next day."""
        rng = self._rng
        customer.days -= 1
        if customer.days == 0 and rng.random() < _OPTS_OUT:
            return self._ordinary + int(rng.random() * (len(self.templates) - self._ordinary))
        if place == 0:
            return self._longest[int(rng.random() * len(self._longest))]
        return int(rng.random() * self._ordinary)

    def _stand(self, customer: _Customer, one: Template, made: Conversation) -> None:
        """Carries the customer's standing on by a conversation later than all before."""
        stands, begins_at, pace = one.standing, made.begins_at, made.pace
        if customer.first_text_at is None:
            customer.first_text_at, customer.first_text_date = begins_at, made.day
        customer.last_text_at, customer.last_date = begins_at + one.row.last_at * pace, made.day
        if stands.latest_at is not None:
            customer.latest_at = begins_at + stands.latest_at * pace
            customer.latest_inbound = stands.latest_inbound
        if stands.answered_at is not None:
            customer.answered_at, customer.unanswered_since = begins_at + stands.answered_at * pace, None
        if stands.unanswered_since is not None and customer.unanswered_since is None:
            customer.unanswered_since = begins_at + stands.unanswered_since * pace
        for place, word in one.opt_words:
            at = begins_at + one.lines[place].at * pace
            id = first_id_of(at) + made.n
            self.opt_outs.append((self.business.company_id, customer.id, id, at, int(word)))
            customer.opted_out_by = id if word is OptWord.OUT else None

    def _call(self, customer: _Customer, at: int, number: int) -> None:
        """A call just before the customer's conversation."""
        rng, (tracker_id, ours) = self._rng, self.business.trackers[customer.tracker]
        answered = rng.random() < _ANSWERED
        seconds = rng.randint(20, 900) if answered else None
        facts: dict[str, object] = {"p": (int(Source.WEBHOOK), at, (0, customer.number, ours))}
        if seconds is not None:
            facts = {"d": (int(Source.STATUS), at + seconds * 1000, seconds)} | facts
            customer.answered_at, customer.unanswered_since = at, None
        dialled = LegStatus.COMPLETED if answered else LegStatus.NO_ANSWER
        outcome = CallOutcome.ANSWERED if answered else CallOutcome.MISSED
        self.calls.append(
            (
                *(self.business.company_id, first_id_of(at) + number, customer.id, tracker_id, CARRIER),
                *(f"CA{rng.getrandbits(128):032x}", 0, at, int(TimeSource.ARRIVAL)),
                *(*local_day_and_hour(at, self._zone), int(LegStatus.COMPLETED), int(dialled), int(outcome)),
                *(seconds, json.dumps(facts, separators=(",", ":"))),
            )
        )


CUSTOMER_COLUMNS = (
    "company_id, id, number, digits, heard_name, city, state, zip, country, facts, name, folded_name,"
    " sort_name, first_text_at, first_text_date, last_text_at, latest_at, latest_inbound, answered_at,"
    " unanswered_since, waiting_since, waiting_date, opted_out_by, nth, texts"
)
CALL_COLUMNS = (
    "company_id, id, customer_id, tracker_id, carrier, carrier_ref, direction, started_at,"
    " started_at_source, local_date, local_hour, parent_status, dial_status, outcome, seconds, facts"
)


def _calendar(today: date) -> list[date]:
    """25 months up to today."""
    years, month = divmod(today.year * 12 + today.month - 1 - MONTHS, 12)
    first = date(years, month + 1, min(today.day, 28))
    return [first + timedelta(days=n) for n in range((today - first).days + 1)]


def _open(now: int, day: date, tz: ZoneInfo) -> tuple[int, int, int]:
    """The ms of the day from which and until which somebody may write, and the instant (ms) from which
    they count: midnight, or on a day on which the clocks change what would have been."""
    noon = to_ms(datetime.combine(day, time(12), tz))
    midnight = noon - 12 * 3_600_000
    changes = to_ms(datetime.combine(day, time(0), tz)) != midnight
    until = _DAY_SECONDS * 1000 - 1
    if local(now, tz).date() == day:
        until = min(until, now - midnight)
    return (_CHANGE_IS_OVER * 1000 if changes else 0), until, midnight


def _customer_row(rng: Random, company_id: int, one: _Customer) -> tuple[Any, ...]:
    area = one.number[2:5]
    if area in _PLACES:
        city, state, zip_code, country = _PLACES[area]
    else:
        city, zip_code, _ = METRO_PLACES[int(rng.random() ** 2 * len(METRO_PLACES))]
        state, country = "GA", "US"
    name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}" if rng.random() < _NAMED else ""
    folded = fold(name)
    waits = one.unanswered_since if one.latest_inbound else None
    return (
        *(company_id, one.id, one.number, digits(one.number), name, city.upper(), state, zip_code, country),
        *(f"[1,{one.first_text_at}]", name, folded, folded or digits(one.number)),
        *(one.first_text_at, one.first_text_date, one.last_text_at, one.latest_at, one.latest_inbound),
        *(one.answered_at, one.unanswered_since, waits, one.last_date if waits is not None else None),
        *(one.opted_out_by, one.nth, one.texts),
    )


_PLACES = {
    area: (city, state, zip_code, "CA" if state == "ON" else "US")
    for area, city, state, zip_code in ELSEWHERE
}
_AREAS = (*METRO * 8, *_PLACES)
_LINES = 7919  # a prime below the 8,000 lines in use of an exchange


def customer_number(place: int) -> str:
    """The number of a company's customer: 555 is nobody's; only millions of customers go on beyond it."""
    line, area = divmod(place, len(_AREAS))
    exchange, line = divmod(line, _LINES)
    # METRO stands several times: each time with lines of its own.
    turn = area // len(METRO) if area < len(METRO) * 8 else 0
    number = (exchange * 8 + turn) * _LINES + line * 4801 % _LINES
    first, last = divmod(number, 10_000)
    return f"+1{_AREAS[area]}{555 + first if first < 400 else 155 + first:03d}{last:04d}"
