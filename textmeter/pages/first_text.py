"""The text that the set-up waits for: the first one from a customer since the company has a connection."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from django.db.models import Min
from django.http import QueryDict

from textmeter.accounts.models import Company
from textmeter.intake.models import Connection
from textmeter.lib.days import local, now_ms
from textmeter.lib.phone import national
from textmeter.pages import formats
from textmeter.pages.hits import Part
from textmeter.pages.log_rows import message_words
from textmeter.reports.messages import each_message
from textmeter.reports.query import read_filter
from textmeter.reports.rows import MessageRow

# A carrier's clock may be behind ours, and knows whole seconds only.
CLOCKS_DIFFER_MS = 60_000


@dataclass(frozen=True, slots=True)
class FirstText:
    customer_id: int
    name: str  # the customer's, or the number in national form
    number_name: str
    words: tuple[Part, ...]
    note: str
    at: str
    at_iso: str


def first_text(company: Company) -> FirstText | None:
    """Texts of before the first connection were imported; a company without any has no other."""
    found = _first_since(company, _waits_since(company))
    if found is None:
        return None
    words, note = message_words(found)
    return FirstText(
        customer_id=found.customer_id,
        name=found.customer_name or national(found.customer_number),
        number_name=found.tracker.name,
        words=words,
        note=note,
        at=formats.latest(found.sent_at, company.zone, local(now_ms(), company.zone).date()),
        at_iso=formats.iso(found.sent_at, company.zone),
    )


def _waits_since(company: Company) -> int:
    """In ms; 0 without a connection."""
    added = Connection.objects.filter(company=company).aggregate(first=Min("added_at"))["first"]
    return added - CLOCKS_DIFFER_MS if added else 0


def _first_since(company: Company, since: int) -> MessageRow | None:
    query = QueryDict(mutable=True)
    query["direction"] = "inbound"
    query["range"] = "all_time"
    if since:
        query["range"] = "custom"
        query["start"] = local(since, company.zone).date().isoformat()
    flt, _wrong = read_filter(query, company, now_ms())
    with closing(each_message(flt)) as messages:
        return next((each for each in messages if each.sent_at >= since), None)
