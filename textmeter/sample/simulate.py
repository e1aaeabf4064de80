"""Acts as the carrier of a connection: posts signed webhooks to the running server, and answers the
worker that asks for the words of texts.

    run(connection, base_url="http://127.0.0.1:8000", rate=5, count=100) -> Simulated
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from random import Random

import httpx
from django.conf import settings

from textmeter.intake.connections import credentials_of, webhooks
from textmeter.intake.models import Connection
from textmeter.intake.secrets import decrypt
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import Tracker, trackers_of
from textmeter.lib.days import now_ms
from textmeter.lib.phone import why_it_cannot_text
from textmeter.sample.carrier_api import CarrierApi
from textmeter.sample.live_pace import as_in_a_practice, steadily
from textmeter.sample.posting import Posted, Simulated, post_all
from textmeter.sample.stand_in import in_place_of_the_carrier
from textmeter.sample.traffic import Delivery, Shown, Traffic

LINGER = 8.0  # seconds that the worker has at the end to fetch the last words
MOST_KNOWN = 150
KEEPS_EVERY = 0.5  # seconds


class CannotSimulate(RuntimeError):
    """The text says to people why, and what to do."""


def run(
    connection: Connection,
    *,
    base_url: str,
    rate: float | None = None,
    count: int | None = None,
    seed: int | None = None,
    force: bool = False,
    report: Callable[[Posted, Simulated], None] | None = None,
    stop: threading.Event | None = None,
) -> Simulated:
    """Posts `count` deliveries (None: until `stop`), `rate` a second (None: at a demo's pace), to the
    server at `base_url`.

    While it runs the connection's API address is the simulator's own; at the end the former one is put
    back. `seed`: the same deliveries again (None: others each time). `force`: also for a connection that
    is no sample, with made-up customers alone. `report` hears each answer and the count so far, in this
    thread. Raises CannotSimulate, intake.secrets.Unopenable.
    """
    _check(connection, base_url, force=force)
    stop = stop or threading.Event()
    rng = Random(seed)  # noqa: S311 (the same seed, the same deliveries)
    credentials = credentials_of(connection)
    api = CarrierApi(credentials.account_sid, credentials.user, credentials.password)
    simulated, began = Simulated(), time.monotonic()

    def hear(posted: Posted) -> None:
        simulated.add(posted)
        simulated.seconds, simulated.fetched = time.monotonic() - began, len(api.fetched)
        if report:
            report(posted, simulated)

    with in_place_of_the_carrier(connection, api) as keep:
        former = set(api.texts)
        traffic: Iterator[Delivery] = Traffic(
            rng,
            trackers=_trackers(connection),
            known=_known(connection),
            api=api,
            now=now_ms,
            shown=lambda number: _shown(connection.company_id, number),
        )
        post_all(
            _kept(islice(traffic, count), keep),
            addresses=webhooks(connection, base_url),
            # The server verifies over the address that the outside knows, wherever it is reached.
            signed_as=webhooks(connection, settings.PUBLIC_URL or base_url),
            secret=decrypt(connection.secret),
            pause=steadily(rate) if rate else as_in_a_practice(Random(seed), now_ms),  # noqa: S311
            report=hear,
            stop=stop,
        )
        simulated.seconds = time.monotonic() - began
        _linger(api, former, stop)
        simulated.fetched = len(api.fetched)
    return simulated


def _check(connection: Connection, base_url: str, *, force: bool) -> None:
    if not connection.is_sample and not force:
        raise CannotSimulate(
            f"Connection {connection.key} is not a sample's: made-up texts would stand among its own. "
            "Use the one that `textmeter demo` printed, or say --force."
        )
    try:
        httpx.get(f"{base_url}/healthz", timeout=5.0)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise CannotSimulate(
            f"Nobody answers at {base_url}. Start the server first (`textmeter serve`); for another "
            "address set TEXTMETER_PUBLIC_URL."
        ) from None


def _trackers(connection: Connection) -> list[Tracker]:
    found = [one for one in trackers_of(connection.company_id) if not why_it_cannot_text(one.number)]
    if not found:
        raise CannotSimulate(
            f"Company {connection.company_id} has no tracker that can text. Add one with "
            "`textmeter tracker add`."
        )
    return found


def _known(connection: Connection) -> list[str]:
    """The customers of a sample who wrote last; nobody's real customers."""
    if not connection.is_sample:
        return []
    rows = fetch(
        "SELECT number FROM ledger_customer WHERE company_id = %s AND last_text_at IS NOT NULL"
        " AND opted_out_by IS NULL ORDER BY last_text_at DESC, id LIMIT %s",
        [connection.company_id, MOST_KNOWN],
    )
    return [number for (number,) in rows]


def _shown(company_id: int, number: str) -> Shown | None:
    rows = fetch(
        "SELECT name, opted_out_by IS NOT NULL FROM ledger_customer WHERE company_id = %s AND number = %s",
        [company_id, number],
    )
    return Shown(rows[0][0], bool(rows[0][1])) if rows else None


def _kept(deliveries: Iterator[Delivery], keep: Callable[[], None]) -> Iterator[Delivery]:
    """Keeps the words before their first status is sent; at a high rate now and then."""
    kept = 0.0
    for delivery in deliveries:
        if time.monotonic() - kept >= KEEPS_EVERY:
            keep()
            kept = time.monotonic()
        yield delivery


def _linger(api: CarrierApi, former: set[str], stop: threading.Event) -> None:
    """The last texts' words are asked for a moment after their first status. What a former simulator
    left may never be asked for, and isn't waited for."""
    until = time.monotonic() + LINGER
    while api.unfetched().keys() - former and time.monotonic() < until and not stop.wait(0.1):
        pass
