"""Nobody passes who isn't signed in. Who then signs in comes to a page, also where a form was sent off."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url

from textmeter.pages.language import gettext as _

_ADDRESS = re.compile(r"https?://([^/]+)(/(?!/)[^#]*)")


class SignInFirst(LoginRequiredMiddleware):
    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        messages.warning(
            request, _("You had been signed out meanwhile, so nothing was changed. Do it again.")
        )
        return redirect_to_login(
            page_of_form(request), resolve_url(self.get_login_url(view_func)), self.redirect_field_name
        )


def page_of_form(request: HttpRequest) -> str:
    """The page of ours from which it was sent: the address that it was sent to may answer no other way."""
    found = _ADDRESS.match(request.headers.get("Referer", ""))
    return found[2] if found and found[1] == request.get_host() else "/"
