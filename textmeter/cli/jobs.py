"""Who does which of the jobs that pages order: every room's own, for only the doors know all rooms."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from textmeter.lib.sentences import Sentence, counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textmeter.intake.jobs import Handler, Progress
    from textmeter.intake.models import Job

logger = logging.getLogger(__name__)


def job_handlers() -> Mapping[str, Handler]:
    """Of every kind."""
    return {**long_jobs(), **quick_jobs()}


def quick_jobs() -> Mapping[str, Handler]:
    """Those that somebody waits for."""
    from textmeter.intake.models import JobKind

    return {JobKind.MAIL_LINK: _mail_link, JobKind.MAIL_OLD_ADDRESS: _mail_old_address}


def long_jobs() -> Mapping[str, Handler]:
    from textmeter.intake.erasure import erase_customer
    from textmeter.intake.import_jobs import read_upload
    from textmeter.intake.models import JobKind
    from textmeter.intake.remove import remove_connection

    return {
        JobKind.CHANGE_ZONE: _change_zone,
        JobKind.REMOVE_COMPANY: _remove_company,
        JobKind.REMOVE_CONNECTION: remove_connection,
        JobKind.FILL_SAMPLE: _fill_sample,
        JobKind.ERASE_CUSTOMER: erase_customer,
        JobKind.TRY_FILE: read_upload,
        JobKind.IMPORT_FILE: read_upload,
    }


def _change_zone(job: Job, progress: Progress) -> str:
    from textmeter.accounts.models import Company
    from textmeter.ledger.rebuild import change_zone

    company = Company.objects.filter(pk=job.company_id or 0, removed_at=None).first()
    # Another change that was asked for since has its own job.
    if company is None or company.time_zone != job.about:
        return Sentence("The company is in another zone by now.")
    moved = change_zone(company, job.about, progress)
    return counted(
        "%(count)s conversation moved to another day.", "%(count)s conversations moved to another day.", moved
    )


def _remove_company(job: Job, progress: Progress) -> str:
    from textmeter.accounts.models import Company
    from textmeter.intake.remove import remove_company
    from textmeter.sample.demo import remove_sample

    company = Company.objects.filter(pk=job.company_id or 0).exclude(removed_at=None).first()
    if company is None:
        return Sentence("It was gone already.")
    if company.is_sample:
        remove_sample(company, progress)
    else:
        remove_company(company.id, progress)
    return Sentence("Everything of it is gone. A line in Changes says who did it, and when.")


def _mail_link(job: Job, progress: Progress) -> str:
    from textmeter.accounts.mail import NotSent, mail_password_link
    from textmeter.accounts.models import User
    from textmeter.intake.jobs import Failed

    person = User.objects.filter(pk=int(job.about.partition("\n")[0])).first()
    if person is None:
        raise Failed(Sentence("This person was removed meanwhile."))
    try:
        mail_password_link(person, by=job.asked_by)
    except NotSent as error:
        raise Failed(
            Sentence(
                "The mail was not sent; the mail server says: %(error)s. Mend TEXTMETER_MAIL_URL, or make a"
                " link and hand it over yourself.",
                error=str(error),
            )
        ) from None
    return Sentence("To %(address)s, with a link that works once.", address=person.email)


def _mail_old_address(job: Job, progress: Progress) -> str:
    from textmeter.accounts.mail import NotSent, mail_old_address
    from textmeter.intake.jobs import Failed

    try:
        mail_old_address(job.about, by=job.asked_by)
    except NotSent as error:
        # Nobody waits for this mail on a page that would tell.
        logger.warning("The mail to an address that no longer signs in was not sent: %s", error)
        raise Failed(Sentence("The mail server says: %(error)s.", error=str(error))) from None
    return Sentence("To %(address)s.", address=job.about)


def _fill_sample(job: Job, progress: Progress) -> str:
    from textmeter.intake.jobs import Failed
    from textmeter.lib.days import now_ms
    from textmeter.sample.demo import SEED, NumbersTaken, fill_sample

    try:
        made = fill_sample(None, SEED, now_ms(), progress)
    except NumbersTaken as error:
        raise Failed(Sentence("%(why)s Remove one of them, then try again.", why=error.args[0])) from None
    return Sentence("%(company)s has 90 days of texts and calls, all made up.", company=made.company.name)
