"""Which pages are measured, and what of the biggest company they show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from textmeter.accounts.models import Company
from textmeter.ledger.statements import fetch
from textmeter.lib.days import now_ms
from textmeter.lib.folding import fold
from textmeter.reports.cursors import Place, make_cursor
from textmeter.reports.filter import Filter
from textmeter.reports.log_order import Asked, Key, keys_in_order
from textmeter.reports.query import read_filter
from textmeter.reports.statements import fetch as fetch_keys

DEEP = 1_000  # the one deep in the log
SIZE = 50  # rows of the log on a page
RECENT = 5_000  # texts in which words are counted
_ORDER = "order "


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its address, and as `flt` what its log shows; `place`: which page of the log; `customer_id`: of
    a timeline."""

    name: str
    address: str
    flt: Filter
    place: int = 1
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A word that stands in one text, one that stands in about one of a hundred, and the commonest."""

    rare: str
    medium: str
    common: str


class NothingToMeasure(RuntimeError):
    """The text says to people what is missing."""


def biggest_company() -> Company:
    """Raises NothingToMeasure where no company has texts."""
    rows = fetch(
        "SELECT company_id, SUM(inbound + outbound) FROM ledger_volume_hour GROUP BY company_id"
        " ORDER BY 2 DESC LIMIT 1",
        [],
    )
    if not rows:
        raise NothingToMeasure("There is no text to measure with yet. Fill in some: `textmeter bench data`.")
    return Company.objects.get(pk=rows[0][0])


def count_messages(company_id: int | None = None) -> int:
    """Of the company, or of all; from the volume, for counting takes long."""
    which, params = ("WHERE company_id = %s", [company_id]) if company_id is not None else ("", [])
    ((count,),) = fetch(f"SELECT SUM(inbound + outbound) FROM ledger_volume_hour {which}", params)
    return int(count or 0)


def pages(company: Company) -> list[Page]:
    """The pages of the company that the bench measures."""
    words, some = words_of(company.id), busiest_trackers(company.id, 3)
    month: dict[str, object] = {"range": "last_30_days"}
    year = _year(company)
    spans = {"30 days": month, "12 months": year}
    found = []
    for span, query in spans.items():
        found.append(_log(company, span, query))
        found.append(_log(company, f"{span}, 1 number", query | {"numbers": some[:1]}))
        found.append(_log(company, f"{span}, {len(some)} numbers", query | {"numbers": some}))
    found.append(_deep(_log(company, "12 months", year)))
    found.append(_timeline(company))
    for kind, word in (("rare", words.rare), ("medium", words.medium), ("common", words.common)):
        found.append(_log(company, f"12 months, {kind} word", year | {"q": word}))
    return found


def busiest_trackers(company_id: int, count: int) -> list[int]:
    """Those with the most messages."""
    rows = fetch(
        "SELECT tracker_id FROM ledger_volume_tracker WHERE company_id = %s GROUP BY tracker_id"
        " ORDER BY SUM(inbound + outbound) DESC, tracker_id LIMIT %s",
        [company_id, count],
    )
    return [tracker_id for (tracker_id,) in rows]


def busiest_customer(company_id: int) -> int:
    """The one with the most texts."""
    ((customer_id, _),) = fetch(
        "SELECT customer_id, SUM(total) FROM ledger_conversation WHERE company_id = %s GROUP BY customer_id"
        " ORDER BY 2 DESC, customer_id LIMIT 1",
        [company_id],
    )
    return int(customer_id)


def words_of(company_id: int) -> Words:
    """From the company's latest texts."""
    rows = fetch(
        "SELECT body FROM ledger_message WHERE company_id = %s AND body IS NOT NULL"
        " ORDER BY id DESC LIMIT %s",
        [company_id, RECENT],
    )
    found: Counter[str] = Counter()
    rare = ""
    for (body,) in rows:
        folded = fold(body)
        if _ORDER in body:
            rare = rare or folded.rpartition(_ORDER)[2]
        found.update({word for word in folded.split() if len(word) > 2 and word.isalpha()})
    if not found:
        raise NothingToMeasure("The biggest company has no words to search for.")
    ordered = found.most_common()
    medium = min(ordered, key=lambda one: abs(one[1] - len(rows) / 100))[0]
    return Words(rare or ordered[-1][0], medium, ordered[0][0])


def _year(company: Company) -> dict[str, object]:
    today = read_filter(QueryDict(), company, now_ms())[0].today
    return {"start": (today - timedelta(days=364)).isoformat(), "end": today.isoformat()}


def _log(company: Company, name: str, query: dict[str, object]) -> Page:
    text = urlencode(query, doseq=True)
    flt, wrong = read_filter(QueryDict(text), company, now_ms())
    if wrong:
        raise NothingToMeasure(f"{wrong[0].parameter} can't be {wrong[0].value!r}.")
    return Page(name, f"{reverse('text_conversations', args=[company.id])}?{text}", flt)


def _deep(first: Page) -> Page:
    """Page 1,000 of the log, or its last one, by the cursor that the page before ends with."""
    wanted = SIZE * (DEEP - 1)
    keys = [Key(*row) for row in fetch_keys(keys_in_order(first.flt, Asked(limit=wanted + 1)))]
    place = min(DEEP, max(len(keys) - 1, 0) // SIZE + 1)
    if place == 1:
        return replace(first, name="12 months, page 1")
    last = keys[SIZE * (place - 1) - 1]
    after = make_cursor(first.flt, Place(last.value, last.last_at, last.customer_id, SIZE * (place - 1)))
    address = f"{first.address}&{urlencode({'after': after})}"
    return Page(f"12 months, page {place:,}", address, replace(first.flt, after=after), place)


def _timeline(company: Company) -> Page:
    customer_id = busiest_customer(company.id)
    flt, _ = read_filter(QueryDict(), company, now_ms())
    address = reverse("timeline", args=[company.id, customer_id])
    return Page("timeline of the busiest customer", address, flt, customer_id=customer_id)
