"""All companies of the installation, and adding one: for admins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from textmeter.accounts.access import company_for_admins, installation_for_admins
from textmeter.accounts.companies import add_company, is_named_already
from textmeter.accounts.models import Company
from textmeter.intake.remove import order_removal
from textmeter.pages.company_forms import CompanyForm, zones_to_suggest
from textmeter.pages.connection_forms import TypedForm
from textmeter.pages.language import gettext as _
from textmeter.pages.settings_menu import settings_shell

MOST = 1_000


@require_safe
def all_companies(request: HttpRequest) -> HttpResponse:
    installation_for_admins(request)
    found = Company.objects.filter(removed_at=None)
    context = {
        "shell": settings_shell(request, None, "companies"),
        "companies": list(found[:MOST]),
        "count": found.count(),
        "leaving": list(Company.objects.exclude(removed_at=None)),
    }
    return render(request, "all_companies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_company(request: HttpRequest) -> HttpResponse:
    """Leads on to what the company still needs."""
    user = installation_for_admins(request)
    form = CompanyForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and is_named_already(form.cleaned_data["name"]):
        words = _("There is a company of this name already. Add what tells them apart, such as a town.")
        form.add_error("name", words)
    if form.is_valid():
        given = form.cleaned_data
        made = add_company(given["name"], given["time_zone"], by=user.email)
        return redirect("start", made.id)
    context = {
        "shell": settings_shell(request, None, "companies"),
        "form": form,
        "zones": zones_to_suggest(),
        "is_first": not Company.objects.filter(removed_at=None).exists(),
    }
    return render(request, "new_company.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_company(request: HttpRequest, company: int) -> HttpResponse:
    """Asks for the name to be typed; a worker does the rest."""
    place = company_for_admins(request, company)
    form = TypedForm(place.name, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect("job", order_removal(place, by=installation_for_admins(request).email).id)
    context = {
        "shell": settings_shell(request, place, "company"),
        "company": place,
        "form": form,
        "is_connected": place.connections.filter(is_sample=False).exists(),
    }
    return render(request, "delete_company.html", context, status=400 if form.is_bound else 200)
