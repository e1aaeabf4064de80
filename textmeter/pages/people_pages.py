"""The people of the installation, for admins: adding, rights, links for passwords, removal."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from textmeter.accounts.access import installation_for_admins
from textmeter.accounts.mail import can_mail
from textmeter.accounts.models import Company, Role, User
from textmeter.accounts.password_links import LASTS_DAYS, password_token
from textmeter.accounts.people import (
    BadPerson,
    ChangedMeanwhile,
    add_person,
    change_person,
    remove_person,
    standing_mark,
)
from textmeter.intake.jobs import order
from textmeter.intake.models import JobKind
from textmeter.intake.secrets import Unopenable, decrypt, encrypt
from textmeter.pages.connection_forms import TypedForm
from textmeter.pages.language import gettext as _
from textmeter.pages.people_forms import ROLE_WORDS, NewPersonForm, PersonForm
from textmeter.pages.public_address import base_address
from textmeter.pages.said import why
from textmeter.pages.settings_menu import settings_shell

MAX_ID = 2**63 - 1


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    user = installation_for_admins(request)
    found = User.objects.prefetch_related("companies").order_by("email")
    rows = [(person, [one for one in person.companies.all() if one.removed_at is None]) for person in found]
    context = {"shell": settings_shell(request, None, "people"), "rows": rows, "own": user.pk}
    return render(request, "people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    user = installation_for_admins(request)
    known = _companies()
    initial = {"role": "reporting", "company_ids": [one.id for one in known] if len(known) == 1 else []}
    form = NewPersonForm(known, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = add_person(
                given["email"], given["name"], Role(given["role"]), form.chosen(), by=user.email
            )
        except BadPerson as error:
            form.add_error(error.field, why(error))
        else:
            words = _("%(person)s is added. They need a link to choose a password.")
            messages.success(request, words % {"person": made})
            return redirect("person", made.pk)
    context = {
        "shell": settings_shell(request, None, "people"),
        "form": form,
        "role_words": ROLE_WORDS,
    }
    return render(request, "new_person.html", context, status=400 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, person: int) -> HttpResponse:
    user, found = installation_for_admins(request), find_person(person)
    initial = {
        "name": found.name,
        "role": found.role,
        "company_ids": [company.id for company in found.companies.all()],
        "is_active": found.is_active,
    }
    form = PersonForm(_companies(), request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            change_person(
                found,
                name=given["name"],
                role=Role(given["role"]),
                companies=form.chosen(),
                is_active=given["is_active"],
                by=user,
                seen=request.POST.get("seen", ""),
            )
        except BadPerson as error:
            form.add_error(error.field, why(error))
        except ChangedMeanwhile:
            messages.warning(
                request,
                _(
                    "Nothing was saved: somebody changed this person while the page was open. "
                    "This is how it stands now."
                ),
            )
            return redirect("person", found.pk)
        else:
            messages.success(request, _("The changes are saved."))
            return redirect("person", found.pk)
    context = {
        "shell": settings_shell(request, None, "people"),
        "person": find_person(found.pk),
        "is_own": found.pk == user.pk,
        "form": form,
        "role_words": ROLE_WORDS,
        "seen": request.POST.get("seen") or standing_mark(found),
        "link": _link_of(request, found),
        "link_days": LASTS_DAYS,
        "local_host": "" if settings.PUBLIC_URL else request.get_host(),
        "can_mail": can_mail(),
    }
    return render(request, "person.html", context, status=400 if form.is_bound else 200)


@require_POST
def password_link(request: HttpRequest, person: int) -> HttpResponse:
    """Makes a link. With `how` = `mail` a worker sends it; else the page that follows shows it once: till
    then it waits in the session, closed with the installation's key."""
    user, found = installation_for_admins(request), find_person(person)
    if request.POST.get("how") == "mail" and can_mail():
        job = order(JobKind.MAIL_LINK, by=user.email, about=f"{found.pk}\n{found.email}")
        return redirect("job", job.id)
    request.session[_session_key(found)] = encrypt(password_token(found, by=user.email))
    return redirect(reverse("person", args=[found.pk]) + "#link")


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, person: int) -> HttpResponse:
    user, found = installation_for_admins(request), find_person(person)
    form = TypedForm(found.email, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            remove_person(found, by=user)
        except BadPerson as error:
            form.add_error("typed", why(error))
        else:
            words = _("%(person)s is removed and signed out everywhere.")
            messages.success(request, words % {"person": form.wanted})
            return redirect("people")
    context = {"shell": settings_shell(request, None, "people"), "person": found, "form": form}
    return render(request, "remove_person.html", context, status=400 if form.is_bound else 200)


def _companies() -> list[Company]:
    return list(Company.objects.filter(removed_at=None))


def find_person(id: int) -> User:
    found = User.objects.filter(pk=id).first() if id <= MAX_ID else None
    if found is None:
        raise Http404("No such person.")
    return found


def _link_of(request: HttpRequest, person: User) -> str:
    """The link that was just made, once; else empty."""
    closed = cast("str | None", request.session.pop(_session_key(person), None))
    if closed is None:
        return ""
    try:
        path = reverse("choose_password", args=[decrypt(closed)])
    except Unopenable:
        return ""
    return f"{base_address(request)}{path}"


def _session_key(person: User) -> str:
    return f"password-link-{person.pk}"
