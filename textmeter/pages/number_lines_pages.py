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
from textmeter.ledger.trackers import NumberTaken, Owner, owners_of, trackers_of
from textmeter.lib.days import now_ms
from textmeter.lib.phone import national, why_it_cannot_text
from textmeter.pages.formats import plural
from textmeter.pages.language import gettext as _
from textmeter.pages.number_lines import COMES_BACK, BadList, Line, decoded, passed_over, read_lines
from textmeter.pages.number_loops import destinations_of, leads_back
from textmeter.pages.number_standing import moment_and_zone
from textmeter.pages.number_taken import elsewhere_words, holder_of
from textmeter.pages.said import said
from textmeter.pages.shell import shell_for

MOST_BYTES = 1 << 20
LONGEST_SHOWN = 40  # signs of what was typed and is no number
MOST_SHOWN = 8  # columns, or parts of lines, that are passed over
TOGETHER = 20  # numbers of one transaction: webhooks wait behind it


@dataclass(frozen=True, slots=True)
class Verdict:
    """`kind`: add, known or wrong. `words`: why, or what is to be known of it. `number`, `destination`: as
    people write them, or what was typed instead."""

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
        return _page(request, place, text, "", verdicts, notes=_notes(request, text))
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


def _notes(request: HttpRequest, text: str) -> list[str]:
    """What was sent and is not in the lines."""
    notes = []
    if request.FILES.get("file") and request.POST.get("lines", "").strip():
        notes.append(_("The file was read, and not the list that stood beside it."))
    if others := passed_over(text):
        shown = ", ".join(f"“{_short(each)}”" for each in others[:MOST_SHOWN])
        words = _("Only number, name, source and destination are taken. Passed over: %(parts)s.")
        notes.append(words % {"parts": shown if len(others) <= MOST_SHOWN else f"{shown}, …"})
    return notes


def _judged(company: Company, lines: Sequence[Line], user: User) -> list[Verdict]:
    now = now_ms()
    owners = {
        number: holder_of(company, each, now) or each[-1]
        for number, each in owners_of(line.number for line in lines if not line.trouble).items()
        if each[-1].until_at is None
    }
    names = {each.id: each.name for each in trackers_of(company.id)}
    known = {
        number: _known_words(names[owner.tracker_id], owner, company, now)
        for number, owner in owners.items()
        if owner.company_id == company.id
    }
    wrong: dict[str, str] = dict.fromkeys(owners.keys() - known.keys(), elsewhere_words(user))
    new = {each.number: each.destination for each in lines if not each.trouble and each.number not in owners}
    goes_to = destinations_of(company.id) | new
    wrong |= {each: str(COMES_BACK) for each in new if leads_back(each, new[each], goes_to)}
    return [_verdict(line, known, wrong) for line in lines]


def _known_words(name: str, owner: Owner, company: Company, now: int) -> str:
    if owner.until_at is not None and owner.until_at > now:
        words = _("It is %(name)s, which hands it over on %(time)s, and stays so.")
        return words % {"name": name, "time": moment_and_zone(owner.until_at, company)}
    if owner.from_at <= now:
        return _("It is %(name)s, and stays as it is.") % {"name": name}
    words = _("It is %(name)s from %(time)s on, and stays so.")
    return words % {"name": name, "time": moment_and_zone(owner.from_at, company)}


def _verdict(line: Line, known: Mapping[str, str], wrong: Mapping[str, str]) -> Verdict:
    """`known`, `wrong`: by number, what is to be said of it."""
    if line.trouble:
        kind, words = "wrong", line.trouble
    elif line.number in known:
        kind, words = "known", known[line.number]
    elif line.number in wrong:
        kind, words = "wrong", wrong[line.number]
    else:
        why = why_it_cannot_text(line.number)
        kind, words = "add", _("For calls only. %(why)s") % {"why": said(why.sentence)} if why else ""
    return Verdict(
        line,
        kind,
        words,
        national(line.number) if line.number else _short(line.typed_number),
        national(line.destination) if line.destination else _short(line.typed_destination),
    )


def _short(typed: str) -> str:
    return typed if len(typed) <= LONGEST_SHOWN else f"{typed[: LONGEST_SHOWN - 1]}…"


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
    request: HttpRequest,
    place: Company,
    text: str,
    wrong: str,
    verdicts: Sequence[Verdict] = (),
    *,
    notes: Sequence[str] = (),
) -> HttpResponse:
    counts = {kind: sum(each.kind == kind for each in verdicts) for kind in ("add", "known", "wrong")}
    context = {
        "shell": shell_for(request, place, "numbers"),
        "company": place,
        "lines": text,
        "wrong": wrong,
        "verdicts": verdicts,
        "notes": notes,
        "counts": counts,
    }
    return render(request, "number_lines.html", context, status=400 if wrong else 200)
