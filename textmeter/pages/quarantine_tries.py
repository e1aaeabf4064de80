"""What came of deliveries that were tried again. It stands in the session of who tried until it was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from textmeter.accounts.models import Company
from textmeter.intake.try_again import MOST_FOLLOWED, CameOf, Handed, came_of
from textmeter.pages.formats import number, plural
from textmeter.pages.language import gettext as _
from textmeter.pages.quarantine_words import by_reason

_KEY = "tried_again"


@dataclass(frozen=True, slots=True)
class Tried:
    words: str
    has_trouble: bool


def follow(request: HttpRequest, place: Company, handed: Handed) -> None:
    """Those that are still followed stay so, as far as there is room."""
    before = _followed(request, place)
    request.session[_KEY] = {
        "company": place.id,
        "count": before["count"] + handed.handed,
        "is_all": handed.is_all,
        "ids": [*before["ids"], *handed.first][:MOST_FOLLOWED],
    }


def tried(request: HttpRequest, place: Company, *, loads_again: bool) -> Tried | None:
    """That they are tried again or, until a page that stays has said it, what came of it."""
    followed = _followed(request, place)
    if not followed["count"]:
        return None
    came = came_of(place.id, followed["ids"])
    more = "" if followed["is_all"] else " " + _("There are more: try again once these are done.")
    if came.waiting:
        words = plural(
            followed["count"], "%(count)s delivery is tried again.", "%(count)s deliveries are tried again."
        )
        return Tried(words + more, has_trouble=False)
    if not loads_again:
        del request.session[_KEY]
    if not came.applied and not came.back:
        return None
    is_part = followed["count"] > len(followed["ids"])
    first = _("Of the first %(count)s:") % {"count": number(len(followed["ids"]))} + " " if is_part else ""
    return Tried(first + _came_words(came) + more, has_trouble=bool(came.back))


def _came_words(came: CameOf) -> str:
    said = []
    if came.applied:
        said.append(
            plural(
                came.applied,
                "%(count)s delivery that was tried again was applied.",
                "%(count)s deliveries that were tried again were applied.",
            )
        )
    if came.back:
        said.append(
            plural(
                sum(came.back.values()),
                "%(count)s delivery came back: %(reasons)s.",
                "%(count)s deliveries came back: %(reasons)s.",
                reasons=by_reason(came.back),
            )
        )
    return " ".join(said)


def _followed(request: HttpRequest, place: Company) -> dict[str, Any]:
    held = request.session.get(_KEY)
    if held is None or held["company"] != place.id:
        return {"count": 0, "is_all": True, "ids": []}
    return dict(held)
