"""Work that pages order and a worker does: a change of zone, removals, the sample.

Each kind goes step by step and can be begun again at any time, so whoever dies in the midst, or loses the
database, is followed by the next worker. One does jobs at a time; and one those that somebody waits for, such
as a link by mail, which must not wait for an import.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from django.db import connection, transaction
from django.db.models import QuerySet

from textmeter.intake.claims import claimed
from textmeter.intake.models import Job, JobKind
from textmeter.ledger.blame import first_line, is_database_to_blame
from textmeter.ledger.turns import Lock, long_work
from textmeter.lib.days import now_ms
from textmeter.lib.sentences import Sentence

logger = logging.getLogger(__name__)

LOOK = 0.5  # seconds
PAUSE = 5.0  # after trouble with the database
TELL_EVERY = 0.3
KEPT_MS = 30 * 86_400_000

Progress = Callable[[int, int], None]  # steps done, steps in all
# Answers what came of it, in words. Raises what it likes: the job has failed then, but for the database's
# own troubles, after which it is begun again.
Handler = Callable[[Job, Progress], str]


class Failed(Exception):
    """The job can't be done; the text, a Sentence, says to people why, and what to do."""


class _Stopped(Exception):
    pass


def order(kind: JobKind, *, by: str, company_id: int | None = None, about: str = "") -> Job:
    """One that is open for the same thing is handed back instead. Old ones go."""
    with transaction.atomic():
        Job.objects.filter(ended_at__lt=now_ms() - KEPT_MS).delete()
        standing = Job.objects.filter(kind=kind, company_id=company_id, about=about, ended_at=None).first()
        return standing or Job.objects.create(
            kind=kind, company_id=company_id, about=about, asked_by=by, asked_at=now_ms()
        )


def open_job(kind: JobKind, company_id: int | None = None) -> Job | None:
    """The latest that isn't done yet."""
    return Job.objects.filter(kind=kind, company_id=company_id, ended_at=None).last()


def latest_job(kind: JobKind, company_id: int | None = None) -> Job | None:
    return Job.objects.filter(kind=kind, company_id=company_id).last()


def run_jobs(stop: threading.Event, handlers: Mapping[str, Handler], lock: Lock = Lock.JOBS) -> None:
    """Until `stop`, the kinds that `handlers` has; `lock` is of these kinds."""
    while not stop.is_set():
        pause = LOOK
        try:
            if _open(handlers).exists():
                do_jobs(handlers, stop, lock)
        except Exception as error:
            logger.error("Jobs wait: %s: %s", type(error).__name__, first_line(error))
            connection.close()
            pause = PAUSE
        stop.wait(pause)
    connection.close()


def do_jobs(
    handlers: Mapping[str, Handler], stop: threading.Event | None = None, lock: Lock = Lock.JOBS
) -> None:
    """All that are open, in order. Raises django.db.Error."""
    with claimed(lock) as is_ours:
        while is_ours:
            job = _open(handlers).first()
            if job is None:
                return
            try:
                _do(job, handlers[job.kind], stop or threading.Event())
            except _Stopped:
                return


def _open(kinds: Iterable[str]) -> QuerySet[Job]:
    return Job.objects.filter(ended_at=None, kind__in=list(kinds))


def _do(job: Job, handler: Handler, stop: threading.Event) -> None:
    result = error = ""
    try:
        with long_work():
            result = handler(job, _Teller(job, stop))
    except _Stopped:
        raise
    except Failed as why:
        error = why.args[0]
    except Exception as why:
        if is_database_to_blame(why):
            raise
        logger.exception("Job %s of %s failed", job, job.asked_by)
        error = Sentence(
            "It failed: %(error)s. The server’s log says more. Nothing is half done; try again.",
            error=type(why).__name__,
        )
    Job.objects.filter(pk=job.pk).update(result=result, error=error, ended_at=now_ms())


class _Teller:
    """Writes down how far a job is, now and then; and breaks it off where the worker is to stop."""

    def __init__(self, job: Job, stop: threading.Event) -> None:
        self._job, self._stop, self._told = job, stop, 0.0

    def __call__(self, done: int, total: int) -> None:
        if self._stop.is_set():
            raise _Stopped
        if time.monotonic() - self._told >= TELL_EVERY or done >= total:
            self._told = time.monotonic()
            with transaction.atomic():
                Job.objects.filter(pk=self._job.pk).update(done=done, total=total)
