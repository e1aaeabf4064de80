"""What could not be applied: shown by its reasons, mended, tried again, discarded. For admins."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from textmeter.accounts.access import company_for_admins
from textmeter.accounts.models import Company, User
from textmeter.intake.discard import discard
from textmeter.intake.quarantine import Reason, counts_by_reason
from textmeter.intake.set_aside import MOST_COUNTED, Place, one, waiting_of
from textmeter.intake.try_again import Handed, hand_to_worker
from textmeter.intake.worker import is_running
from textmeter.ledger import tracker_acts
from textmeter.ledger.trackers import BadNumber, NumberTaken, Tracker
from textmeter.lib.days import now_ms
from textmeter.lib.keyset import BadCursor, decode
from textmeter.lib.phone import national
from textmeter.pages.formats import number, plural
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.number_taken import taken_words
from textmeter.pages.quarantine_rows import row
from textmeter.pages.quarantine_sections import (
    connections_of,
    list_name,
    section_in_full,
    section_in_short,
)
from textmeter.pages.quarantine_tries import Tried, follow, tried
from textmeter.pages.quarantine_words import reason_label
from textmeter.pages.settings_menu import settings_shell
from textmeter.pages.tracker_forms import OneLine

MAX_ID = 2**63 - 1
_TOO_LONG = gettext_lazy("Shorten it to %(limit_value)d characters.")


class NameForm(forms.Form):
    """A name for a number that nobody knew."""

    name = OneLine(
        max_length=200,
        error_messages={"required": gettext_lazy("Type a name for the number."), "max_length": _TOO_LONG},
    )


class DiscardForm(forms.Form):
    """`until`: when (ms) the question was put; what came later nobody saw."""

    why = OneLine(
        max_length=300,
        error_messages={
            "required": gettext_lazy("Write why they may go: the note stays when they are gone."),
            "max_length": _TOO_LONG,
        },
    )
    until = forms.IntegerField(min_value=0, max_value=MAX_ID)


@require_safe
def quarantine(request: HttpRequest, company: int) -> HttpResponse:
    """`reason`: that one alone, 50 on a page; `after`: where the page begins."""
    place = company_for_admins(request, company)
    if request.GET.get("reason"):
        return _reason_alone(request, place, _reason(request.GET["reason"]))
    return _everything(request, place)


@require_POST
def quarantine_replays(request: HttpRequest, company: int) -> HttpResponse:
    """Hands what has the `reason` to the worker, or the delivery of the `id` alone."""
    place = company_for_admins(request, company)
    reason, id = _reason(request.POST.get("reason", "")), _id(request.POST.get("id", ""))
    _say(request, place, hand_to_worker(place.id, reason, id))
    return redirect("quarantine", company=place.id)


@require_POST
def quarantine_trackers(request: HttpRequest, company: int) -> HttpResponse:
    """Adds the unknown `number` under the `name`, and hands what waits for it to the worker."""
    place = company_for_admins(request, company)
    number, form = request.POST.get("number", "")[:40], NameForm(request.POST)
    if form.is_valid():
        user = cast(User, request.user)
        try:
            made = tracker_acts.add(place, user.email, number=number, name=form.cleaned_data["name"])
        except NumberTaken as taken:
            form.add_error("name", taken_words(place, taken, user))
        except BadNumber:
            form.add_error("name", _("This is no phone number, so it can’t be a tracking number."))
        else:
            messages.success(request, _added(place, made))
            _say(request, place, hand_to_worker(place.id, Reason.UNKNOWN_NUMBER, number=made.number))
            return redirect("quarantine", company=place.id)
    return _everything(request, place, {number: form})


@require_http_methods(["GET", "HEAD", "POST"])
def quarantine_discard(request: HttpRequest, company: int) -> HttpResponse:
    """The question, and with a note the deed: what has the `reason`, or the delivery of the `id` alone."""
    place = company_for_admins(request, company)
    given = request.POST or request.GET
    reason, id = _reason(given.get("reason", "")), _id(given.get("id", ""))
    aside = one(place.id, id) if id is not None else None
    if id is not None and (aside is None or aside.reason != reason):
        raise Http404("No such delivery.")
    form = DiscardForm(request.POST or None, initial={"until": now_ms()})
    if form.is_valid():
        _discard(request, place, reason, id, form.cleaned_data)
        return redirect("quarantine", company=place.id)
    context = _frame(request, place) | {
        "form": form,
        "reason": reason,
        "label": reason_label(reason),
        "count": counts_by_reason(place.id).get(reason, 0),
        "row": row(aside, connections_of(place), place.zone, now_ms()) if aside else None,
    }
    return render(request, "quarantine_discard.html", context, status=400 if form.is_bound else 200)


@require_safe
@never_cache
def quarantine_waiting(request: HttpRequest, company: int) -> HttpResponse:
    """`{"left": n}`: how many of the company's deliveries wait for the worker, counted to 1,000."""
    return JsonResponse({"left": waiting_of(company_for_admins(request, company).id)})


