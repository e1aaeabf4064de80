"""Signing in and out, and changing one's own password, by django-allauth in our own look."""

from __future__ import annotations

from typing import Any

from allauth.account.views import AccountInactiveView, LoginView, LogoutView, PasswordChangeView
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from textmeter.accounts.audit import note
from textmeter.accounts.mail import can_mail
from textmeter.accounts.models import User
from textmeter.pages import errors
from textmeter.pages.language import gettext as _


class SignIn(LoginView):  # type: ignore[misc]  # allauth has no types
    template_name = "account/login.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Only who sits at the server itself learns, without signing in, where on it something lies."""
        context: dict[str, Any] = super().get_context_data(**more)
        return context | {
            "is_at_the_server": not settings.PUBLIC_URL and _is_at_the_server(self.request),
            "is_anybody_known": User.objects.exists(),
            "can_mail": can_mail(),
        }

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again with the sentence; 429 where the throttle spoke, so that programs hear it too."""
        response: HttpResponse = super().form_invalid(form)
        if any(error.code == "too_many_login_attempts" for error in form.non_field_errors().as_data()):
            if not _can_count_attempts():
                return _cannot_count(self.request)
            response.status_code = 429
            response["Retry-After"] = "300"
        return response


def _is_at_the_server(request: HttpRequest) -> bool:
    here = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
    return here and "X-Forwarded-For" not in request.headers and "Forwarded" not in request.headers


def throttled(request: HttpRequest) -> HttpResponse:
    """Asked for by allauth, when one address sends more sign-ins than its limit allows."""
    return errors.too_many(request) if _can_count_attempts() else _cannot_count(request)


def _cannot_count(request: HttpRequest) -> HttpResponse:
    return errors.unavailable(request, "sign-in attempts can't be counted")


def _can_count_attempts() -> bool:
    """The throttle refuses everybody, too, while it can't write: the cache swallows the database's error."""
    cache.add(_COUNTS, True, 60)
    return bool(cache.touch(_COUNTS, 60))


_COUNTS = "textmeter:attempts-are-counted"


def let_in(request: HttpRequest, person: User) -> None:
    """Signs somebody in who has proved by a one-time link who they are."""
    login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    UserSession.objects.create_from_request(request)


@method_decorator(require_POST, name="dispatch")
class SignOut(LogoutView):  # type: ignore[misc]
    """Only by POST: a link in somebody's text must not sign anyone out."""


@method_decorator(never_cache, name="dispatch")
class ChangePassword(PasswordChangeView):  # type: ignore[misc]
    """Of the signed-in user; needs the current one, and ends the user's other sessions."""

    template_name = "account/password_change.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        note(self.request.user.email, "Changed their own password.")
        messages.success(self.request, _("Your password was changed. Other devices must sign in again."))
        return response

    def get_default_success_url(self) -> str:
        return reverse("change_password")


class Deactivated(AccountInactiveView):  # type: ignore[misc]
    template_name = "account/account_inactive.html"


def no_password(request: HttpRequest) -> HttpResponse:
    """Where allauth sends someone who is signed in and has no password that could be changed."""
    return render(request, "account/no_password.html")
