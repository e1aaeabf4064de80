"""Importing a file in the browser, for admins: upload, a look at the columns, a trial, the import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from textmeter.accounts.access import company_for_admins
from textmeter.accounts.models import Company, User
from textmeter.intake.import_columns import MEANINGS
from textmeter.intake.import_header import UnreadableFile
from textmeter.intake.import_look import Look, look_at
from textmeter.intake.jobs import order
from textmeter.intake.models import JobKind
from textmeter.intake.uploads import (
    MOST_BYTES,
    Upload,
    discard,
    find,
    keep,
    latest_reading,
    new_upload,
    open_reading,
    sweep,
    uploads_of,
)
from textmeter.lib.sentences import taken_up
from textmeter.pages.company_forms import ZoneField, zones_to_suggest
from textmeter.pages.import_upload import FIELD, IntoFile
from textmeter.pages.job_pages import progress_of
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.said import said, why
from textmeter.pages.settings_menu import settings_shell

_FORM_BYTES = 64 * 1024  # what a form has beside its file
_MB = 1024 * 1024
TOO_LARGE = gettext_lazy(
    "The file is larger than %(size)s MB. Divide it, or use `textmeter import csv` on the server."
)
NOT_WRITTEN = gettext_lazy(
    "The file can’t be written on the server. Make room in its data folder and upload it again (%(why)s)."
)
NO_CSV = gettext_lazy("This is no CSV file. Save the sheet as CSV and upload that.")
BUSY = gettext_lazy("Another file of this company is being read. Wait until that has ended.")
CHANGED = gettext_lazy(
    "Columns or time zone are others than those that were tried. See first what would happen with them."
)
NOT_OURS = " is not a tracking number of this company."  # the end of the sentence in English


@csrf_exempt  # before the form is read, for then the file is; `_receive` asks for the token
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest, company: int) -> HttpResponse:
    place = company_for_admins(request, company)
    if request.method != "POST":
        return _start(request, place)
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES + _FORM_BYTES:
        return _start(request, place, TOO_LARGE % {"size": MOST_BYTES // _MB}, 413)
    sweep()
    upload = new_upload(place.id)
    handler = IntoFile(upload.path, MOST_BYTES)
    request.upload_handlers = [handler]
    try:
        return _receive(request, place, upload, handler)
    except UnreadablePostError:
        raise
    except OSError as error:
        return _start(request, place, NOT_WRITTEN % {"why": error.strerror}, 503)
    finally:
        handler.close()
        if find(upload.key) is None:
            discard(upload)


@csrf_protect
def _receive(request: HttpRequest, place: Company, upload: Upload, handler: IntoFile) -> HttpResponse:
    file = request.FILES.get(FIELD)
    if handler.is_too_large:
        return _start(request, place, TOO_LARGE % {"size": MOST_BYTES // _MB}, 413)
    if file is None:
        return _start(request, place, _("Choose a file."), 400)
    try:
        with upload.path.open("rb") as kept:
            begin = kept.read(4096)
        if b"\0" in begin and not begin.startswith((b"\xff\xfe", b"\xfe\xff")):
            return _start(request, place, str(NO_CSV), 400)
        look_at(place, upload.path, {})
    except UnreadableFile as error:
        return _start(request, place, why(error), 400)
    upload.name = "".join(sign for sign in str(file.name) if sign.isprintable())[-100:] or "The file"
    keep(upload)
    return redirect("import_file", place.id, upload.key)


@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: HttpRequest, company: int, key: str) -> HttpResponse:
    """POST: `do` is try (with the chosen columns), import (as it was tried; refused where the form says
    otherwise) or discard."""
    place = company_for_admins(request, company)
    upload = find(key, place.id)
    if upload is None:
        raise Http404("No such file.")
    if request.method != "POST":
        return _page(request, place, upload)
    action = request.POST.get("do")
    if open_reading(place.id):
        messages.warning(request, str(BUSY))
    elif action == "discard":
        discard(upload)
        words = _("%(file)s was taken away. Nothing more of it is imported.")
        messages.success(request, words % {"file": upload.name})
        return redirect("imports", place.id)
    elif action == "try" and upload.path.exists():
        wrong = _choose(upload, look_at(place, upload.path, upload.columns or {}), request.POST)
        if wrong:
            return _page(request, place, upload, wrong, request.POST)
        _order(JobKind.TRY_FILE, request, place, upload)
    elif action == "import" and upload.tried and not upload.imported:
        if upload.path.exists() and not _is_as_tried(place, upload, request.POST):
            return _page(request, place, upload, str(CHANGED), request.POST)
        _order(JobKind.IMPORT_FILE, request, place, upload)
    return redirect(reverse("import_file", args=[place.id, upload.key]))


def _order(kind: JobKind, request: HttpRequest, place: Company, upload: Upload) -> None:
    upload.runs = 0
    if kind == JobKind.TRY_FILE:
        upload.tried = None
    keep(upload)
    order(kind, by=cast(User, request.user).email, company_id=place.id, about=upload.about)


def _is_as_tried(place: Company, upload: Upload, form: Mapping[str, str]) -> bool:
    """Whether columns and zone still stand as they stood when it was tried; what a form lacks does."""
    holds = look_at(place, upload.path, upload.columns or {}).holds
    chosen = tuple(form.get(f"column-{at}", what) for at, what in enumerate(holds))
    return chosen == holds and form.get("time_zone", upload.zone).strip() == upload.zone


def _choose(upload: Upload, look: Look, form: Mapping[str, str]) -> str:
    """Takes the form's choices into the upload; or says what is wrong with them."""
    wanted = form.get("time_zone", "").strip()
    try:
        upload.zone = ZoneField().clean(wanted) if wanted else ""
    except ValidationError as error:
        return " ".join(error.messages)
    if look.is_ours:
        return ""
    chosen: dict[str, str] = dict.fromkeys(MEANINGS, "")
    for place, name in enumerate(look.names):
        what = form.get(f"column-{place}", "")
        if what not in MEANINGS:
            continue
        if chosen[what]:
            words = _("%(one)s and %(other)s can’t both be %(meaning)s. Choose one of them.")
            return words % {"one": chosen[what], "other": name, "meaning": said(MEANINGS[what])}
        chosen[what] = name
    upload.columns = chosen
    return ""


