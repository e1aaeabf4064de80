"""The graph of calls, and the figures above it: counted by day from an index alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from textmeter.ledger.calls import CallOutcome
from textmeter.reports.call_selection import call_conditions, selected_calls
from textmeter.reports.filter import NO_ANSWER_YET, Filter
from textmeter.reports.periods import bar_finder, slots
from textmeter.reports.statements import Row, Sql, fetch, fetch_one, places
from textmeter.reports.volume import previous_period


@dataclass(frozen=True, slots=True)
class CallBar:
    """Like a bar of the texts' graph (see rows.Bar). `others`: ended neither taken nor with a voicemail.
    `previous`: those that ended."""

    start: date
    end: date
    hour: int | None
    answered: int
    others: int
    voicemails: int
    going_on: int
    previous: int | None

    @property
    def total(self) -> int:
        return self.answered + self.others + self.voicemails + self.going_on


@dataclass(frozen=True, slots=True)
class CallFigures:
    """`missed`: from customers, and nobody took them; voicemails are among them. `going_on`: neither answered
    nor missed so far."""

    calls: int
    answered: int
    missed: int
    voicemails: int
    going_on: int
    median_seconds: int | None  # of the answered ones whose length is known; the lower middle one


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Missed calls whose customers got no answer since, and how many customers these are."""

    calls: int
    callers: int


@dataclass(frozen=True, slots=True)
class CallReport:
    """`unanswered`: as of now, of missed calls alone."""

    interval: str
    bars: tuple[CallBar, ...]
    now: CallFigures
    previous: CallFigures | None
    unanswered: Unanswered | None


def call_report(flt: Filter, *, missed: bool) -> CallReport:
    """Every bar of the range and the figures, beside the previous period's. The sum of the bars is the figure
    `calls`, and as many lines has the list. Calls not answered yet are compared with no former ones,
    for those had longer to be answered."""
    previous = None if flt.answer else previous_period(flt)
    now_rows = fetch(_counts(flt, missed))
    before_rows = fetch(_counts(previous, missed)) if previous else []
    now_bars = _in_bars(flt, now_rows)
    before = [sum(ended) for *ended, _ in _in_bars(previous, before_rows)] if previous else []
    bars = tuple(
        CallBar(slot.start, slot.end, slot.hour, *counts, before[place] if place < len(before) else None)
        for place, (slot, counts) in enumerate(
            zip(slots(flt.interval, flt.start, flt.end), now_bars, strict=True)
        )
    )
    return CallReport(
        flt.interval,
        bars,
        _figures(flt, missed, now_rows),
        _figures(previous, missed, before_rows) if previous else None,
        unanswered_calls(flt) if missed else None,
    )


def unanswered_calls(flt: Filter) -> Unanswered:
    """Of the filter's missed calls."""
    asked = replace(flt, answer=NO_ANSWER_YET)
    columns = Sql("SELECT COUNT(*), COUNT(DISTINCT k.customer_id)")
    calls, callers = fetch_one(columns.then(_of_days(asked, missed=True)))
    return Unanswered(int(calls), int(callers))


def _counts(flt: Filter, missed: bool) -> Sql:
    """Rows (local_date, local_hour, outcome, direction, count); the hour is 0 unless bars are hours."""
    hour, group = ("k.local_hour", ", k.local_hour") if flt.interval == "hour" else ("0", "")
    columns = Sql(f"SELECT k.local_date, {hour}, k.outcome, k.direction, COUNT(*)")
    group_by = f"GROUP BY k.local_date{group}, k.outcome, k.direction"
    return columns.then(_of_days(flt, missed)).then(group_by)


def _of_days(flt: Filter, missed: bool) -> Sql:
    """The selected calls, led by their days where no customer is looked for."""
    if flt.q:
        return selected_calls(flt, missed=missed)
    sql = Sql("FROM ledger_call k WHERE k.company_id = %s", (flt.company_id,))
    sql = sql.then(call_conditions(flt, missed=missed))
    if flt.numbers:
        sql = sql.then(Sql(f"AND +k.tracker_id IN ({places(flt.numbers)})", flt.numbers))
    return sql


def _in_bars(flt: Filter, rows: Sequence[Row]) -> list[tuple[int, int, int, int]]:
    """(answered, others, voicemails, going on) of each bar."""
    bars = slots(flt.interval, flt.start, flt.end)
    place_of = bar_finder(bars)
    counts = [[0, 0, 0, 0] for _ in bars]
    for day, hour, outcome, _, count in rows:
        counts[place_of(day, hour)][_PARTS.index(outcome)] += count
    return [(answered, others, voicemails, going_on) for answered, others, voicemails, going_on in counts]


_PARTS = (CallOutcome.ANSWERED, CallOutcome.MISSED, CallOutcome.VOICEMAIL, CallOutcome.GOING_ON)


def _figures(flt: Filter, missed: bool, rows: Sequence[Row]) -> CallFigures:
    def count(*outcomes: CallOutcome, inbound_only: bool = False) -> int:
        return sum(row[4] for row in rows if row[2] in outcomes and not (inbound_only and row[3]))

    return CallFigures(
        calls=sum(row[4] for row in rows),
        answered=count(CallOutcome.ANSWERED),
        missed=count(CallOutcome.MISSED, CallOutcome.VOICEMAIL, inbound_only=True),
        voicemails=count(CallOutcome.VOICEMAIL, inbound_only=True),
        going_on=count(CallOutcome.GOING_ON),
        median_seconds=None if missed else _median_seconds(flt),
    )


def _median_seconds(flt: Filter) -> int | None:
    sql = (
        Sql("WITH lengths AS MATERIALIZED (SELECT k.seconds AS seconds")
        .then(_of_days(flt, missed=False))
        .then(
            Sql(
                """AND k.outcome = %s AND k.seconds IS NOT NULL)
                SELECT seconds FROM lengths ORDER BY seconds LIMIT 1
                OFFSET (SELECT (COUNT(*) - 1) / 2 FROM lengths WHERE seconds >= 0)""",
                (CallOutcome.ANSWERED,),
            )
        )
    )
    rows = fetch(sql)
    return int(rows[0][0]) if rows else None
