"""Trackers as reports show them: name and source as they are today."""

from __future__ import annotations

from datetime import date, timedelta

from textmeter.accounts.models import Company
from textmeter.ledger.last_texts import last_texts
from textmeter.lib.days import as_key, from_key, local
from textmeter.lib.phone import why_it_cannot_text
from textmeter.reports.rows import TrackerRow, TrackerSummary
from textmeter.reports.statements import Row, Sql, fetch

DAYS = 30


class _Trackers(dict[int, TrackerRow]):
    """By id; one that was added while a report runs is looked up when it is first met."""

    def __init__(self, company_id: int) -> None:
        super().__init__(_load(company_id))
        self._company_id = company_id

    def __missing__(self, tracker_id: int) -> TrackerRow:
        self.update(_load(self._company_id))
        if tracker_id not in self:
            raise LookupError(f"company {self._company_id} has no tracker {tracker_id}")
        return self[tracker_id]


def trackers(company_id: int) -> dict[int, TrackerRow]:
    """The company's trackers by id, in order of name."""
    return _Trackers(company_id)


def summaries(company: Company, now: int) -> list[TrackerSummary]:
    """Each tracker with its latest text and its messages of the last 30 local days, today included."""
    today = local(now, company.zone).date()
    known = trackers(company.id)
    last, days = last_texts(company.id, known), _by_day(company.id, today)
    return [TrackerSummary(row, last.get(id), tuple(days.get(id, [0] * DAYS))) for id, row in known.items()]


def _by_day(company_id: int, today: date) -> dict[int, list[int]]:
    """Messages by tracker: DAYS local days up to today, the oldest first."""
    first = today - timedelta(days=DAYS - 1)
    rows = fetch(
        Sql(
            """SELECT tracker_id, local_date, inbound + outbound FROM ledger_volume_tracker
            WHERE company_id = %s AND local_date BETWEEN %s AND %s""",
            (company_id, as_key(first), as_key(today)),
        )
    )
    found: dict[int, list[int]] = {}
    for tracker_id, key, count in rows:
        found.setdefault(tracker_id, [0] * DAYS)[(from_key(key) - first).days] = count
    return found


def _load(company_id: int) -> dict[int, TrackerRow]:
    found = fetch(
        Sql(
            """SELECT id, number, name, source, destination, disabled_at FROM ledger_tracker
            WHERE company_id = %s ORDER BY name, id""",
            (company_id,),
        )
    )
    return {row[0]: _tracker(row) for row in found}


def _tracker(row: Row) -> TrackerRow:
    tracker_id, number, name, source, destination, disabled_at = row
    why = why_it_cannot_text(number)
    return TrackerRow(
        tracker_id, number, name, source, destination, str(why) if why else None, disabled_at is not None
    )
