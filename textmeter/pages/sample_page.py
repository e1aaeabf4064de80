"""The sample company: added and removed by a worker. For admins."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from textmeter.accounts.access import installation_for_admins
from textmeter.accounts.audit import note
from textmeter.accounts.models import Company
from textmeter.intake.jobs import open_job, order
from textmeter.intake.models import JobKind
from textmeter.intake.remove import order_removal
from textmeter.lib.phone import is_fictional, national
from textmeter.pages.job_pages import progress_of
from textmeter.pages.settings_menu import settings_shell
from textmeter.reports.holdings import Holdings, holdings
from textmeter.reports.trackers import trackers


@dataclass(frozen=True, slots=True)
class Leaving:
    """A sample that would go. `own_numbers`: those of its numbers that somebody really has."""

    company: Company
    holds: Holdings
    own_numbers: list[str]
    is_connected: bool


@require_safe
def sample(request: HttpRequest) -> HttpResponse:
    installation_for_admins(request)
    filling = open_job(JobKind.FILL_SAMPLE)
    context = {
        "shell": settings_shell(request, None, "sample"),
        "progress": progress_of(filling) if filling else None,
        "samples": [] if filling else list(_samples()),
    }
    return render(request, "sample.html", context)


@require_POST
def add_sample(request: HttpRequest) -> HttpResponse:
    """One that is there, or on its way, stays as it is."""
    user = installation_for_admins(request)
    if _samples().exists():
        return redirect("sample")
    with transaction.atomic():
        if open_job(JobKind.FILL_SAMPLE) is None:
            note(user.email, "Added the sample company.")
        job = order(JobKind.FILL_SAMPLE, by=user.email)
    return redirect("job", job.id)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_samples(request: HttpRequest) -> HttpResponse:
    """Says what goes before it goes."""
    user = installation_for_admins(request)
    samples = list(_samples())
    if not samples:
        return redirect("sample")
    if request.method == "POST":
        jobs = [order_removal(company, by=user.email) for company in samples]
        return redirect("job", jobs[-1].id)
    context = {
        "shell": settings_shell(request, None, "sample"),
        "samples": [_leaving(one) for one in samples],
    }
    return render(request, "remove_samples.html", context)


def _leaving(company: Company) -> Leaving:
    numbers = [one.number for one in trackers(company.id).values()]
    return Leaving(
        company=company,
        holds=holdings(company.id),
        own_numbers=[national(one) for one in numbers if not is_fictional(one)],
        is_connected=company.connections.filter(is_sample=False).exists(),
    )


def _samples() -> QuerySet[Company]:
    return Company.objects.filter(is_sample=True, removed_at=None)
