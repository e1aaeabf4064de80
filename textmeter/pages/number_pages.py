"""Adding a tracking number, changing it, disabling it, handing it over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from textmeter.accounts.access import companies_for_reading, company_for_managing
from textmeter.accounts.models import Company, Role, User
from textmeter.ledger import tracker_acts
from textmeter.ledger.coming_over import BeingMoved
from textmeter.ledger.trackers import BadHandOver, NumberTaken, Tracker, owner_by_tracker, trackers_of
from textmeter.lib.days import now_ms
from textmeter.lib.folding import fold
from textmeter.lib.phone import national
from textmeter.pages.language import gettext as _
from textmeter.pages.number_holder import holder_now
from textmeter.pages.number_moment import moment_href
from textmeter.pages.number_planned import ahead_of, giver_href
from textmeter.pages.number_question import Question, question_of
from textmeter.pages.number_standing import Standing, find_number, moment_and_zone, standing_of
from textmeter.pages.number_taken import taken_words
from textmeter.pages.said import why as why_of
from textmeter.pages.shell import shell_for
from textmeter.pages.tracker_forms import HandOverForm, NewNumberForm, NumberForm


@require_http_methods(["GET", "HEAD", "POST"])
def new_number(request: HttpRequest, company: int) -> HttpResponse:
    """The form; with a good one the number is added."""
    place = company_for_managing(request, company)
    form = NewNumberForm(request.POST or None, company_id=place.id)
    if form.is_valid() and (made := add_number(request, place, form)):
        words = _("%(number)s was added as %(name)s.") % _names_of(made)
        messages.success(request, words + _if_silent(made))
        _doubt_name(request, made)
        return redirect("numbers", company=place.id)
    return _page(request, place, "number_new.html", {"form": form}, is_bad=form.is_bound)


@require_http_methods(["GET", "HEAD", "POST"])
def number(request: HttpRequest, company: int, tracker: int) -> HttpResponse:
    """The number with what can be changed of it."""
    place = company_for_managing(request, company)
    found = find_number(place, tracker)
    form = NumberForm(request.POST or None, initial=_initial(found), company_id=place.id, number=found.number)
    if form.is_valid():
        changed = tracker_acts.change(place, found.id, _email(request), **_changed(form, request.POST))
        messages.success(request, _("%(name)s was saved.") % _names_of(changed) + _if_silent(changed))
        if changed.name != found.name:
            _doubt_name(request, changed)
        return redirect("numbers", company=place.id)
    now, user = now_ms(), cast(User, request.user)
    context = {
        "form": form,
        "shown": {each: request.POST.get(f"was-{each}", now_is) for each, now_is in _typed(found).items()},
        "standing": standing_of(place, found, now),
        "holder": holder_now(place, found, user, now),
        "ahead": ahead_of(place, found, user, now),
        "giver": giver_href(place, found, user, now),
        "moment": moment_href(place, found),
    }
    return _page(request, place, "number.html", context, is_bad=form.is_bound)


def _changed(form: NumberForm, sent: Mapping[str, str]) -> dict[str, Any]:
    """What differs from what the page showed: the rest stays as somebody else may have set it meanwhile."""
    return {
        each: value
        for each, value in form.cleaned_data.items()
        if sent.get(each, "") != sent.get(f"was-{each}")
    }


def _typed(found: Tracker) -> dict[str, str]:
    """The number as the form shows it, and would send it again."""
    given = _initial(found)
    return {each: "on" if value is True else str(value or "") for each, value in given.items()}


@require_POST
def number_disabled(request: HttpRequest, company: int, tracker: int) -> HttpResponse:
    """`disabled` = 1 or 0."""
    place = company_for_managing(request, company)
    is_disabled = request.POST.get("disabled") == "1"
    found = find_number(place, tracker)
    tracker_acts.change(place, found.id, _email(request), is_disabled=is_disabled)
    words = (
        _("%(name)s is disabled. Its calls are put through no more; what comes in is still recorded.")
        if is_disabled
        else _("%(name)s is in use again.")
    )
    messages.success(request, words % _names_of(found))
    return redirect("number", company=place.id, tracker=found.id)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, company: int, tracker: int) -> HttpResponse:
    """The form; with a good one a new tracker has the number from the chosen time on. Where that would move
    what is there already, it asks first: `answer` says yes."""
    place = company_for_managing(request, company)
    found = find_number(place, tracker)
    standing = standing_of(place, found, now_ms())
    if standing.until:
        messages.error(request, _why_not_again(standing))
        return redirect("number", company=place.id, tracker=found.id)
    companies = _receivers(place, cast(User, request.user))
    form = HandOverForm(
        request.POST or None,
        initial=_initial(found) | {"begins": "now", "company": place.id, "name": "", "source": ""},
        companies=companies,
        zone=place.zone,
        company_id=place.id,
        number=found.number,
    )
    question = _question(request, place, found, form) if form.is_valid() else None
    if form.is_valid() and question is None and _hand_over(request, place, found, form, companies):
        return redirect("numbers", company=place.id)
    context = {"form": form, "standing": standing, "companies": companies, "question": question}
    is_bad = form.is_bound and question is None
    return _page(request, place, "number_hand_over.html", context, is_bad=is_bad)


def _why_not_again(standing: Standing) -> str:
    words = (
        _("%(name)s handed its number over already.")
        if standing.is_over
        else _(
            "%(name)s hands its number over on %(time)s already. Before it can be handed over otherwise, "
            "that has to be taken back."
        )
    )
    return words % (_names_of(standing.tracker) | {"time": standing.until})


def _question(request: HttpRequest, place: Company, found: Tracker, form: HandOverForm) -> Question | None:
    """Where nothing can be said just now, the form says why."""
    at = form.cleaned_data["owns_from"]
    if at is None or form.cleaned_data["company"] != place.id:
        return None
    try:
        user, answer = cast(User, request.user), request.POST.get("answer", "")
        return question_of(place, found, at, user=user, answer=answer, now=now_ms())
    except BeingMoved as why:
        form.add_error(None, why_of(why))
        return None


def _hand_over(
    request: HttpRequest, place: Company, found: Tracker, form: HandOverForm, companies: list[Company]
) -> bool:
    """Whether it was done; else the form says why not."""
    given, now = form.cleaned_data, now_ms()
    owns_from = now if given["owns_from"] is None else given["owns_from"]
    receiver = next(each for each in companies if each.id == given["company"])
    try:
        made = tracker_acts.add(
            receiver,
            _email(request),
            number=found.number,
            name=given["name"],
            source=given["source"],
            destination=given["destination"],
            record_calls=given["record_calls"],
            owns_from=owns_from,
            goes_on=tracker_acts.is_soon_done(receiver.id),
        )
    except BadHandOver as why:
        since = owner_by_tracker([found])[found.id].from_at
        words = _("%(name)s has this number since %(time)s. Choose a later time.") % (
            _names_of(found) | {"time": moment_and_zone(since, place)}
        )
        place_of = "day" if given["begins"] == "at" else "begins"
        form.add_error(place_of, words if owns_from <= since else why_of(why))
        return False
    names = {"company": receiver.name, "time": moment_and_zone(owns_from, place)}
    words = _handed_over_words(is_planned=owns_from > now, is_own=receiver.id == place.id)
    messages.success(request, words % (_names_of(made) | names) + _if_silent(made))
    if receiver.id == place.id:
        _doubt_name(request, made)
    return True


def _handed_over_words(*, is_planned: bool, is_own: bool) -> str:
    if is_planned and is_own:
        return _("%(number)s will be handed over to %(name)s on %(time)s.")
    if is_planned:
        return _("%(number)s will be handed over to %(name)s of %(company)s on %(time)s.")
    if is_own:
        return _("%(number)s was handed over to %(name)s.")
    return _("%(number)s was handed over to %(name)s of %(company)s.")


def add_number(request: HttpRequest, company: Company, form: NewNumberForm) -> Tracker | None:
    """That of a valid form; None where it can't be added, of which the form then says why."""
    try:
        return tracker_acts.add(company, _email(request), **form.cleaned_data)
    except NumberTaken as taken:
        form.add_error("number", taken_words(company, taken, cast(User, request.user)))
        return None


