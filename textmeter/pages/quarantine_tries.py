"""What came of deliveries that were tried again. It stands in the session of who tried until it was said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from textmeter.accounts.models import Company
from textmeter.intake.try_again import MOST_FOLLOWED, CameOf, Handed, came_of
from textmeter.intake.where_applied import Went, where_applied
from textmeter.pages.formats import number, plural
from textmeter.pages.language import gettext as _
from textmeter.pages.log_links import with_query
from textmeter.pages.quarantine_words import by_reason

MOST_NUMBERS = 20  # that an address names; beyond, its days alone


@dataclass(frozen=True, slots=True)
class Way:
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Tried:
    """`ways` lead to what was applied."""

    words: str
    has_trouble: bool
    ways: tuple[Way, ...] = ()


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
    ways = tuple(_ways(place, followed["ids"])) if came.applied else ()
    return Tried(" ".join(parts), has_trouble=bool(came.back), ways=ways)


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


def _ways(place: Company, ids: list[int]) -> Iterator[Way]:
    """To the timeline where all is one customer's, else to the lists, narrowed to the days and numbers."""
    texts, calls = where_applied(place.id, ids)
    both = [went for went in (texts, calls) if went]
    customers = frozenset[int | None]().union(*(went.customers for went in both))
    if len(customers) == 1 and None not in customers:
        day = max(went.last for went in both).isoformat()
        path = reverse("timeline", args=[place.id, *customers])
        yield Way(_("Show the timeline"), f"{path}?day={day}#{day}")
        return
    if texts:
        yield Way(_("Show the conversations"), _list_of("text_conversations", place, texts))
    if calls:
        yield Way(_("Show the calls"), _list_of("all_calls", place, calls))


def _list_of(name: str, place: Company, went: Went) -> str:
    query = [("start", went.first.isoformat()), ("end", went.last.isoformat())]
    if len(went.trackers) <= MOST_NUMBERS:
        query += [("numbers", str(each)) for each in sorted(went.trackers)]
    return with_query(reverse(name, args=[place.id]), urlencode(query))


def _followed(request: HttpRequest, place: Company) -> dict[str, Any]:
    held: dict[str, Any] = request.session.get(_key(place), {})
    return {"ids": [], "beyond": 0, "is_all": True} | held


def _key(place: Company) -> str:
    return f"tried_again_{place.id}"
