"""Who stands before and behind a conversation in the log: for the timeline's previous and next customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from textmeter.lib.days import as_key, from_key
from textmeter.reports.cursors import Place
from textmeter.reports.filter import Filter
from textmeter.reports.log_keys import log_keys
from textmeter.reports.log_order import Asked
from textmeter.reports.statements import Sql, fetch


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A conversation of another customer in the log."""

    customer_id: int
    day: date


@dataclass(frozen=True, slots=True)
class Neighbours:
    previous: Neighbour | None
    next: Neighbour | None


def neighbours(flt: Filter, customer_id: int, day: date | None) -> Neighbours:
    """The nearest other customers before and behind the customer's conversation of that day (without
    a day, or without a conversation on it: the latest one up to it), in the filter's list and sort."""
    here = _place(flt, customer_id, day)
    if here is None:
        return Neighbours(None, None)
    return Neighbours(_nearest(flt, here, backwards=True), _nearest(flt, here, backwards=False))


def _place(flt: Filter, customer_id: int, day: date | None) -> Place | None:
    rows = fetch(
        Sql(
            """SELECT c.total, cu.sort_name, c.last_at FROM ledger_conversation c
            JOIN ledger_customer cu ON cu.company_id = c.company_id AND cu.id = c.customer_id
            WHERE c.company_id = %s AND c.customer_id = %s AND c.local_date <= %s
            ORDER BY c.local_date DESC LIMIT 1""",
            (flt.company_id, customer_id, as_key(day or date.max)),
        )
    )
    if not rows:
        return None
    total, sort_name, last_at = rows[0]
    value = {"latest": 0, "total": total, "customer": sort_name}[flt.sort.removeprefix("-")]
    return Place(value, last_at, customer_id, 0)


def _nearest(flt: Filter, here: Place, *, backwards: bool) -> Neighbour | None:
    keys = log_keys(flt, Asked(here, 1, backwards, other_than=here.customer_id))
    return Neighbour(keys[0].customer_id, from_key(keys[0].local_date)) if keys else None
