"""All messages and calls of one customer, in order, by day."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from textmeter.accounts.models import Company
from textmeter.carriers.seen import Direction
from textmeter.lib.days import as_key, from_key
from textmeter.reports.calls import CALL_COLUMNS, call_row
from textmeter.reports.customer_cards import customer_card, opt_out_lines
from textmeter.reports.messages import COLUMNS, message_row
from textmeter.reports.rows import CallRow, MessageRow, OutlineDay, TimelineDay, TimelinePage, TrackerRow
from textmeter.reports.statements import Sql, fetch
from textmeter.reports.trackers import trackers

__all__ = ["conversation_days", "customer_card", "timeline_page"]

_NO_DAYS = TimelinePage((), None, None)


@dataclass(slots=True)
class _Day:
    """What a day holds, before its entries are read."""

    key: int  # YYYYMMDD
    tracker_id: int | None = None
    texts: int = 0
    calls: int = 0

    def shown(self, kind: str) -> int:
        return {"texts": self.texts, "calls": self.calls}.get(kind, self.texts + self.calls)


def timeline_page(
    company: Company, customer_id: int, *, day: date | None, kind: str = "all", entries: int = 200
) -> TimelinePage:
    """Whole days, newest first, about `entries` texts and calls (more only where one day has more).

    Days are dealt out to pages from the newest on, so that each day is on one page, whichever page is
    asked for. With `day` the page that holds it, or else the next older one; without it the newest.
    `kind` is all, texts or calls: days without any are left out. `texts` and `calls` of a day count the
    whole day. Another company's customer has no days.
    """
    days = [each for each in _days(company.id, customer_id) if each.shown(kind)]
    if not days:
        return _NO_DAYS
    pages = _dealt_out(days, kind, entries)
    at = _page_of(pages, day)
    page = pages[at]
    return TimelinePage(
        days=tuple(_filled(company.id, customer_id, page, kind)),
        earlier=from_key(pages[at + 1][0].key) if at + 1 < len(pages) else None,
        later=from_key(pages[at - 1][-1].key) if at else None,
    )


def conversation_days(company_id: int, customer_id: int, limit: int) -> list[OutlineDay]:
    """The customer's newest conversations, newest first."""
    known = trackers(company_id)
    rows = fetch(
        Sql(
            """SELECT local_date, tracker_id, total FROM ledger_conversation
            WHERE company_id = %s AND customer_id = %s ORDER BY local_date DESC LIMIT %s""",
            (company_id, customer_id, limit),
        )
    )
    return [OutlineDay(from_key(key), known[tracker_id], total) for key, tracker_id, total in rows]


def _days(company_id: int, customer_id: int) -> list[_Day]:
    """Every day with a text or a call, newest first."""
    days: dict[int, _Day] = {}
    for key, tracker_id, total in fetch(
        Sql(
            """SELECT local_date, tracker_id, total FROM ledger_conversation
            WHERE company_id = %s AND customer_id = %s""",
            (company_id, customer_id),
        )
    ):
        days[key] = _Day(key, tracker_id, total)
    for key, calls in fetch(
        Sql(
            """SELECT local_date, COUNT(*) FROM ledger_call
            WHERE company_id = %s AND customer_id = %s GROUP BY local_date""",
            (company_id, customer_id),
        )
    ):
        days.setdefault(key, _Day(key)).calls = calls
    return sorted(days.values(), key=lambda each: -each.key)


def _dealt_out(days: Sequence[_Day], kind: str, entries: int) -> list[list[_Day]]:
    pages: list[list[_Day]] = []
    room = 0
    for each in days:
        if not pages or each.shown(kind) > room:
            pages.append([])
            room = entries
        pages[-1].append(each)
        room -= each.shown(kind)
    return pages


def _page_of(pages: Sequence[Sequence[_Day]], day: date | None) -> int:
    """The page with the day, else with the newest one before it, else the last page."""
    if day is None:
        return 0
    oldest = [-page[-1].key for page in pages]
    return min(bisect_left(oldest, -as_key(day)), len(pages) - 1)


def _filled(company_id: int, customer_id: int, page: Sequence[_Day], kind: str) -> list[TimelineDay]:
    """The page's days with their entries: oldest first, a text before a call of the same instant."""
    known = trackers(company_id)
    span = (company_id, customer_id, page[-1].key, page[0].key)
    texts = _texts(span, known) if kind != "calls" else []
    calls = _calls(span, known) if kind != "texts" else []
    breaches = _breaches(texts, opt_out_lines(company_id, customer_id))
    placed = sorted(
        [((row.sent_at, 0, row.carrier, row.carrier_ref), row.day, row) for row in texts] + calls,
        key=lambda entry: entry[0],
    )
    by_day: dict[date, list[MessageRow | CallRow]] = {}
    for _, day, row in placed:
        by_day.setdefault(day, []).append(row)
    return [_timeline_day(each, by_day.get(from_key(each.key), []), breaches, known) for each in page]


def _timeline_day(
    day: _Day, entries: list[MessageRow | CallRow], breaches: set[int], known: Mapping[int, TrackerRow]
) -> TimelineDay:
    return TimelineDay(
        day=from_key(day.key),
        tracker=known[day.tracker_id] if day.tracker_id is not None else None,
        texts=day.texts,
        calls=day.calls,
        entries=tuple(entries),
        breaches=frozenset(row.id for row in entries if isinstance(row, MessageRow) and row.id in breaches),
    )


def _texts(span: tuple[int, int, int, int], known: Mapping[int, TrackerRow]) -> list[MessageRow]:
    rows = fetch(
        Sql(
            f"""SELECT cu.name, cu.number, {COLUMNS} FROM ledger_message m
            JOIN ledger_customer cu ON cu.company_id = m.company_id AND cu.id = m.customer_id
            WHERE m.company_id = %s AND m.customer_id = %s AND m.local_date BETWEEN %s AND %s""",
            span,
        )
    )
    return [message_row(tuple(row), name, number, known) for name, number, *row in rows]


_Placed = tuple[tuple[int, int, str, str], date, MessageRow | CallRow]


def _calls(span: tuple[int, int, int, int], known: Mapping[int, TrackerRow]) -> list[_Placed]:
    rows = fetch(
        Sql(
            f"""SELECT k.carrier, k.carrier_ref, {CALL_COLUMNS} FROM ledger_call k
            WHERE k.company_id = %s AND k.customer_id = %s AND k.local_date BETWEEN %s AND %s""",
            span,
        )
    )
    calls = ((row[:2], call_row(row[2:], known)) for row in rows)
    return [((call.started_at, 1, *names), call.day, call) for names, call in calls]


def _breaches(texts: Sequence[MessageRow], lines: Sequence[tuple[int, str, str, int, bool]]) -> set[int]:
    """Outbound messages that went out while the latest word before them was an opt-out."""
    places = [line[:3] for line in lines]
    found = set()
    for row in texts:
        before = bisect_left(places, (row.sent_at, row.carrier, row.carrier_ref))
        if row.direction is Direction.OUTBOUND and before and not lines[before - 1][4]:
            found.add(row.id)
    return found
