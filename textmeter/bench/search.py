"""`bench search`: words of different rareness, as the reports find them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from django.http import QueryDict

from textmeter.accounts.models import Company
from textmeter.bench.floor import as_asked, run_bare
from textmeter.bench.page_choice import biggest_company, count_messages, words_of
from textmeter.bench.result import Case, Result
from textmeter.bench.spread import ratio, timed
from textmeter.ledger.statements import fetch
from textmeter.lib.days import now_ms
from textmeter.reports.conversations import log_page
from textmeter.reports.figures import graph_and_figures
from textmeter.reports.filter import Filter
from textmeter.reports.query import read_filter
from textmeter.reports.search import read_search, texts_found

LEAST = 3
SLOW = 10.0

Progress = Callable[[str, int, int], None]


def measure_search(times: int, progress: Progress) -> Result:
    """Over 12 months of the biggest company, `times` each."""
    company = biggest_company()
    queries = _queries(company.id)
    cases = []
    for done, (name, query) in enumerate(queries.items()):
        progress("Searching", done, len(queries))
        cases.append(_measured(_filter(company, query), name, times))
    facts = {"company": str(company.id), "messages": count_messages(company.id)}
    return Result("search", facts, cases)


def _queries(company_id: int) -> dict[str, str]:
    words = words_of(company_id)
    ((name, number),) = fetch(
        "SELECT name, number FROM ledger_customer WHERE company_id = %s AND name <> '' ORDER BY id LIMIT 1",
        [company_id],
    ) or [("nobody", "+10000000000")]
    return {
        "rare word": words.rare,
        "medium word": words.medium,
        "common word": words.common,
        "common and medium word": f"{words.common} {words.medium}",
        "common and rare word": f"{words.common} {words.rare}",
        "beginning of a common word": words.common[:2],
        "name of a customer": name,
        "number of a customer": number,
        "word that no text has": "qqxzzyq",
    }


def _filter(company: Company, query: str) -> Filter:
    flt, _ = read_filter(QueryDict(), company, now_ms())
    return replace(flt, range="custom", start=flt.today - timedelta(days=364), q=query, interval="week")


def _measured(flt: Filter, name: str, times: int) -> Case:
    def log() -> object:
        return log_page(flt, is_counted=False)

    def exact() -> object:
        return graph_and_figures(flt)

    bare = as_asked([texts_found(flt, read_search(flt.q))])
    log()
    page = timed(log, most=times, least=LEAST, seconds=SLOW)
    whole = timed(exact, most=times, least=1, seconds=SLOW)
    run_bare(bare)
    floor = timed(lambda: run_bare(bare), most=times, least=LEAST, seconds=SLOW)
    return {
        "case": name,
        **page.as_json(),
        "graph_and_figures_p50_ms": round(whole.p50, 3),
        "graph_and_figures_p95_ms": round(whole.p95, 3),
        "floor_p50_ms": round(floor.p50, 3),
        "over_floor": ratio(page.p50, floor.p50),
    }