def _start(request: HttpRequest, place: Company, wrong: str = "", status: int = 200) -> HttpResponse:
    context = {
        "shell": settings_shell(request, place, "import"),
        "company": place,
        "wrong": wrong,
        "most": MOST_BYTES // _MB,
        "uploads": uploads_of(place.id)[:10],
    }
    return render(request, "imports.html", context, status=status)


def _page(
    request: HttpRequest,
    place: Company,
    upload: Upload,
    wrong: str = "",
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    """`typed`: the form with what is wrong, which stays as it was filled."""
    job = latest_reading(upload)
    is_open = job is not None and job.ended_at is None
    look = None
    if upload.path.exists() and not is_open:
        look = look_at(place, upload.path, upload.columns or {})
    if look and typed is not None:
        look = replace(look, holds=tuple(typed.get(f"column-{at}", "") for at in range(len(look.names))))
    context = {
        "shell": settings_shell(request, place, "import"),
        "company": place,
        "upload": upload,
        "look": look,
        "meanings": MEANINGS,
        "zones": zones_to_suggest(),
        "progress": progress_of(job, lasting=True) if job and (is_open or job.error) else None,
        "wrong": wrong,
        "zone": upload.zone if typed is None else typed.get("time_zone", ""),
        "report": _report(upload.imported or upload.tried),
    }
    return render(request, "import_file.html", context, status=400 if wrong else 200)


def _report(held: dict[str, Any] | None) -> dict[str, Any] | None:
    """As import_report keeps it, with its sentences in the reader's language."""
    if not held:
        return None
    return held | {
        "groups": [_group(each) for each in held["groups"]],
        "notes": [said(taken_up(each)) for each in held["notes"]],
    }


def _group(held: dict[str, Any]) -> dict[str, Any]:
    reason = taken_up(held["reason"])
    return held | {"reason": said(reason), "lacks_number": reason.endswith(NOT_OURS)}
