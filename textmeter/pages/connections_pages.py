"""A company's connections: adding one, its addresses, a new secret, its self-test, deleting it."""

from __future__ import annotations

from typing import cast

from django.conf import settings as installation
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from textmeter.accounts.access import company_for_admins, company_for_reading
from textmeter.accounts.models import Company, Role, User
from textmeter.intake import self_test
from textmeter.intake.connections import add_connection, set_secret
from textmeter.intake.models import Connection
from textmeter.intake.remove import order_removal_of_connection
from textmeter.intake.secrets import Unopenable
from textmeter.intake.self_test_words import findings
from textmeter.pages.connection_forms import ConnectionForm, SecretForm, TypedForm
from textmeter.pages.connection_rows import connection_row, connection_rows
from textmeter.pages.connection_twins import is_meant, twins_of
from textmeter.pages.language import gettext as _
from textmeter.pages.public_address import base_address, public_address
from textmeter.pages.said import said, why
from textmeter.pages.settings_menu import settings_shell

MAX_ID = 2**63 - 1


@require_safe
def connections(request: HttpRequest, company: int) -> HttpResponse:
    """Everyone who reads the company sees which there are; only admins get to their addresses."""
    place = company_for_reading(request, company)
    context = {
        "shell": settings_shell(request, place, "connections"),
        "company": place,
        "is_admin": cast(User, request.user).role == Role.ADMIN,
        "rows": connection_rows(place),
    }
    return render(request, "connections.html", context)


@sensitive_post_parameters("auth_token")
@require_http_methods(["GET", "HEAD", "POST"])
def new_connection(request: HttpRequest, company: int) -> HttpResponse:
    place = company_for_admins(request, company)
    form = ConnectionForm(request.POST if request.method == "POST" else None)
    twins = twins_of(place, form)
    if form.is_valid() and is_meant(request, twins):
        given = form.cleaned_data
        made = add_connection(
            place, account_sid=given["account_sid"], secret=given["auth_token"], by=_by(request)
        )
        messages.success(request, _("The connection is added. Now give Twilio the addresses below."))
        return redirect("connection", place.id, made.id)
    context = {
        "shell": settings_shell(request, place, "connections"),
        "company": place,
        "form": form,
        "twins": twins,
    }
    return render(request, "new_connection.html", context, status=400 if form.is_bound else 200)


@never_cache
@require_safe
def connection(request: HttpRequest, company: int, connection: int) -> HttpResponse:
    place = company_for_admins(request, company)
    return _page(request, place, _connection_of(place, connection))


@sensitive_post_parameters("auth_token")
@require_POST
def new_secret(request: HttpRequest, company: int, connection: int) -> HttpResponse:
    place = company_for_admins(request, company)
    found = _connection_of(place, connection)
    form = SecretForm(request.POST)
    if not form.is_valid():
        return _page(request, place, found, secret_form=form)
    set_secret(found, form.cleaned_data["auth_token"], by=_by(request))
    messages.success(request, _("The auth token is changed. The one before stays valid for a day."))
    return redirect("connection", place.id, found.id)


@require_POST
def test_connection(request: HttpRequest, company: int, connection: int) -> HttpResponse:
    """Some seconds at most, and no transaction is open meanwhile. What came of it waits in the session for
    the page that follows: the connection's, or with `from` = start that of the set-up."""
    place = company_for_admins(request, company)
    found = _connection_of(place, connection)
    if not installation.PUBLIC_URL:
        messages.error(request, _("Set the public address first: the test goes there and nowhere else."))
        return redirect("connection", place.id, found.id)
    try:
        result = [(one.kind, said(one.sentence)) for one in findings(self_test.send(found))]
    except Unopenable as error:
        result = [("bad", why(error))]
    request.session[_session_key(found.id)] = result
    is_first = request.POST.get("from") == "start"
    page = reverse("start_first_text", args=[place.id]) if is_first else request.path.removesuffix("/test")
    return redirect(f"{page}#self-test")


def result_of_test(request: HttpRequest, connection: int) -> list[list[str]] | None:
    """[kind, sentence] of each finding of the test that was asked for just before, once; None without one."""
    return request.session.pop(_session_key(connection), None)  # type: ignore[no-any-return]


@require_http_methods(["GET", "HEAD", "POST"])
def remove_connection(request: HttpRequest, company: int, connection: int) -> HttpResponse:
    place = company_for_admins(request, company)
    found = _connection_of(place, connection)
    form = TypedForm(found.account_sid[-6:], request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect("job", order_removal_of_connection(found, by=_by(request)).id)
    context = {
        "shell": settings_shell(request, place, "connections"),
        "company": place,
        "connection": connection_row(found),
        "form": form,
        "id": found.id,
    }
    return render(request, "remove_connection.html", context, status=400 if form.is_bound else 200)


def _page(
    request: HttpRequest, company: Company, found: Connection, secret_form: SecretForm | None = None
) -> HttpResponse:
    base = base_address(request)
    context = {
        "shell": settings_shell(request, company, "connections"),
        "company": company,
        "connection": connection_row(found, base),
        "id": found.id,
        "form": secret_form or SecretForm(),
        "result": result_of_test(request, found.id),
        "public": public_address(request),
    }
    return render(request, "connection.html", context, status=400 if secret_form else 200)


def _connection_of(company: Company, id: int) -> Connection:
    found = company.connections.filter(pk=id).first() if id <= MAX_ID else None
    if found is None:
        raise Http404("No such connection.")
    return found


def _session_key(connection: int) -> str:
    return f"self-test-{connection}"


def _by(request: HttpRequest) -> str:
    return cast(User, request.user).email
