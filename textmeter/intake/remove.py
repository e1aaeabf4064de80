"""Removing a company whole, or one of its connections: ordered by a page or a command, done by a worker.

In steps that keep no webhook of another company waiting; begun again after a crash, they go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import transaction

from textmeter.accounts.audit import note
from textmeter.accounts.companies import close_company
from textmeter.accounts.models import Company
from textmeter.carriers.table import CARRIERS
from textmeter.intake import known
from textmeter.intake.claims import claimed
from textmeter.intake.jobs import Progress, order
from textmeter.intake.kept import kept_where
from textmeter.intake.models import Connection, Job, JobKind, new_key
from textmeter.intake.settle import settle
from textmeter.intake.uploads import discard, uploads_of
from textmeter.ledger.remove import remove_ledger
from textmeter.ledger.statements import fetch, marks, run
from textmeter.ledger.turns import Lock, long_work
from textmeter.lib.sentences import Sentence

TOGETHER = 200
SAMPLE = "sample"  # in a line before the name, where it is the sample that goes


def order_removal(company: Company, *, by: str) -> Job:
    """From here on nobody reads the company; one audit line of it stays."""
    with transaction.atomic():
        close_company(company, by=by)
        about = f"{SAMPLE}\n{company.name}" if company.is_sample else company.name
        return order(JobKind.REMOVE_COMPANY, by=by, company_id=company.id, about=about)


def order_removal_of_connection(found: Connection, *, by: str) -> Job:
    """It goes on working until a worker takes it up."""
    name = CARRIERS[found.carrier].name if found.carrier in CARRIERS else found.carrier
    about = f"{found.id}\n{name}\n{found.account_sid}"
    with transaction.atomic():
        job = order(JobKind.REMOVE_CONNECTION, by=by, company_id=found.company_id, about=about)
        note(by, f"Deleted the connection to {name}, account {found.account_sid}.", found.company)
    return job


def remove_company(company_id: int, progress: Progress | None = None) -> None:
    """All of it: what comes in, the ledger, who may see it, and itself."""
    for upload in uploads_of(company_id):
        discard(upload)
    remove_intake(company_id)
    remove_ledger(company_id, progress)
    Company.objects.filter(pk=company_id).delete()


def remove_connection(job: Job, progress: Progress) -> str:
    """What it has brought and nobody has applied yet is applied first; what can't be goes with it. Messages
    and calls stay."""
    id = int(job.about.partition("\n")[0])
    # Its addresses lead nowhere from here on, so that what waits comes to an end.
    if job.company_id is not None and Connection.objects.filter(pk=id).update(key=new_key()):
        known.forget()
        time.sleep(1.5 * known.FRESH)
        apply_what_waits(job.company_id, "r.connection_id = %s", id)
    with transaction.atomic():
        run("DELETE FROM intake_heard WHERE connection_id = %s", [id])
        Connection.objects.filter(pk=id).delete()
    _remove_all("connection_id = %s", id, progress)
    if job.company_id is not None:
        _fetch_nothing(job.company_id, "connection_id = %s", id)
    return Sentence("Its secret and its deliveries are gone; the texts and calls that it brought stay.")


def remove_intake(company_id: int) -> None:
    """Connections first, so that nothing new comes; then receipts, and those that still came while serving
    processes knew the connection."""
    with transaction.atomic():
        run(
            "DELETE FROM intake_heard WHERE connection_id IN"
            " (SELECT id FROM intake_connection WHERE company_id = %s)",
            [company_id],
        )
        Connection.objects.filter(company_id=company_id).delete()
    _remove_all("company_id = %s", company_id)
    _fetch_nothing(company_id, "company_id = %s", company_id)


def apply_what_waits(company_id: int, condition: str, value: int) -> None:
    """As the worker does, and in its place: the company's waiting receipts `r` of that condition."""
    while True:
        with claimed(Lock.RECEIPTS, company_id) as is_ours:
            batch = kept_where(
                f"r.company_id = %s AND r.state = 0 AND {condition}", [company_id, value], TOGETHER
            )
            if not batch:
                return
            if is_ours:
                settle(company_id, batch)
        if not is_ours:
            time.sleep(0.05)  # another worker is at it


def _fetch_nothing(company_id: int, condition: str, value: int) -> None:
    """Once no receipt is left, and no worker has one in its hands: it would list texts without words anew."""
    while True:
        with claimed(Lock.RECEIPTS, company_id) as is_ours:
            if is_ours:
                run(f"DELETE FROM intake_fetch WHERE {condition}", [value])
                return
        time.sleep(0.05)


@long_work()
def _remove_all(condition: str, value: int, progress: Callable[[int, int], None] | None = None) -> None:
    """Twice at least, until nothing came any more: a serving process knows a connection for a moment."""
    known.forget()
    ((total,),) = fetch(f"SELECT count(*) FROM intake_receipt WHERE {condition}", [value])
    done = 0

    def tell(some: int) -> None:
        if progress:
            progress(done + some, total)

    while removed := _remove_receipts(condition, value, tell):
        done += removed
        time.sleep(1.5 * known.FRESH)


def _remove_receipts(condition: str, value: int, tell: Callable[[int], None]) -> int:
    """How many there were."""
    last, removed = -1, 0
    while True:
        rows = fetch(
            f"SELECT id FROM intake_receipt WHERE {condition} AND id > %s ORDER BY id LIMIT %s",
            [value, last, TOGETHER],
        )
        if not rows:
            return removed
        ids = [row[0] for row in rows]
        last = ids[-1]
        with transaction.atomic():
            removed += run(
                f"DELETE FROM intake_receipt WHERE {condition} AND id IN ({marks(len(ids))})",
                [value, *ids],
            )
        tell(removed)
