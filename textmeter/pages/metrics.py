"""/metrics, in Prometheus's text format; docs/watching.md lists what stands there.

No customer's data and no names: companies and connections by their ids, never by the key, which is a
secret part of the webhook addresses.
"""

from __future__ import annotations

import logging
import math
import os
import secrets
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

import textmeter
from textmeter.accounts.models import Company
from textmeter.intake import tallies
from textmeter.intake.database_file import leave_a_file_that_is_gone
from textmeter.intake.database_size import database_size
from textmeter.intake.heard import last_heard
from textmeter.intake.models import Connection
from textmeter.intake.quarantine import counts_everywhere
from textmeter.intake.reasons import Reason
from textmeter.intake.waiting import oldest_waiting, waiting_by_company
from textmeter.intake.worker import is_running
from textmeter.lib.days import now_ms
from textmeter.lib.machine import disk, family, memory_of_processes
from textmeter.reports.number_health import quiet_numbers

logger = logging.getLogger(__name__)

_OURS = "textmeter_"
QUIET_EVERY = 300.0  # seconds
_BEARER = "Bearer "


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 while TEXTMETER_METRICS_TOKEN isn't set, 401 without it, else everything that is known now."""
    if not settings.METRICS_TOKEN:
        raise Http404("Metrics are off.")
    if not _has_token(request):
        headers = {"WWW-Authenticate": "Bearer"}
        return HttpResponse("A token is needed.\n", status=401, content_type="text/plain", headers=headers)
    registry = CollectorRegistry()
    registry.register(_Everything())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    if not given.startswith(_BEARER):
        return False
    token = given.removeprefix(_BEARER).strip()
    return secrets.compare_digest(token.encode("utf-8", "replace"), settings.METRICS_TOKEN.encode())


class _Everything(Collector):
    """Where the database can't be asked, its figures are missing and textmeter_database_up is 0."""

    def collect(self) -> Iterator[Metric]:
        version = {textmeter.__version__: 1}
        yield _labelled("info", "Always 1; the label tells the version.", "version", version)
        yield from _counted()
        yield from _of_machine()
        try:
            leave_a_file_that_is_gone()
            found = [metric for ask in _ASKED for metric in ask()]
        except (Error, OSError) as error:
            logger.error("The figures of the database are missing: %s", error)
            found = []
        yield _gauge("database_up", "Whether the database could be asked.", bool(found))
        yield from found


def _counted() -> Iterator[Metric]:
    """What the processes counted since they began."""
    tally = tallies.total()
    answers = HistogramMetricFamily(
        f"{_OURS}webhook_answer_seconds",
        "How long webhooks waited for their answer, by what they are and its HTTP status.",
        labels=["what", "status"],
    )
    bounds = [*map(str, tallies.BOUNDS), "+Inf"]
    for (what, status), one in sorted(tally.answers.items()):
        buckets = list(zip(bounds, accumulate(one.counts), strict=True))
        answers.add_metric([what, str(status)], buckets, one.seconds)
    yield answers
    settled = CounterMetricFamily(
        f"{_OURS}receipts_settled", "Deliveries that the worker applied or quarantined.", labels=["outcome"]
    )
    for outcome in ("applied", "quarantined"):
        settled.add_metric([outcome], tally.settled.get(outcome, 0))
    yield settled


def _of_machine() -> Iterator[Metric]:
    room = disk(Path(settings.DATA_DIR))
    yield _gauge("disk_free_bytes", "Room on the disk that holds the data folder.", room.free)
    yield _gauge("disk_size_bytes", "Size of the disk that holds the data folder.", room.total)
    # The main process of `serve`: all others of this server stand below it.
    everybody = family(os.getppid())
    yield _gauge("processes", "Processes of this server, its worker included.", len(everybody))
    yield _gauge(
        "memory_bytes",
        "Memory of these processes; what they share counts in each.",
        memory_of_processes(everybody),
    )


def _backlog() -> Iterator[Metric]:
    quarantined: dict[str, int] = {reason.value: 0 for reason in Reason}
    for (_, reason), count in counts_everywhere().items():
        quarantined[reason.value] += count
    states = {"waiting": sum(waiting_by_company().values()), "quarantined": sum(quarantined.values())}
    yield _labelled("receipts", "Deliveries kept, by state (waiting: at most 100,000).", "state", states)
    yield _labelled("quarantine", "Deliveries in quarantine, by reason.", "reason", quarantined)
    now, oldest = now_ms(), oldest_waiting()
    behind = 0.0 if oldest is None else max(0, now - oldest) / 1000
    yield _gauge("worker_alive", "Whether a worker runs.", is_running())
    yield _gauge("seconds_behind", "How long the oldest delivery that isn't applied has waited.", behind)


def _connections() -> Iterator[Metric]:
    heard = GaugeMetricFamily(
        f"{_OURS}connection_last_heard_timestamp_seconds",
        "When a connection last sent something signed, to ten seconds; 0: never.",
        labels=["company_id", "connection_id"],
    )
    known = last_heard()
    for company_id, id in Connection.objects.values_list("company_id", "id"):
        heard.add_metric([str(company_id), str(id)], known.get(id, 0) / 1000)
    yield heard


def _database() -> Iterator[Metric]:
    yield _gauge("database_bytes", "Size of the database.", database_size().total)


def _quiet() -> Iterator[Metric]:
    """Asked of the database only now and then: it changes slowly, and scrapes come every few seconds."""
    global _quiet_then
    asked_at, counts = _quiet_then
    if time.monotonic() - asked_at > QUIET_EVERY:
        now = now_ms()
        counts = {str(one.id): quiet_numbers(one, now) for one in Company.objects.all()}
        _quiet_then = time.monotonic(), counts
    yield _labelled("numbers_quiet", "Numbers that are quiet for longer than usual.", "company_id", counts)


_quiet_then: tuple[float, dict[str, int]] = (-math.inf, {})
_ASKED: tuple[Callable[[], Iterator[Metric]], ...] = (_backlog, _connections, _database, _quiet)


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{_OURS}{name}", told, value=float(value))


def _labelled(name: str, told: str, label: str, values: dict[str, int]) -> Metric:
    metric = GaugeMetricFamily(f"{_OURS}{name}", told, labels=[label])
    for key, value in values.items():
        metric.add_metric([key], value)
    return metric
