"""The sample company: added and removed by a worker. For admins."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from textmeter.accounts.access import installation_for_admins
from textmeter.accounts.audit import note
from textmeter.accounts.models import Company
from textmeter.intake.jobs import open_job, order
from textmeter.intake.models import JobKind
from textmeter.intake.remove import order_removal
from textmeter.pages.job_pages import progress_of
from textmeter.pages.settings_menu import settings_shell


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


@require_POST
def remove_samples(request: HttpRequest) -> HttpResponse:
    user = installation_for_admins(request)
    jobs = [order_removal(company, by=user.email) for company in _samples()]
    return redirect("job", jobs[-1].id) if jobs else redirect("sample")


def _samples() -> QuerySet[Company]:
    return Company.objects.filter(is_sample=True, removed_at=None)
