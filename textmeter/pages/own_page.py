"""One's own page: name, password, and the browsers in which one is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from textmeter.accounts.audit import note
from textmeter.accounts.models import User
from textmeter.accounts.people import rename_oneself
from textmeter.lib.days import now_ms, to_ms
from textmeter.pages.browsers import browser_name
from textmeter.pages.formats import ago
from textmeter.pages.language import gettext as _
from textmeter.pages.people_forms import OwnNameForm
from textmeter.pages.settings_menu import settings_shell


@dataclass(frozen=True, slots=True)
class SessionRow:
    id: int
    browser: str
    address: str
    since: str
    is_this: bool


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_page(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = OwnNameForm(request.POST if request.method == "POST" else None, initial={"name": user.name})
    if form.is_valid():
        rename_oneself(user, form.cleaned_data["name"])
        messages.success(request, _("Your name is saved."))
        return redirect("own_page")
    user.refresh_from_db()
    context = {
        "shell": settings_shell(request, None, "you"),
        "person": user,
        "form": form,
        "sessions": _sessions(request, user),
    }
    return render(request, "own_page.html", context, status=400 if form.is_bound else 200)


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """`session`: which one; without it all but this one."""
    user = cast(User, request.user)
    others = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key)
    wanted = request.POST.get("session", "")
    if wanted:
        others = others.filter(
            pk=int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else 0
        )
    ended = list(others)
    for one in ended:
        one.end()
    if ended:
        note(user.email, f"Signed out in {len(ended)} other {'browser' if len(ended) == 1 else 'browsers'}.")
        words = ngettext("Signed out there.", "Signed out in %(count)s browsers.", len(ended))
        messages.success(request, words % {"count": len(ended)})
    else:
        messages.info(request, _("You were signed out there already."))
    return redirect("own_page")


def _sessions(request: HttpRequest, user: User) -> list[SessionRow]:
    """This one first, then the latest. Sessions of before the upgrade show from their first visit here on."""
    key = request.session.session_key
    found: list[UserSession] = UserSession.objects.purge_and_list(user)
    if not any(one.session_key == key for one in found):
        UserSession.objects.create_from_request(request)
        found = list(UserSession.objects.filter(user=user))
    now = now_ms()
    found.sort(key=lambda one: (one.session_key != key, -one.pk))
    return [
        SessionRow(
            id=one.pk,
            browser=browser_name(one.user_agent),
            address=one.ip,
            since=ago(now - to_ms(one.created_at)),
            is_this=one.session_key == key,
        )
        for one in found
    ]
