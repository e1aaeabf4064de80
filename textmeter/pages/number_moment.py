"""The moment of a hand-over that was entered wrongly: corrected, or the hand-over taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from textmeter.accounts.access import company_for_managing
from textmeter.accounts.models import Company, User
from textmeter.ledger import tracker_acts
from textmeter.ledger.coming_over import JUST_NOW, BeingMoved
from textmeter.ledger.corrected import NEVER, CannotCorrect, HandOver, between, hand_over_of, see_that_it_can
from textmeter.ledger.trackers import Tracker
from textmeter.ledger.trackers import tracker as tracker_of
from textmeter.lib.days import local, now_ms
from textmeter.lib.phone import national
from textmeter.pages.language import gettext as _
from textmeter.pages.number_question import read_answer
from textmeter.pages.number_standing import find_number, moment_and_zone
from textmeter.pages.said import why
from textmeter.pages.shell import shell_for
from textmeter.pages.tracker_forms import MomentForm


@dataclass(frozen=True, slots=True)
class Question:
    """`texts`, `calls`: how many go from the name `leave` to the name `go_to`. `moment`: when the hand-over
    is to be, empty: never. `answer`: what says yes."""

    texts: int
    calls: int
    leave: str
    go_to: str
    moment: str
    answer: str


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_moment(request: HttpRequest, company: int, tracker: int) -> HttpResponse:
    """The form; with a good one the hand-over is at that moment. Where texts or calls would go over it asks
    first: `answer` says yes. `seen` (ms): the moment that stood on the page."""
    place = company_for_managing(request, company)
    giver = find_number(place, tracker)
    found = hand_over_of(giver)
    receiver = tracker_of(place.id, found.receiver.tracker_id) if found else None
    if found is None or receiver is None or found.at == NEVER:
        words = _("%(name)s hands its number over to nobody of this company.")
        messages.error(request, words % {"name": giver.name})
        return redirect("number", company=place.id, tracker=giver.id)
    is_over = found.at <= now_ms()
    form = MomentForm(request.POST or None, initial=_initial(found, place), zone=place.zone, is_over=is_over)
    question = None
    if form.is_valid() and request.POST.get("seen") != str(found.at):
        form.add_error(None, _("The hand-over has changed meanwhile. Look at it again."))
    if form.is_valid():
        try:
            question = _question(request, place, (giver, receiver), found, form.cleaned_data["owns_from"])
            if question is None:
                _correct(request, place, giver, found, form.cleaned_data["owns_from"])
                return redirect("number", company=place.id, tracker=giver.id)
        except (CannotCorrect, BeingMoved) as error:
            form.add_error(None, why(error))
    context = {
        "shell": shell_for(request, place, "numbers"),
        "company": place,
        "tracker": giver,
        "receiver": receiver,
        "form": form,
        "question": question,
        "seen": found.at,
        "present": moment_and_zone(found.at, place),
        "is_over": is_over,
    }
    is_bad = form.is_bound and question is None
    return render(request, "number_moment.html", context, status=400 if is_bad else 200)


def moment_href(place: Company, giver: Tracker) -> str:
    """Where the moment of its hand-over is changed; empty where it has none within the company."""
    found = hand_over_of(giver)
    is_there = found is not None and found.at != NEVER
    return reverse("hand_over_moment", args=[place.id, giver.id]) if is_there else ""


def _initial(found: HandOver, place: Company) -> dict[str, str]:
    there = local(found.at, place.zone)
    return {"begins": "at", "day": f"{there:%Y-%m-%d}", "clock": f"{there:%H:%M}"}


def _question(
    request: HttpRequest, place: Company, names: tuple[Tracker, Tracker], found: HandOver, at: int | None
) -> Question | None:
    """None: nothing goes over, or the answer says yes to all that does. What comes in meanwhile, or is told
    of late, doesn't count. Raises CannotCorrect, BeingMoved."""
    now, salt = now_ms(), f"hand-over-moment {place.id} {cast(User, request.user).pk}"
    wanted = NEVER if at is None else at
    see_that_it_can(place, names[0], found, wanted)
    going = between(place, found, wanted)
    if not going.texts and not going.calls:
        return None
    seen = read_answer(request.POST.get("answer", ""), salt)
    if seen is not None and seen == _seen(place, found, wanted, asked_at=seen[-1]):
        return None
    leave, go_to = names if going.goes_on else names[::-1]
    return Question(
        going.texts,
        going.calls,
        leave.name,
        go_to.name,
        "" if at is None else moment_and_zone(at, place),
        signing.dumps(_seen(place, found, wanted, asked_at=now), salt=salt),
    )


def _seen(place: Company, found: HandOver, at: int, asked_at: int) -> list[int]:
    settled = between(place, found, at, until=asked_at - JUST_NOW)
    return [found.giver.tracker_id, found.at, at, settled.texts, settled.calls, asked_at]


def _correct(request: HttpRequest, place: Company, giver: Tracker, found: HandOver, at: int | None) -> None:
    """Raises CannotCorrect, BeingMoved."""
    by, soon = cast(User, request.user).email, tracker_acts.is_soon_done(place.id)
    if at is not None:
        tracker_acts.correct(place, giver.id, by, found, at, goes_on=soon)
        words = _("The hand-over of %(number)s is at %(time)s now.")
    elif tracker_acts.undo(place, giver.id, by, found, goes_on=soon):
        words = _("The hand-over was taken back: %(name)s keeps %(number)s.")
    else:
        words = _(
            "%(name)s has %(number)s again. What was moved is coming back, which takes some minutes; "
            "then the other name goes from the list."
        )
    time = "" if at is None else moment_and_zone(at, place)
    messages.success(request, words % {"name": giver.name, "number": national(giver.number), "time": time})
