"""A company's own settings: its name, its zone, and what waits in quarantine."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from textmeter.accounts.access import company_for_admins, company_for_reading
from textmeter.accounts.audit import note
from textmeter.accounts.companies import rename_company
from textmeter.accounts.models import Company, Role, User
from textmeter.intake.jobs import latest_job, order
from textmeter.intake.models import JobKind
from textmeter.ledger.rebuild import begin_change
from textmeter.ledger.zone_preview import conversations_that_move
from textmeter.lib.days import zone
from textmeter.pages.company_forms import NameForm, ZoneForm, zones_to_suggest
from textmeter.pages.job_pages import progress_of
from textmeter.pages.language import gettext as _
from textmeter.pages.quarantine_words import waiting_for
from textmeter.pages.settings_menu import settings_shell


@require_safe
def settings(request: HttpRequest, company: int) -> HttpResponse:
    """Everyone who reads the company sees it; admins get the forms."""
    return _page(request, company_for_reading(request, company))


@require_POST
def rename(request: HttpRequest, company: int) -> HttpResponse:
    place = company_for_admins(request, company)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _page(request, place, name_form=form)
    rename_company(place, form.cleaned_data["name"], by=cast(User, request.user).email)
    messages.success(request, _("The company’s name is %(name)s.") % {"name": place.name})
    return redirect("settings", place.id)


@require_http_methods(["GET", "HEAD", "POST"])
def time_zone(request: HttpRequest, company: int) -> HttpResponse:
    """GET says how many conversations a move to `time_zone` moves; POST begins it, unless the zone that was
    told then, `former`, is no longer the company's."""
    place = company_for_admins(request, company)
    form = ZoneForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return _page(request, place, zone_form=form)
    wanted = form.cleaned_data["time_zone"]
    if wanted == place.time_zone:
        words = _("%(company)s is in %(zone)s already. Nothing was changed.")
        messages.info(request, words % {"company": place.name, "zone": wanted})
        return redirect("settings", place.id)
    if request.method == "POST":
        if request.POST.get("former", place.time_zone) == place.time_zone:
            return _move(request, place, wanted)
        words = _("Nothing was changed: meanwhile the company was moved to %(zone)s. Look again.")
        messages.warning(request, words % {"zone": place.time_zone})
        return redirect(f"{reverse('time_zone', args=[place.id])}?{urlencode({'time_zone': wanted})}")
    context = {
        "shell": settings_shell(request, place, "company"),
        "company": place,
        "wanted": zone(wanted),
        "moving": conversations_that_move(place, wanted),
    }
    return render(request, "settings_time_zone.html", context)


def _move(request: HttpRequest, company: Company, wanted: str) -> HttpResponse:
    """Should this process die before the job is ordered, the change is taken up as any other that stands
    still (intake/unfinished.py)."""
    by, before = cast(User, request.user).email, company.time_zone
    if begin_change(company, wanted):
        note(by, f"Moved the company from {before} to {wanted}.", company)
        order(JobKind.CHANGE_ZONE, by=by, company_id=company.id, about=wanted)
    return redirect(reverse("settings", args=[company.id]) + "#time-zone")


def _page(
    request: HttpRequest,
    company: Company,
    name_form: NameForm | None = None,
    zone_form: ZoneForm | None = None,
) -> HttpResponse:
    user = cast(User, request.user)
    job = latest_job(JobKind.CHANGE_ZONE, company.id)
    context = {
        "shell": settings_shell(request, company, "company"),
        "company": company,
        "is_admin": user.role == Role.ADMIN,
        "name_form": name_form or NameForm(initial={"name": company.name}),
        "zone_form": zone_form or ZoneForm(initial={"time_zone": company.time_zone}),
        "zones": zones_to_suggest(),
        "progress": progress_of(job) if job and job.about == company.time_zone else None,
        "quarantine": waiting_for(company, user),
    }
    return render(request, "settings.html", context, status=400 if name_form or zone_form else 200)
