"""Asks carriers for the texts that are known only by their status.

Beside the worker's loop, so that no carrier's silence delays a receipt; several at a time, but few of
one connection, so that one carrier's silence doesn't delay another's answers. Nothing here holds a
transaction while it waits for the network.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import httpx
from django.db import connection as database
from django.db import transaction

from textmeter.accounts.models import Company
from textmeter.carriers.seen import TextSeen
from textmeter.carriers.table import CARRIERS
from textmeter.carriers.trouble import CarrierTrouble, Gone, Throttled
from textmeter.carriers.twilio_history import Credentials
from textmeter.intake.claims import LastingClaim
from textmeter.intake.connections import credentials_of
from textmeter.intake.fetch_list import GAVE_UP, drop
from textmeter.intake.models import Connection
from textmeter.intake.reasons import Reason, not_ours
from textmeter.intake.secrets import Unopenable
from textmeter.intake.settle import our_numbers, refusal
from textmeter.ledger.blame import first_line
from textmeter.ledger.record import record
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.turns import Lock
from textmeter.lib.days import now_ms
from textmeter.lib.sentences import to_text

logger = logging.getLogger(__name__)

AT_A_TIME = 32
OF_ONE_CONNECTION = 4
POLL = 0.2
MOST_ATTEMPTS = 20  # over about three days
LONGEST_WAIT = 6 * 3600 * 1000  # ms
LONGEST_PAUSE = 60.0  # seconds, where a carrier gives trouble
LONGEST_PAUSE_OF_OURS = 5.0


@dataclass(frozen=True, slots=True)
class _Asked:
    connection_id: int
    company_id: int
    carrier_ref: str
    attempts: int


@dataclass(slots=True)
class _Pause:
    """Of a connection whose carrier gives trouble."""

    failures: int = 0
    until: float = 0.0


class Fetching:
    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._thread = threading.Thread(target=self._run, name="fetching", daemon=True)
        self._pool = ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="fetch")
        self._client = httpx.Client(limits=httpx.Limits(max_connections=AT_A_TIME))
        self._flying: dict[Future[TextSeen], _Asked] = {}
        self._pauses: dict[int, _Pause] = {}
        self._claim = LastingClaim(Lock.FETCHING)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def fetch_due(self) -> int:
        """Asks once for everything that is due, and takes the answers; how many."""
        self.ask()
        asked = len(self._flying)
        wait(self._flying)
        self.take()
        return asked

    def close(self) -> None:
        self._claim.give_back()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def _run(self) -> None:
        failures = 0
        while not self._stop.wait(POLL if not failures else min(POLL * 2**failures, LONGEST_PAUSE_OF_OURS)):
            try:
                self.take()
                self.ask()
                failures = 0
            except Exception as error:
                failures += 1
                logger.error("Fetching texts waits: %s: %s", type(error).__name__, first_line(error))
                database.close()
        self.close()
        database.close()

    def ask(self) -> None:
        """Sends off what is due, as far as there is room; of several workers one does."""
        if not self._claim.is_ours():
            return
        for connection_id in _connections_with_wishes():
            pause = self._pauses.get(connection_id)
            if pause and time.monotonic() < pause.until:
                continue
            flying = {one.carrier_ref for one in self._flying.values() if one.connection_id == connection_id}
            room = min(OF_ONE_CONNECTION - len(flying), AT_A_TIME - len(self._flying))
            if room > 0:
                self._ask_of(connection_id, flying, room)

    def _ask_of(self, connection_id: int, flying: set[str], room: int) -> None:
        due = [one for one in _due(connection_id, room + len(flying)) if one.carrier_ref not in flying]
        if not due:
            return
        found = Connection.objects.filter(pk=connection_id).first()
        if found is None:
            drop({(one.connection_id, one.carrier_ref) for one in due})
            return
        fetch_text = CARRIERS[found.carrier].fetch_text
        if fetch_text is None:
            return
        try:
            credentials: Credentials = credentials_of(found)
        except Unopenable as error:
            self._trouble(due[0], CarrierTrouble(error.sentence))
            return
        for one in due[:room]:
            task = self._pool.submit(fetch_text, self._client, credentials, one.carrier_ref, now_ms())
            self._flying[task] = one

    def take(self) -> None:
        """Records the answers that have come."""
        for task in [task for task in self._flying if task.done()]:
            asked = self._flying.pop(task)
            error = task.exception()
            if error is None:
                self._pauses.pop(asked.connection_id, None)
                _answered(asked, task.result())
            else:
                self._trouble(asked, error)

    def _trouble(self, asked: _Asked, error: BaseException) -> None:
        if not isinstance(error, CarrierTrouble):
            logger.error("Text %s can't be fetched", asked.carrier_ref, exc_info=error)
        now = now_ms()
        if isinstance(error, Throttled):
            self._pause(asked.connection_id, error.retry_after, error)
            _put_off(asked, asked.attempts, now + int(error.retry_after * 1000), error.sentence)
            return
        if not isinstance(error, Gone):
            self._pause(asked.connection_id, None, error)
        _try_later(asked, error.sentence if isinstance(error, CarrierTrouble) else repr(error)[:300])

    def _pause(self, connection_id: int, seconds: float | None, error: BaseException) -> None:
        """The rest of the connection's texts would meet the same trouble: they wait too."""
        if connection_id not in self._pauses:
            logger.warning("Texts of connection %d can't be fetched for now: %s", connection_id, error)
        pause = self._pauses.setdefault(connection_id, _Pause())
        pause.failures += 1
        pause.until = time.monotonic() + (
            min(0.5 * 2**pause.failures, LONGEST_PAUSE) if seconds is None else seconds
        )


