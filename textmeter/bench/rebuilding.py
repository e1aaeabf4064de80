"""`bench rebuild`: deriving everything of a company again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

from textmeter.accounts.models import Company
from textmeter.bench.page_choice import biggest_company, count_messages
from textmeter.bench.result import Case, Result
from textmeter.bench.spread import ratio
from textmeter.ledger.rebuild import rebuild
from textmeter.ledger.statements import stream

Progress = Callable[[str, int, int], None]


def measure_rebuild(companies: Sequence[Company], progress: Progress) -> Result:
    """Of these companies, or without any of the biggest one. The data stay as they are."""
    cases = [_measured(company, progress) for company in companies or [biggest_company()]]
    return Result("rebuild", {"messages": sum(one["messages"] for one in cases)}, cases)


def _measured(company: Company, progress: Progress) -> Case:
    messages = count_messages(company.id)
    progress(f"Reading {company.name}", 0, 0)
    began = perf_counter()
    for _ in stream("SELECT * FROM ledger_message WHERE company_id = %s", [company.id]):
        pass
    floor = perf_counter() - began
    began = perf_counter()
    rebuild(company, lambda done, total: progress(f"Rebuilding {company.name}", done, total))
    seconds = perf_counter() - began
    return {
        "case": company.name,
        "messages": messages,
        "seconds": round(seconds, 2),
        "messages_per_second": round(messages / seconds),
        "floor_seconds": round(floor, 2),
        "over_floor": ratio(seconds, floor),
    }
