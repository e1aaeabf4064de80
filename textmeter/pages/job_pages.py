"""How far a job is that a worker does: as part of a page, and as a page of its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from textmeter.accounts.access import installation_for_admins
from textmeter.accounts.models import Company
from textmeter.intake.models import Job, JobKind
from textmeter.intake.uploads import KINDS
from textmeter.intake.worker import is_running
from textmeter.lib.days import now_ms
from textmeter.pages.settings_menu import settings_shell

# So long after its end a job's outcome still stands on the page that ordered it.
SHOWN_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Progress:
    """`share`: whole percent; None where nobody knows. `after`: where to go on once it is done."""

    href: str
    heading: str  # holds whether it is done or not
    title: str
    is_open: bool
    share: int | None
    words: str
    failed: str
    has_worker: bool
    after: str


# The heading, and the title while it lasts and once it is done.
_TITLES = {
    JobKind.CHANGE_ZONE: ("Time zone", "Moving to {about}", "Moved to {about}"),
    JobKind.REMOVE_COMPANY: ("Delete a company", "Deleting {about}", "{about} is deleted"),
    JobKind.REMOVE_CONNECTION: (
        "Delete a connection",
        "Deleting the connection {about}",
        "The connection {about} is deleted",
    ),
    JobKind.FILL_SAMPLE: ("Sample data", "Filling the sample company", "The sample company is filled"),
    JobKind.ERASE_CUSTOMER: ("Erase a customer", "Erasing a customer", "The customer is erased"),
    JobKind.MAIL_LINK: ("Link for a password", "Sending a mail", "The mail is sent"),
    JobKind.TRY_FILE: ("Import a file", "Trying {about}", "{about} was tried"),
    JobKind.IMPORT_FILE: ("Import a file", "Importing {about}", "{about} is imported"),
}
_COUNTED = {
    JobKind.CHANGE_ZONE: "customers",
    JobKind.FILL_SAMPLE: "texts",
    JobKind.ERASE_CUSTOMER: "texts and calls",
    JobKind.REMOVE_COMPANY: "texts, calls and customers",
    JobKind.REMOVE_CONNECTION: "deliveries",
    JobKind.TRY_FILE: "bytes",
    JobKind.IMPORT_FILE: "bytes",
}


@never_cache
@require_safe
def job(request: HttpRequest, job: int) -> HttpResponse:
    """The progress alone where a script asks (`part`), else a page of it."""
    installation_for_admins(request)
    found = Job.objects.filter(pk=job).first() if job < 2**63 else None
    if found is None:
        raise Http404("No such job.")
    progress = progress_of(found, lasting=True)
    if "part" in request.GET:
        return render(request, "progress_part.html", {"progress": progress})
    context = {"shell": settings_shell(request, None, _here(found)), "progress": progress}
    return render(request, "job.html", context)


def progress_of(job: Job, *, lasting: bool = False) -> Progress | None:
    """None for one that ended a while ago, unless `lasting`: on the job's own page, which leads on."""
    is_open = job.ended_at is None
    if job.ended_at is not None and not lasting and now_ms() - job.ended_at > SHOWN_MS:
        return None
    heading, before, after = _TITLES[JobKind(job.kind)]
    about = job.about.partition("\n")[2] or job.about
    return Progress(
        href=reverse("job", args=[job.id]),
        heading=heading,
        title=(before if is_open or job.error else after).format(about=about),
        is_open=is_open,
        share=min(100, job.done * 100 // job.total) if job.total else None,
        words=_words(job) if is_open else job.result,
        failed=job.error,
        has_worker=not is_open or is_running(),
        after=_after(job) if lasting and not is_open else "",
    )


def _words(job: Job) -> str:
    if not job.total:
        return "It begins in a moment."
    return f"{job.done:,} of {job.total:,} {_COUNTED.get(JobKind(job.kind), 'steps')}"


def _here(job: Job) -> str:
    if job.kind in KINDS:
        return "import"
    return {JobKind.CHANGE_ZONE: "company", JobKind.FILL_SAMPLE: "sample", JobKind.MAIL_LINK: "people"}.get(
        JobKind(job.kind), "companies"
    )


def _after(job: Job) -> str:
    """The page of what the job was about, or of the list that it was taken from."""
    if job.kind == JobKind.FILL_SAMPLE:
        made = Company.objects.filter(is_sample=True, removed_at=None).first()
        return reverse("text_conversations", args=[made.id]) if made else reverse("sample")
    if job.kind == JobKind.MAIL_LINK:
        return reverse("people")
    if job.kind == JobKind.ERASE_CUSTOMER and Company.objects.filter(pk=job.company_id or 0).exists():
        return reverse("timeline", args=[job.company_id, int(job.about)])
    if job.kind in KINDS:
        return reverse("import_file", args=[job.company_id, job.about.partition("\n")[0]])
    stands = Company.objects.filter(pk=job.company_id or 0, removed_at=None).exists()
    if job.kind == JobKind.REMOVE_CONNECTION and stands:
        return reverse("connections", args=[job.company_id])
    if stands:
        return reverse("settings", args=[job.company_id])
    return reverse("all_companies")
