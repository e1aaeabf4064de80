"""Changing the email address by which somebody signs in: one's own, or as an admin another person's."""

from __future__ import annotations

from typing import cast

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from textmeter.accounts.access import installation_for_admins
from textmeter.accounts.mail import can_mail
from textmeter.accounts.models import User
from textmeter.accounts.people import BadPerson
from textmeter.intake.address_changes import change_address_and_tell
from textmeter.pages.language import gettext as _
from textmeter.pages.people_forms import AddressForm, OwnAddressForm
from textmeter.pages.people_pages import find_person
from textmeter.pages.said import why
from textmeter.pages.settings_menu import settings_shell
from textmeter.pages.sign_in import throttled


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def own_address(request: HttpRequest) -> HttpResponse:
    """Needs the current password; this browser stays signed in."""
    user = cast(User, request.user)
    if not user.has_usable_password():
        return redirect("account_set_password")
    # Counted together with changes of the password: both doors ask for the same one.
    if request.method == "POST" and not ratelimit.consume(request, action="change_password", user=user):
        return throttled(request)
    form = OwnAddressForm(user, request.POST if request.method == "POST" else None)
    if form.is_valid() and _change(form, user, by=user.email):
        update_session_auth_hash(request, user)
        words = _("From now on you sign in with %(address)s.")
        messages.success(request, words % {"address": user.email})
        return redirect("own_page")
    return _page(request, form, user, here="you")


@require_http_methods(["GET", "HEAD", "POST"])
def persons_address(request: HttpRequest, person: int) -> HttpResponse:
    user, found = installation_for_admins(request), find_person(person)
    if found.pk == user.pk:
        return redirect("own_address")
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _change(form, found, by=user.email):
        words = _("From now on they sign in with %(address)s.")
        messages.success(request, words % {"address": found.email})
        return redirect("person", found.pk)
    return _page(request, form, found, here="people")


def _change(form: AddressForm, person: User, *, by: str) -> bool:
    try:
        change_address_and_tell(person, form.cleaned_data["email"], by=by)
    except BadPerson as error:
        form.add_error("email", why(error))
        return False
    return True


def _page(request: HttpRequest, form: AddressForm, person: User, *, here: str) -> HttpResponse:
    context = {
        "shell": settings_shell(request, None, here),
        "form": form,
        "person": person,
        "is_own": here == "you",
        "can_mail": can_mail(),
    }
    return render(request, "change_address.html", context, status=400 if form.is_bound else 200)
