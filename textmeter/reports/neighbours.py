"""Who stands before and behind a conversation in the log: for the timeline's previous and next customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from textmeter.lib.days import as_key, from_key
from textmeter.reports.cursors import Place
from textmeter.reports.filter import Filter
from textmeter.reports.log_order import keys_in_order
from textmeter.reports.statements import Sql, fetch

# One customer's conversations may stand in a row (by name always do): look no further than this.
_FAR = 200


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
    behind = [(row[2], row[3]) for row in fetch(keys_in_order(flt, here, _FAR))]
    return Neighbours(_first_other(_before(flt, here), customer_id), _first_other(behind, customer_id))


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


def _before(flt: Filter, here: Place) -> list[tuple[int, int]]:
    """(customer, day) of what stands before, the nearest first."""
    if flt.sort.endswith("latest"):
        mirrored = replace(flt, sort="latest" if flt.sort == "-latest" else "-latest")
        return [(row[2], row[3]) for row in fetch(keys_in_order(mirrored, here, _FAR))]
    listed = keys_in_order(flt, None, None)
    sign, way = (">", "ASC") if flt.sort.startswith("-") else ("<", "DESC")
    # Ties stand newest first in both directions of these sorts, so their mirror is no sort of the log.
    sql = Sql(
        f"WITH listed (value, last_at, customer_id, local_date, matching) AS ({listed.text})", listed.params
    ).then(
        Sql(
            f"""SELECT customer_id, local_date FROM listed
            WHERE value {sign} %s OR (value = %s AND (last_at > %s OR (last_at = %s AND customer_id > %s)))
            ORDER BY value {way}, last_at, customer_id LIMIT {_FAR}""",
            (here.value, here.value, here.last_at, here.last_at, here.customer_id),
        )
    )
    return [(row[0], row[1]) for row in fetch(sql)]


def _first_other(keys: Iterable[tuple[int, int]], customer_id: int) -> Neighbour | None:
    found = next(((other, day) for other, day in keys if other != customer_id), None)
    return Neighbour(found[0], from_key(found[1])) if found else None
