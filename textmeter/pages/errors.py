"""Pages for what went wrong, each with what to do next."""

from __future__ import annotations

import logging
import re
import sys
from dataclasses import dataclass, replace

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from textmeter.accounts.access import AdminsOnly
from textmeter.ledger.blame import first_line, is_database_to_blame
from textmeter.lib.request_ids import present
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.said import why

logger = logging.getLogger(__name__)

_HOST_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63}){0,9}")


Words = str | Promise  # of a constant, the latter: they are looked up when they are shown


@dataclass(frozen=True, slots=True)
class Trouble:
    status: int
    title: Words
    sentence: Words
    next: Words
    has_start_page: bool = True


BAD_REQUEST = Trouble(
    400,
    gettext_lazy("This request can’t be read"),
    gettext_lazy("Something in the address or in what was sent is not what textmeter understands."),
    gettext_lazy("Check the address, or begin again at the start page."),
)
FORBIDDEN = Trouble(
    403,
    gettext_lazy("You may look, but not change this"),
    gettext_lazy("Only managers and admins may change this."),
    gettext_lazy("Ask a manager or an admin to do it. An admin can give you the right."),
)
FOR_ADMINS = Trouble(
    403,
    gettext_lazy("This is for admins"),
    gettext_lazy("Only admins may see and change this."),
    gettext_lazy("Ask an admin to do it, or to give you the right."),
)
NOT_FOUND = Trouble(
    404,
    gettext_lazy("There is nothing here"),
    gettext_lazy("The address is wrong, what stood here was removed, or you have no right to see it."),
    gettext_lazy("If somebody sent you the link, ask an admin for the right to see it."),
)
FOR_FORMS = Trouble(
    405,
    gettext_lazy("There is nothing to see here"),
    gettext_lazy("This address only takes what a page sends to it. Nothing was changed."),
    gettext_lazy("Go back to that page, or begin again at the start page."),
)
TOO_MANY = Trouble(
    429,
    gettext_lazy("Too many attempts"),
    gettext_lazy("This many attempts in a row look like somebody is guessing passwords."),
    gettext_lazy("Wait five minutes, then try again."),
)
BROKEN = Trouble(
    500,
    gettext_lazy("Something broke on our side"),
    gettext_lazy("The request was not carried out. Texts and calls that arrive meanwhile are kept."),
    gettext_lazy("Try again in a moment. If it stays broken, the server’s log says why."),
)
UNAVAILABLE = Trouble(
    503,
    gettext_lazy("The database can’t be used right now"),
    gettext_lazy("It is away, busy, or its disk is full, so the request was not carried out."),
    gettext_lazy("Try again in a moment. If it stays so, the server’s log says why."),
)
FORGED = Trouble(
    403,
    gettext_lazy("This form is out of date"),
    gettext_lazy(
        "It was opened too long ago, in another browser, or before somebody signed in, so nothing was "
        "changed."
    ),
    gettext_lazy("Go back, reload the page and send it again. Cookies must be allowed."),
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, DisallowedHost):
        return _unknown_name(request)
    return _page(request, BAD_REQUEST)


def _unknown_name(request: HttpRequest) -> HttpResponse:
    """The server was called by a name that isn't among its own: said to whoever set it up, and once in
    the log. Only what can be a name is said again."""
    name = request.META.get("HTTP_HOST", "").rpartition("@")[2].partition(":")[0].lower()
    if not _HOST_NAME.fullmatch(name):
        return _page(request, BAD_REQUEST)
    logger.warning("%s isn't an allowed name of this server: see TEXTMETER_ALLOWED_HOSTS.", name)
    trouble = Trouble(
        400,
        _("%(name)s isn’t allowed yet") % {"name": name},
        _("This server doesn’t know that it is called so."),
        _(
            "Set TEXTMETER_ALLOWED_HOSTS=%(name)s and start again. Several names stand with commas between: "
            "localhost,%(name)s."
        )
        % {"name": name},
        has_start_page=False,
    )
    return _page(request, trouble)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    trouble = FOR_ADMINS if isinstance(exception, AdminsOnly) else FORBIDDEN
    return _page(request, replace(trouble, sentence=why(exception) or trouble.sentence))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, NOT_FOUND)


def for_forms_alone(request: HttpRequest) -> HttpResponse:
    return _page(request, FOR_FORMS)


def too_many(request: HttpRequest) -> HttpResponse:
    response = _page(request, TOO_MANY)
    response["Retry-After"] = "300"
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """Django's handler500, called while it handles what was raised."""
    error = sys.exception()
    if error is None or not is_database_to_blame(error):
        return _page(request, BROKEN)
    return unavailable(request, first_line(error))


def unavailable(request: HttpRequest, reason: str) -> HttpResponse:
    """One line in the log, not a traceback for each page as long as it lasts."""
    logger.error("%s was not carried out, the database says: %s", request.path, reason)
    response = _page(request, UNAVAILABLE)
    response["Retry-After"] = "5"
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW. The technical `reason` stands in the server's log."""
    return _page(request, FORGED)


def _page(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Asks neither the database nor the session, for either may be what broke. What isn't there looks alike
    to the byte, whether it exists or not, and so has no id on it."""
    context = {"trouble": trouble, "request_id": "" if trouble.status == 404 else present()}
    return render(request, "error.html", context, status=trouble.status)
