"""Which jobs wait for which."""

from __future__ import annotations

import threading

import pytest

from textmeter.cli.jobs import job_handlers, long_jobs, quick_jobs
from textmeter.intake.jobs import Progress, order, run_jobs
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
