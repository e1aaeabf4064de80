"""The page behind a one-time link that an admin made: its person chooses a password and is signed in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from textmeter.accounts.models import User
from textmeter.accounts.password_links import LinkIsUsed, choose_password, whose_link
from textmeter.pages.passwords import PasswordForm
from textmeter.pages.sign_in import let_in


class ChooseForm(PasswordForm):
    def __init__(self, whose: User, *args: Any) -> None:
        super().__init__(*args)
        self._whose = whose

    def person(self, given: dict[str, Any]) -> User:
        return self._whose


@login_not_required
@never_cache
@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, token: str) -> HttpResponse:
    whose = whose_link(token)
    if whose is None:
        return _used(request)
    form = ChooseForm(whose, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "whose": whose}
        return render(request, "choose_password.html", context, status=400 if form.is_bound else 200)
    try:
        person = choose_password(token, form.cleaned_data["password"])
    except LinkIsUsed:
        return _used(request)
    let_in(request, person)
    return redirect("/")


def _used(request: HttpRequest) -> HttpResponse:
    return render(request, "choose_password_used.html", status=404)
