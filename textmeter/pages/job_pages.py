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
from textmeter.intake.remove import SAMPLE
from textmeter.intake.uploads import KINDS
from textmeter.intake.worker import is_running
from textmeter.lib.days import now_ms
from textmeter.pages.formats import number, size
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.said import said
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
    JobKind.CHANGE_ZONE: (
        gettext_lazy("Time zone"),
        gettext_lazy("Moving to %(about)s"),
        gettext_lazy("Moved to %(about)s"),
    ),
    JobKind.REMOVE_COMPANY: (
        gettext_lazy("Delete a company"),
        gettext_lazy("Deleting %(about)s"),
        gettext_lazy("%(about)s is deleted"),
    ),
    JobKind.REMOVE_CONNECTION: (
        gettext_lazy("Delete a connection"),
        gettext_lazy("Deleting the connection to %(about)s, account %(account)s"),
        gettext_lazy("The connection to %(about)s, account %(account)s is deleted"),
    ),
    JobKind.FILL_SAMPLE: (
        gettext_lazy("Sample data"),
        gettext_lazy("Filling the sample company"),
        gettext_lazy("The sample company is filled"),
    ),
    JobKind.ERASE_CUSTOMER: (
        gettext_lazy("Erase a customer"),
        gettext_lazy("Erasing a customer"),
        gettext_lazy("The customer is erased"),
    ),
    JobKind.MAIL_LINK: (
        gettext_lazy("Link for a password"),
        gettext_lazy("Sending a mail"),
        gettext_lazy("The mail is sent"),
    ),
    JobKind.MAIL_OLD_ADDRESS: (
        gettext_lazy("Change of an email address"),
        gettext_lazy("Telling the old address"),
        gettext_lazy("The old address is told"),
    ),
    JobKind.TRY_FILE: (
        gettext_lazy("Import a file"),
        gettext_lazy("Trying %(about)s"),
        gettext_lazy("%(about)s was tried"),
    ),
    JobKind.IMPORT_FILE: (
        gettext_lazy("Import a file"),
        gettext_lazy("Importing %(about)s"),
        gettext_lazy("%(about)s is imported"),
    ),
}
_COUNTED = {
    JobKind.CHANGE_ZONE: gettext_lazy("%(done)s of %(total)s customers"),
    JobKind.FILL_SAMPLE: gettext_lazy("%(done)s of %(total)s texts"),
    JobKind.ERASE_CUSTOMER: gettext_lazy("%(done)s of %(total)s texts and calls"),
    JobKind.REMOVE_COMPANY: gettext_lazy("%(done)s of %(total)s texts, calls and customers"),
    JobKind.REMOVE_CONNECTION: gettext_lazy("%(done)s of %(total)s deliveries"),
    JobKind.TRY_FILE: gettext_lazy("%(done)s of %(total)s"),
    JobKind.IMPORT_FILE: gettext_lazy("%(done)s of %(total)s"),
}


# What is lit in the menu.
_LIT = {
    JobKind.CHANGE_ZONE: "company",
    JobKind.FILL_SAMPLE: "sample",
    JobKind.MAIL_LINK: "people",
    JobKind.MAIL_OLD_ADDRESS: "people",
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
    return Progress(
        href=reverse("job", args=[job.id]),
        heading=_("Remove the sample data") if _is_samples_removal(job) else str(heading),
        title=(before if is_open or job.error else after) % _named(job),
        is_open=is_open,
        share=min(100, job.done * 100 // job.total) if job.total else None,
        words=_words(job) if is_open else said(job.result),
        failed=said(job.error),
        has_worker=not is_open or is_running(),
        after=_after(job) if lasting and not is_open else "",
    )


def _named(job: Job) -> dict[str, str]:
    """What the job is about, as its title names it."""
    about, _newline, account = (job.about.partition("\n")[2] or job.about).partition("\n")
    return {"about": about, "account": account}


def _is_samples_removal(job: Job) -> bool:
    return job.kind == JobKind.REMOVE_COMPANY and job.about.startswith(f"{SAMPLE}\n")


def _words(job: Job) -> str:
    if not job.total:
        return _("It begins in a moment.")
    counted = _COUNTED.get(JobKind(job.kind), gettext_lazy("%(done)s of %(total)s steps"))
    shown = size if job.kind in KINDS else number
    return counted % {"done": shown(job.done), "total": shown(job.total)}


def _here(job: Job) -> str:
    if job.kind in KINDS:
        return "import"
    if _is_samples_removal(job):
        return "sample"
    return _LIT.get(JobKind(job.kind), "companies")


def _after(job: Job) -> str:
    """The page of what the job was about, or of the list that it was taken from."""
    if job.kind == JobKind.FILL_SAMPLE:
        made = Company.objects.filter(is_sample=True, removed_at=None).first()
        return reverse("text_conversations", args=[made.id]) if made else reverse("sample")
    if _is_samples_removal(job):
        return reverse("home")  # one's own company, or the form that adds the first one
    if job.kind in (JobKind.MAIL_LINK, JobKind.MAIL_OLD_ADDRESS):
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
