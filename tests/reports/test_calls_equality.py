"""List, graph and figures of calls are one: equal to each other and to a naive recount, on random calls,
in every zone and under every filter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.reports.test_calls import ANN, BEN, CAT, VOICEMAIL, chosen, read
from tests.scene import answers, at_ms, calls, company, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import Direction, LegStatus, Status
from textmeter.ledger.remove import remove_ledger
from textmeter.ledger.trackers import Tracker
from textmeter.lib.days import local_day_and_hour, zone
from textmeter.reports.call_figures import CallReport, Unanswered, call_report
from textmeter.reports.calls import call_page, each_call
from textmeter.reports.filter import INTERVALS, NO_ANSWER_YET, RANGES, Filter
from textmeter.reports.query import as_query

pytestmark = pytest.mark.django_db
ZONES = ("America/New_York", "America/St_Johns", "Asia/Kolkata", "Pacific/Honolulu")


@dataclass(frozen=True)
class Call:
    number: str
    tracker: int
    inbound: bool
    at: int
    day: date
    hour: int
    outcome: str
    seconds: int | None
    is_unanswered: bool = False  # missed, and the caller had neither an answer nor an answered call since

    @property
    def is_missed(self) -> bool:
        return self.inbound and self.outcome in ("missed", "voicemail")


def many_calls(seed: int) -> list[tuple[Any, ...]]:
    dice = Random(seed)
    return [
        (
            dice.choice((ANN, BEN, CAT, "anonymous")),
            dice.choice((0, 0, 1)),
            dice.random() < 0.8,
            dice.randrange(60),  # days before now
            dice.randrange(1440),
            dice.choice(("answered", "answered", "missed", "voicemail", "going_on")),
            dice.randrange(1, 400),
        )
        for _ in range(60)
    ]


def put_calls(shop: Company, lines: list[Tracker], seed: int) -> list[Call]:
    """Random calls, also around the changes of the clocks; what was put, as plainly as it can be said."""
    known, texts = [], put_texts(shop, lines, seed)
    for number, line, inbound, days, minute, outcome, seconds in many_calls(seed):
        day = date(2026, 3, 20) - timedelta(days)
        at = at_ms(shop, f"{day} {minute // 60:02d}:{minute % 60:02d}")
        if not inbound and number == "anonymous":
            continue
        ours = lines[line].number
        parties = (number, ours) if inbound else (ours, number)
        more: dict[str, Any] = {"from_number": parties[0], "to_number": parties[1]}
        if outcome == "going_on":
            more |= {"parent_status": LegStatus.RINGING, "dial_status": LegStatus.UNKNOWN}
        elif outcome == "voicemail":
            more |= {"recording": VOICEMAIL}
        calls(
            shop,
            lines[line],
            number,
            at,
            seconds=seconds if outcome == "answered" else None,
            direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
            **more,
        )
        key, hour = local_day_and_hour(at, zone(shop.time_zone))
        local = date(key // 10000, key // 100 % 100, key % 100)
        length = seconds if outcome == "answered" else None
        known.append(
            Call("" if number == "anonymous" else number, line, inbound, at, local, hour, outcome, length)
        )
    return [replace(each, is_unanswered=is_unanswered(each, known, texts)) for each in known]


def is_unanswered(call: Call, known: list[Call], texts: list[tuple[str, int]]) -> bool:
    answers_of = [at for number, at in texts if number == call.number]
    answers_of += [one.at for one in known if one.number == call.number and one.outcome == "answered"]
    return call.is_missed and call.number != "" and not any(at > call.at for at in answers_of)


def put_texts(shop: Company, lines: list[Tracker], seed: int) -> list[tuple[str, int]]:
    """Random texts to callers; (number, instant) of those that answer."""
    dice, answering = Random(seed), []
    for number in (ANN, BEN, CAT):
        for _ in range(dice.randrange(3)):
            at = at_ms(shop, "2026-03-20 09:00") - dice.randrange(60 * 1440) * 60_000
            is_answer = dice.random() < 0.5
            status = Status.DELIVERED if is_answer else dice.choice((Status.FAILED, Status.CANCELED))
            answers(shop, dice.choice(lines), number, "Sorry we missed you", at, status=status)
            if is_answer:
                answering.append((number, at))
    return answering


def wanted(known: list[Call], flt: Filter, lines: list[int], missed: bool) -> list[Call]:
    return [
        each
        for each in known
        if flt.start <= each.day <= flt.end
        and (flt.hour is None or each.hour == flt.hour)
        and (not flt.numbers or lines[each.tracker] in flt.numbers)
        and (flt.direction is None or (flt.direction == Direction.INBOUND) == each.inbound)
        and (not flt.q or (each.number and "".join(filter(str.isdigit, flt.q)) in each.number))
        and (not missed or each.is_missed)
        and (not flt.answer or each.is_unanswered)
    ]


@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(seed=st.integers(0, 10**6), time_zone=st.sampled_from(ZONES))
def test_list_graph_and_figures_are_one(seed: int, time_zone: str) -> None:
    shop = company(time_zone=time_zone)
    numbers = [f"+1404556{seed % 8000 + 1000 + place:04d}" for place in range(2)]
    lines = [tracker(shop, number, number) for number in numbers]
    try:
        known = put_calls(shop, lines, seed)
        ids = [line.id for line in lines]
        dice = Random(seed)
        for _ in range(6):
            query = random_query(dice, ids)
            for missed in (False, True):
                flt = chosen(shop, query, missed=missed)
                holds(shop, flt, wanted(known, flt, ids, missed), missed)
    finally:
        remove_ledger(shop.id)


def random_query(dice: Random, ids: list[int]) -> str:
    pairs: list[tuple[str, str]] = []
    name = dice.choice([each for each in RANGES if each != "custom"] + ["one day"])
    if name == "one day":
        day = str(date(2026, 3, 20) - timedelta(dice.randrange(20)))
        pairs += [("start", day), ("end", day)]
        if dice.random() < 0.5:
            pairs.append(("hour", str(dice.randrange(24))))
    else:
        pairs.append(("range", name))
    pairs += [("numbers", str(each)) for each in ids if dice.random() < 0.4]
    if dice.random() < 0.3:
        pairs.append(("direction", dice.choice(("inbound", "outbound"))))
    if dice.random() < 0.3:
        pairs.append(("q", dice.choice(("770-555", "112", "999"))))
    if dice.random() < 0.3 and name in ("last_7_days", "last_30_days"):
        pairs.append(("interval", dice.choice(INTERVALS)))
    if dice.random() < 0.4:
        pairs.append(("answer", NO_ANSWER_YET))  # which missed calls alone take
    pairs.append(("sort", dice.choice(("-latest", "latest"))))
    return urlencode(pairs)


def holds(shop: Company, flt: Filter, expected: list[Call], missed: bool) -> None:
    """`each_call` is what the file holds."""
    report, lines = call_report(flt, missed=missed), list(each_call(flt, missed=missed))
    assert len(lines) == report.now.calls == sum(bar.total for bar in report.bars) == len(expected)
    order = sorted(expected, key=lambda call: call.at, reverse=flt.sort == "-latest")
    assert [line.call.started_at for line in lines] == [call.at for call in order]
    assert sorted((line.customer_number, line.call.outcome) for line in lines) == sorted(
        (call.number, call.outcome) for call in expected
    )
    assert paged(flt, missed) == [line.call.id for line in lines]
    in_figures(report, expected, missed)
    assert read(shop, as_query(flt), missed=missed) == (flt, [])


def in_figures(report: CallReport, expected: list[Call], missed: bool) -> None:
    answered = sorted(call.seconds for call in expected if call.seconds is not None)
    assert report.now.answered == len(answered) == sum(bar.answered for bar in report.bars)
    assert report.now.going_on == sum(bar.going_on for bar in report.bars)
    assert report.now.going_on == sum(call.outcome == "going_on" for call in expected)
    voicemails = sum(call.outcome == "voicemail" for call in expected)
    assert sum(bar.voicemails for bar in report.bars) == voicemails
    assert report.now.missed == sum(call.is_missed for call in expected)
    assert report.now.voicemails == sum(call.is_missed and call.outcome == "voicemail" for call in expected)
    assert report.now.median_seconds == (answered[(len(answered) - 1) // 2] if answered else None)
    unanswered = [call.number for call in expected if call.is_unanswered]
    assert report.unanswered == (Unanswered(len(unanswered), len(set(unanswered))) if missed else None)
    for bar in report.bars:
        inside = [
            call
            for call in expected
            if bar.start <= call.day <= bar.end and (bar.hour is None or call.hour == bar.hour)
        ]
        assert bar.total == len(inside)


def paged(flt: Filter, missed: bool) -> list[int]:
    """Ids of the calls, page by page."""
    ids, after, seen = [], "", 0
    while True:
        page = call_page(replace(flt, after=after), missed=missed, size=7)
        assert page.first == (seen + 1 if page.rows else 0)
        ids += [line.call.id for line in page.rows]
        seen += len(page.rows)
        if not page.next_cursor:
            return ids
        after = page.next_cursor