def fetch_due() -> int:
    """Asks once for everything that is due and records the answers; how many were asked for."""
    fetching = Fetching(threading.Event())
    try:
        return fetching.fetch_due()
    finally:
        fetching.close()


def _answered(asked: _Asked, seen: TextSeen) -> None:
    company = Company.objects.filter(pk=asked.company_id).first()
    if company is None:
        drop({(asked.connection_id, asked.carrier_ref)})
        return
    with transaction.atomic():
        (outcome,) = record(company, [seen]).outcomes
        if not outcome.is_refused:
            drop({(asked.connection_id, asked.carrier_ref)})
    if outcome.is_refused:
        reason, sentence = refusal(outcome, seen)
        is_unknown = reason == Reason.UNKNOWN_NUMBER
        _try_later(asked, not_ours(our_numbers(seen)) if is_unknown else sentence)


def _try_later(asked: _Asked, sentence: str) -> None:
    """After a wait that grows from one second to hours; in the end never, but it stays listed."""
    attempts = asked.attempts + 1
    if attempts >= MOST_ATTEMPTS:
        logger.error("Text %s was not fetched in %d attempts: %s", asked.carrier_ref, attempts, sentence)
        _put_off(asked, attempts, GAVE_UP, sentence)
    else:
        _put_off(asked, attempts, now_ms() + min(1000 * 3**asked.attempts, LONGEST_WAIT), sentence)


def _put_off(asked: _Asked, attempts: int, next_at: int, error: str) -> None:
    run(
        "UPDATE intake_fetch SET attempts = %s, next_at = %s, error = %s"
        " WHERE connection_id = %s AND carrier_ref = %s",
        [attempts, next_at, to_text(error), asked.connection_id, asked.carrier_ref],
    )


def _connections_with_wishes() -> Iterator[int]:
    last = -1
    while True:
        ((found,),) = fetch("SELECT min(connection_id) FROM intake_fetch WHERE connection_id > %s", [last])
        if found is None:
            return
        yield found
        last = found


def _due(connection_id: int, limit: int) -> list[_Asked]:
    """Those, too, that were put off to a time that nobody puts off to: the clock was wrong then."""
    now = now_ms()
    rows = fetch(
        "SELECT connection_id, company_id, carrier_ref, attempts FROM intake_fetch WHERE connection_id = %s"
        " AND (next_at <= %s OR (next_at > %s AND next_at < %s)) ORDER BY next_at LIMIT %s",
        [connection_id, now, now + 2 * LONGEST_WAIT, GAVE_UP, limit],
    )
    return [_Asked(*row) for row in rows]
