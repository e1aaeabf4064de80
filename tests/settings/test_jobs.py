"""Which jobs wait for which."""

from __future__ import annotations

import sqlite3
import threading

import psycopg
import pytest
from django.db import OperationalError, connection

from textmeter.cli.jobs import job_handlers, long_jobs, quick_jobs
from textmeter.intake.jobs import Progress, do_jobs, order, run_jobs
from textmeter.intake.models import Job, JobKind
from textmeter.ledger.turns import Lock


def test_each_kind_has_somebody_who_does_it() -> None:
    assert {*long_jobs()} & {*quick_jobs()} == set()
    assert {*job_handlers()} == {str(kind) for kind in JobKind}


@pytest.mark.django_db(transaction=True)
def test_a_quick_job_waits_for_no_long_one() -> None:
    stop, begun, ended, mailed = (threading.Event() for _ in range(4))

    def long_one(job: Job, progress: Progress) -> str:
        begun.set()
        assert ended.wait(10)
        return "imported"

    def quick_one(job: Job, progress: Progress) -> str:
        mailed.set()
        return "mailed"

    workers = [
        threading.Thread(target=run_jobs, args=[stop, {JobKind.IMPORT_FILE: long_one}]),
        threading.Thread(target=run_jobs, args=[stop, {JobKind.MAIL_LINK: quick_one}, Lock.QUICK_JOBS]),
    ]
    for worker in workers:
        worker.start()
    try:
        order(JobKind.IMPORT_FILE, by="ada@example.com", about="file")
        assert begun.wait(10)
        order(JobKind.MAIL_LINK, by="ada@example.com", about="1")
        assert mailed.wait(10)
        assert Job.objects.filter(kind=JobKind.IMPORT_FILE, ended_at=None).exists()
    finally:
        ended.set()
        stop.set()
        for worker in workers:
            worker.join()
    assert set(Job.objects.values_list("result", flat=True)) == {"imported", "mailed"}


class _TooLong(psycopg.errors.ProgramLimitExceeded):
    """What PostgreSQL says of a row that no index holds."""


def _disk_full() -> Exception:
    if connection.vendor == "postgresql":
        return psycopg.errors.DiskFull("no space left")
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = 13
    return full


@pytest.mark.django_db
def test_what_no_other_try_mends_ends_a_job_and_the_next_has_its_turn() -> None:
    def broken(job: Job, progress: Progress) -> str:
        raise OperationalError("index row size 5544 exceeds 2704") from _TooLong()

    order(JobKind.IMPORT_FILE, by="ada@example.com", about="file")
    order(JobKind.CHANGE_ZONE, by="ada@example.com", about="America/Denver")
    do_jobs({JobKind.IMPORT_FILE: broken, JobKind.CHANGE_ZONE: lambda job, progress: "moved"})
    first, second = Job.objects.order_by("id")
    assert first.error.startswith('{"pattern": "It failed: ') or first.error.startswith("It failed: ")
    assert (second.result, second.error) == ("moved", "")


@pytest.mark.django_db
def test_a_job_waits_for_a_database_that_has_no_room() -> None:
    def waiting(job: Job, progress: Progress) -> str:
        raise OperationalError("full") from _disk_full()

    order(JobKind.IMPORT_FILE, by="ada@example.com", about="file")
    with pytest.raises(OperationalError):
        do_jobs({JobKind.IMPORT_FILE: waiting})
    assert Job.objects.get().ended_at is None
