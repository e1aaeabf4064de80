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


@dataclass(frozen=True, slots=True)
class Tried:
    words: str
    has_trouble: bool


def follow(request: HttpRequest, place: Company, handed: Handed) -> None:
    """Those that are followed already stay so, as far as there is room."""
    before = _followed(request, place)
    ids = list(dict.fromkeys([*before["ids"], *handed.first]))
    beyond = handed.handed - len(handed.first) + max(0, len(ids) - MOST_FOLLOWED)
    request.session[_key(place)] = {
        "ids": ids[:MOST_FOLLOWED],
        "beyond": before["beyond"] + beyond,
        "is_all": handed.is_all,
    }


def tried(request: HttpRequest, place: Company, *, loads_again: bool) -> Tried | None:
    """That they are tried again or, until a page that stays has said it, what came of it."""
    followed = _followed(request, place)
    if not followed["ids"]:
        return None
    came = came_of(place.id, followed["ids"])
    if came.waiting:
        return Tried(_waiting_words(followed), has_trouble=False)
    if not loads_again:
        del request.session[_key(place)]
    if not came.applied and not came.back:
        return None
    first = _("Of the first %(count)s:") % {"count": number(len(followed["ids"]))}
    parts = [
        *([first] if followed["beyond"] else []),
        *_came_words(came),
        *([] if followed["is_all"] else [_("There are more: try again.")]),
    ]
    return Tried(" ".join(parts), has_trouble=bool(came.back))


def _waiting_words(followed: dict[str, Any]) -> str:
    words = plural(
        len(followed["ids"]) + followed["beyond"],
        "%(count)s delivery is tried again.",
        "%(count)s deliveries are tried again.",
    )
    return words if followed["is_all"] else words + " " + _("There are more: try again once these are done.")


def _came_words(came: CameOf) -> list[str]:
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
    return said


def _followed(request: HttpRequest, place: Company) -> dict[str, Any]:
    held: dict[str, Any] = request.session.get(_key(place), {})
    return {"ids": [], "beyond": 0, "is_all": True} | held


def _key(place: Company) -> str:
    return f"tried_again_{place.id}"
