"""The door after signing in, and the list of companies for those who read many."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from textmeter.accounts.access import companies_for_reading
from textmeter.accounts.models import Role, User
from textmeter.lib.folding import fold
from textmeter.pages.shell import shell_for

MOST_COMPANIES = 500


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the first company's Text Conversations; an admin without one adds it, others are told so."""
    user = cast(User, request.user)
    company = companies_for_reading(user).first()
    if company is None and user.role == Role.ADMIN:
        return redirect("new_company")
    if company is None:
        return render(request, "no_company.html", {"shell": shell_for(request, None, "")})
    return redirect("text_conversations", company.id)


@require_safe
def companies(request: HttpRequest) -> HttpResponse:
    """The companies that the user may read; `q` keeps those whose name holds it."""
    q = request.GET.get("q", "").strip()
    wanted = fold(q)
    mine = [each for each in companies_for_reading(cast(User, request.user)) if wanted in fold(each.name)]
    context = {"q": q, "found": mine[:MOST_COMPANIES], "count": len(mine)}
    return render(request, "companies.html", context | {"shell": shell_for(request, None, "")})