def _receivers(place: Company, user: User) -> list[Company]:
    """An admin sees every company; for everyone else there is only this one."""
    if user.role != Role.ADMIN:
        return [place]
    return [each for each in companies_for_reading(user) if tracker_acts.may_hand_over(place, each)]


def _initial(found: Tracker) -> dict[str, object]:
    return {
        "name": found.name,
        "source": found.source,
        "destination": national(found.destination) if found.destination else "",
        "record_calls": found.record_calls,
    }


def _if_silent(made: Tracker) -> str:
    if made.destination:
        return ""
    return " " + _("It has no destination: callers hear that the call can’t be put through.")


def _doubt_name(request: HttpRequest, made: Tracker) -> None:
    others = [each for each in trackers_of(made.company_id) if each.id != made.id]
    if any(fold(each.name) == fold(made.name) for each in others):
        words = _(
            "Another entry of this list is called %(name)s, too. Texts and calls show names alone, so "
            "those of both look alike."
        )
        messages.warning(request, words % _names_of(made))


def _names_of(tracker: Tracker) -> dict[str, str]:
    return {"name": tracker.name, "number": national(tracker.number)}


def _page(
    request: HttpRequest, place: Company, template: str, context: dict[str, object], *, is_bad: bool
) -> HttpResponse:
    frame = {"shell": shell_for(request, place, "numbers"), "company": place}
    return render(request, template, frame | context, status=400 if is_bad else 200)


def _email(request: HttpRequest) -> str:
    return cast(User, request.user).email
