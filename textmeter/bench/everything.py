"""`bench all`: every measurement, one after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textmeter.bench.at_rest import measure_memory
from textmeter.bench.disk import measure_disk
from textmeter.bench.exporting import measure_export
from textmeter.bench.importing import measure_import
from textmeter.bench.intake import IntakeAsked, measure_intake
from textmeter.bench.pages import PagesAsked, measure_pages
from textmeter.bench.rebuilding import measure_rebuild
from textmeter.bench.result import Result
from textmeter.bench.search import measure_search

RATES = (300.0, 1000.0)
CONNECTIONS = 64
DAYS = 365

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Everything:
    """`requests`: of each page and search; `seconds`: of each rate of webhooks; `messages`: to import."""

    requests: int
    seconds: float
    messages: int


def measure_all(asked: Everything, progress: Progress) -> list[Result]:
    """What only reads comes first, so that it finds the data as they are."""
    return [
        measure_disk(progress),
        measure_memory(progress),
        measure_pages(PagesAsked(asked.requests, with_others=True), {}, progress),
        measure_search(asked.requests, progress),
        measure_export(DAYS, progress),
        measure_rebuild([], progress),
        measure_import(asked.messages, progress),
        measure_intake(IntakeAsked(asked.seconds, CONNECTIONS, RATES), progress),
    ]
