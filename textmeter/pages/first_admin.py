"""The page behind the one-time link: whoever has it becomes the first admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from textmeter.accounts.first_admin import LinkIsUsed, is_open, make_first_admin
from textmeter.accounts.models import User
from textmeter.pages.language import gettext_lazy
from textmeter.pages.passwords import PasswordForm
from textmeter.pages.people_forms import AddressField
from textmeter.pages.sign_in import let_in


class FirstAdminForm(PasswordForm):
    email = AddressField(gettext_lazy("Type the email address that you will sign in with."))
    name = forms.CharField(
        max_length=200,
        error_messages={"required": gettext_lazy("Type your name. Others see it in the list of people.")},
    )

    def person(self, given: dict[str, Any]) -> User:
        return User(email=given.get("email", ""), name=given.get("name", ""))


@login_not_required
@never_cache
@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "POST"])
def first_admin(request: HttpRequest, token: str) -> HttpResponse:
    """The form; with a right token and a good form an admin is made and signed in."""
    if not is_open(token):
        return _used(request)
    form = FirstAdminForm(request.POST or None)
    if not form.is_valid():
        return render(request, "first_admin.html", {"form": form}, status=400 if form.is_bound else 200)
    given = form.cleaned_data
    try:
        admin = make_first_admin(token, email=given["email"], name=given["name"], password=given["password"])
    except LinkIsUsed:
        return _used(request)
    let_in(request, admin)
    return redirect("/")


def _used(request: HttpRequest) -> HttpResponse:
    return render(request, "first_admin_used.html", status=404)
