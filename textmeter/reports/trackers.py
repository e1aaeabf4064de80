"""Trackers as reports show them: name and source as they are today."""

from __future__ import annotations

from datetime import timedelta

from textmeter.accounts.models import Company
from textmeter.ledger.last_texts import last_texts
from textmeter.lib.days import as_key, local
from textmeter.lib.phone import why_it_cannot_text
from textmeter.reports.rows import TrackerRow, TrackerSummary
from textmeter.reports.statements import Sql, fetch


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
    activity = fetch(
        Sql(
            """SELECT tracker_id, SUM(inbound + outbound) FROM ledger_volume_tracker
            WHERE company_id = %s AND local_date BETWEEN %s AND %s GROUP BY tracker_id""",
            (company.id, as_key(today - timedelta(days=29)), as_key(today)),
        )
    )
    counts: dict[int, int] = dict(activity)
    known = trackers(company.id)
    last = last_texts(company.id, known)
    return [TrackerSummary(row, last.get(id), int(counts.get(id, 0))) for id, row in known.items()]


def _load(company_id: int) -> dict[int, TrackerRow]:
    found = fetch(
        Sql(
            """SELECT id, number, name, source, destination FROM ledger_tracker
            WHERE company_id = %s ORDER BY name, id""",
            (company_id,),
        )
    )
    return {row[0]: _tracker(*row) for row in found}


def _tracker(tracker_id: int, number: str, name: str, source: str, destination: str) -> TrackerRow:
    why = why_it_cannot_text(number)
    return TrackerRow(tracker_id, number, name, source, destination, str(why) if why else None)
