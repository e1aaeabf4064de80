"""Adding many numbers at once: first what will happen, line by line, then it happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from textmeter.accounts.access import company_for_managing
from textmeter.accounts.models import Company, User
from textmeter.ledger import tracker_acts
from textmeter.ledger.statements import chunks
from textmeter.ledger.trackers import NumberTaken, Owner, present_owners, trackers_of
from textmeter.lib.phone import national, why_it_cannot_text
from textmeter.pages.formats import plural
from textmeter.pages.language import gettext as _
from textmeter.pages.number_lines import BadList, Line, decoded, read_lines
from textmeter.pages.number_pages import taken_words
from textmeter.pages.said import said
from textmeter.pages.shell import shell_for

MOST_BYTES = 1 << 20
TOGETHER = 20  # numbers of one transaction: webhooks wait behind it


@dataclass(frozen=True, slots=True)
class Verdict:
    """`kind`: add, known or wrong. `words`: why, or what is to be known of it."""

    line: Line
    kind: str
    words: str
    number: str
    destination: str


@require_http_methods(["GET", "HEAD", "POST"])
def number_lines(request: HttpRequest, company: int) -> HttpResponse:
    """The list, as `lines` or a `file`: posted, it is shown with what will happen; with `add` it is done."""
    place = company_for_managing(request, company)
    if request.method != "POST":
        return _page(request, place, "", "")
    text = ""
    try:
        text = _given(request)
        lines = read_lines(text)
    except BadList as why:
        return _page(request, place, text, str(why))
    user = cast(User, request.user)
    verdicts = _judged(place, lines, user)
    if "add" not in request.POST:
        return _page(request, place, text, "", verdicts)
    _say(request, *_add(place, user, verdicts))
    return redirect("numbers", company=place.id)


def _given(request: HttpRequest) -> str:
    """Raises BadList."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return request.POST.get("lines", "")
    if (file.size or 0) > MOST_BYTES:
        raise BadList(
            _("The file is larger than 1 MB. Keep number, name, source and destination, a line each.")
        )
    text = decoded(file.read())
    if "\0" in text:
        raise BadList(_("This is no file of text. Save the sheet as CSV and upload that."))
    return text


def _judged(company: Company, lines: Sequence[Line], user: User) -> list[Verdict]:
    owners = present_owners(line.number for line in lines if not line.trouble)
    own = {each.id: each.name for each in trackers_of(company.id)}
    return [_verdict(company, line, owners, own, user) for line in lines]


def _verdict(
    company: Company, line: Line, owners: Mapping[str, Owner], own: Mapping[int, str], user: User
) -> Verdict:
    owner = owners.get(line.number)
    if line.trouble:
        kind, words = "wrong", line.trouble
    elif owner is None:
        why = why_it_cannot_text(line.number)
        kind, words = "add", _("For calls only. %(why)s") % {"why": said(why.sentence)} if why else ""
    elif owner.company_id == company.id:
        kind, words = "known", _("It is %(name)s, and stays as it is.") % {"name": own[owner.tracker_id]}
    else:
        kind, words = "wrong", taken_words(company, None, user)
    return Verdict(
        line,
        kind,
        words,
        national(line.number) if line.number else "",
        national(line.destination) if line.destination else "",
    )


def _add(company: Company, user: User, verdicts: Sequence[Verdict]) -> tuple[int, int]:
    """How many were added, and how many somebody else added meanwhile."""
    added = taken = 0
    for some in chunks([each.line for each in verdicts if each.kind == "add"], TOGETHER):
        with transaction.atomic():
            for line in some:
                try:
                    tracker_acts.add(
                        company,
                        user.email,
                        number=line.number,
                        name=line.name,
                        source=line.source,
                        destination=line.destination,
                    )
                except NumberTaken:
                    taken += 1
                else:
                    added += 1
    return added, taken


def _say(request: HttpRequest, added: int, taken: int) -> None:
    if added:
        messages.success(
            request, plural(added, "%(count)s number was added.", "%(count)s numbers were added.")
        )
    if taken:
        words = plural(
            taken,
            "%(count)s number was taken meanwhile. Look at the list, and add what is missing.",
            "%(count)s numbers were taken meanwhile. Look at the list, and add what is missing.",
        )
        messages.warning(request, words)
    if not added and not taken:
        messages.warning(request, _("Nothing in the list was new, so nothing was added."))


def _page(
    request: HttpRequest, place: Company, text: str, wrong: str, verdicts: Sequence[Verdict] = ()
) -> HttpResponse:
    counts = {kind: sum(each.kind == kind for each in verdicts) for kind in ("add", "known", "wrong")}
    context = {
        "shell": shell_for(request, place, "numbers"),
        "company": place,
        "lines": text,
        "wrong": wrong,
        "verdicts": verdicts,
        "counts": counts,
    }
    return render(request, "number_lines.html", context, status=400 if wrong else 200)
