"""The figures above the graph, of the selected messages and the conversations they are listed by."""

from __future__ import annotations

from textmeter.reports.customers import count_waiting
from textmeter.reports.filter import Filter
from textmeter.reports.found import Found
from textmeter.reports.listed import listed
from textmeter.reports.new_customers import new_customers
from textmeter.reports.rows import Figures, FiguresCompared, Volume
from textmeter.reports.selection import Way, matched, way_of
from textmeter.reports.statements import Sql, fetch_one
from textmeter.reports.volume import Read, previous_period, read_messages, totals, volume


def graph_and_figures(flt: Filter) -> tuple[Volume, FiguresCompared]:
    """Both at once, each thing counted once."""
    read = read_messages(flt)
    graph = volume(flt, read)
    return graph, figures(flt, graph, read)


def figures(flt: Filter, counted: Volume | None = None, read: Read | None = None) -> FiguresCompared:
    """`counted`: the filter's volume, `read`: what `read_messages` gave for it, where the caller has them;
    they spare counting the messages again."""
    if read := read or read_messages(flt):
        return FiguresCompared(
            now=_of_messages(read.now),
            previous=_of_messages(read.previous) if read.previous else None,
            waiting_now=count_waiting(flt.company_id),
        )
    previous = previous_period(flt)
    return FiguresCompared(
        now=_of_counts(flt, (counted.inbound, counted.outbound) if counted else totals(flt)),
        previous=_of_counts(previous, (counted and counted.previous) or totals(previous))
        if previous
        else None,
        waiting_now=count_waiting(flt.company_id),
    )


def count_conversations(flt: Filter) -> int:
    """How many conversations the log lists."""
    if way_of(flt) is not Way.MESSAGES:
        return listed(flt).conversations
    found = matched(flt)
    return int(fetch_one(Sql(f"SELECT COUNT(*) FROM ({found.text}) listed", found.params))[0])


def _of_messages(read: Found) -> Figures:
    received, sent = read.messages
    return Figures(
        received,
        sent,
        read.conversations,
        read.new_customers,
        read.median_first_response_ms,
        read.unanswered,
    )


def _of_counts(flt: Filter, messages: tuple[int, int]) -> Figures:
    """Without a search and an hour: everything is counted already."""
    received, sent = messages
    found = listed(flt)
    return Figures(
        received,
        sent,
        found.conversations,
        new_customers(flt),
        found.median_first_response_ms,
        found.unanswered,
    )
