"""Webhooks that come in while pages are measured."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from textmeter.accounts.models import Company
from textmeter.bench.companies import ACCOUNT_SID, NotForTheBench
from textmeter.bench.intake import IntakeAsked, job_of
from textmeter.bench.posting import Poster, posting
from textmeter.bench.spread import spread

CONNECTIONS = 16
SETTLES_IN = 1.0


@dataclass(slots=True)
class Traffic:
    rate: float
    poster: Poster

    def end(self) -> dict[str, Any]:
        """Sends no more; what was sent, and how it was answered. The texts stay in the company."""
        posted = self.poster.end()
        return {
            "traffic_per_second": round(posted.accepted / posted.seconds, 1),
            "traffic_answered": posted.accepted,
            "traffic_refused": posted.answered.total() - posted.accepted,
            "traffic_p99_ms": round(spread(posted.times).p99, 1),
            "texts_left": posted.accepted,
        }


@contextmanager
def incoming(company: Company, rate: float, port: int) -> Iterator[Traffic]:
    """So many a second, to the company itself, about customers that it has. Only to a company of the bench:
    the texts stay. Raises NotForTheBench."""
    connection = company.connections.filter(account_sid=ACCOUNT_SID).first()
    if connection is None:
        raise NotForTheBench(f"{company.name} is no company of the bench, so no texts are sent to it.")
    asked = IntakeAsked(None, CONNECTIONS, ())
    job = job_of(company, [], connection, asked, rate, port=port, seed=time.time_ns())
    with posting(job) as poster:
        poster.begin()
        time.sleep(SETTLES_IN)
        yield Traffic(rate, poster)