def _everything(
    request: HttpRequest, place: Company, sent: dict[str, NameForm] | None = None
) -> HttpResponse:
    """`sent`: forms with mistakes, by number."""
    said, progress = _tried_and_progress(request, place)
    counts = counts_by_reason(place.id)
    context = _frame(request, place) | {
        "sections": [section_in_short(place, reason, count, sent) for reason, count in counts.items()],
        "only": None,
        "first_page": "",
        "total": sum(counts.values()),
        "tried": said,
    }
    response = render(request, "quarantine.html", context | progress, status=400 if sent else 200)
    if progress["waiting"]:
        # The page loads itself anew as soon as nothing waits: what it says now must not go with that.
        cast(BaseStorage, messages.get_messages(request)).used = False
    return response


def _reason_alone(request: HttpRequest, place: Company, reason: Reason) -> HttpResponse:
    """A cursor that isn't one of this list begins at the first page."""
    after = None
    try:
        if cursor := request.GET.get("after", ""):
            at, id = decode(list_name(place.id, reason), cursor)
            after = Place(int(at), int(id))
    except (BadCursor, ValueError):
        pass
    count = counts_by_reason(place.id).get(reason, 0)
    context = _frame(request, place) | {
        "sections": [section_in_full(place, reason, count, after)] if count else [],
        "only": reason_label(reason),
        "tried": None,
        "first_page": f"?{urlencode({'reason': reason})}" if after else "",
        "total": count,
    }
    return render(request, "quarantine.html", context | _progress(place))


def _discard(
    request: HttpRequest, place: Company, reason: Reason, id: int | None, given: dict[str, object]
) -> None:
    by, why, until = cast(User, request.user).email, cast(str, given["why"]), cast(int, given["until"])
    gone, is_all = discard(place, reason, by=by, why=why, until=until, only=id)
    words = plural(gone, "%(count)s delivery was discarded.", "%(count)s deliveries were discarded.")
    more = "" if is_all else " " + _("There are more: discard once again.")
    if gone or not is_all:
        messages.success(request, words + more)
    else:
        messages.warning(request, _("There was nothing left to discard."))


def _added(place: Company, made: Tracker) -> str:
    """With the way to its destination, which it is made without."""
    words = _(
        "%(number)s was added as %(name)s. Its callers hear that the call can’t be put through until it has "
        "a destination."
    )
    return format_html(
        '{} <a class="link" href="{}#destination">{}</a>',
        words % {"number": national(made.number), "name": made.name},
        reverse("number", args=[place.id, made.id]),
        _("Set its destination"),
    )


def _say(request: HttpRequest, place: Company, handed: Handed) -> None:
    if handed.unsigned:
        words = plural(
            handed.unsigned,
            "%(count)s delivery still isn’t rightly signed. What to mend stands under “Wrong signature”.",
            "%(count)s deliveries still aren’t rightly signed. What to mend stands under “Wrong signature”.",
        )
        messages.warning(request, words)
    if handed.handed:
        follow(request, place, handed)
    if not handed.handed and not handed.unsigned:
        messages.warning(request, _("There was nothing left to try again."))


def _tried_and_progress(request: HttpRequest, place: Company) -> tuple[Tried | None, dict[str, object]]:
    """The worker goes on meanwhile. So what waits is counted after what was applied, which can't be in both,
    and once nothing waits any more it is asked again what came of all."""
    progress = _progress(place)
    said = tried(request, place, loads_again=bool(progress["waiting"]))
    if progress["waiting"]:
        progress = _progress(place)
        if not progress["waiting"]:
            said = tried(request, place, loads_again=False)
    return said, progress


def _progress(place: Company) -> dict[str, object]:
    waiting = waiting_of(place.id)
    return {
        "waiting": waiting,
        "waiting_words": f"{number(waiting)}{'+' if waiting >= MOST_COUNTED else ''}",
        "has_worker": not waiting or is_running(),
    }


def _frame(request: HttpRequest, place: Company) -> dict[str, object]:
    return {"shell": settings_shell(request, place, "quarantine"), "company": place}


def _reason(given: str) -> Reason:
    try:
        return Reason(given)
    except ValueError:
        raise Http404("No such reason.") from None


def _id(given: str) -> int | None:
    """None where none is given. Raises Http404 for what is no id."""
    if not given:
        return None
    if not (given.isascii() and given.isdigit()) or int(given) > MAX_ID:
        raise Http404("No such delivery.")
    return int(given)
