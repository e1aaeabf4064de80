"""What is asked before a hand-over moves texts and calls that are there already, and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.core import signing

from textmeter.accounts.models import Company, User
from textmeter.ledger.coming_over import JUST_NOW, ComingOver, coming_over, to_be_asked
from textmeter.ledger.trackers import Tracker
from textmeter.pages.dates import span_of_days
from textmeter.pages.number_standing import moment_and_zone

LASTS = 3_600  # an answer, in seconds from its question on


@dataclass(frozen=True, slots=True)
class Question:
    """`moment`: when the number changes hands. `days`: of what moves. `answer`: what says yes to it."""

    moment: str
    moving: ComingOver
    days: str
    answer: str


def question_of(
    place: Company, giver: Tracker, at: int, *, user: User, answer: str, now: int
) -> Question | None:
    """Of a hand-over within the company, from the instant `at` (ms) on. None: nobody has to be asked, or
    `answer` is this user's yes to that very moment and to all that was there to be moved. Raises
    BeingMoved."""
    moving = to_be_asked(place, giver, at, now)
    salt = f"hand-over {place.id} {user.pk}"  # an answer is good for who was asked where
    if moving is None or _is_yes(read_answer(answer, salt), place, giver, at, moving):
        return None
    return Question(
        moment_and_zone(at, place),
        moving,
        span_of_days(moving.first, moving.last) if moving.first and moving.last else "",
        signing.dumps(_seen(place, giver, at, moving, now), salt=salt),
    )


def _is_yes(seen: list[int] | None, place: Company, giver: Tracker, at: int, moving: ComingOver) -> bool:
    return seen is not None and seen == _seen(place, giver, at, moving, asked_at=seen[-1])


def read_answer(answer: str, salt: str) -> list[int] | None:
    """What was asked; None where it is no answer to a question of this `salt`, or too old."""
    try:
        return cast(list[int], signing.loads(answer, salt=salt, max_age=LASTS))
    except signing.BadSignature:
        return None


def _seen(place: Company, giver: Tracker, at: int, moving: ComingOver, asked_at: int) -> list[int]:
    """What was asked. Texts that have come since don't count, and those of the last minutes before, which may
    be told of late: a busy number would be asked about for ever."""
    late = coming_over(place, giver, max(at, asked_at - JUST_NOW))
    return [giver.id, at, moving.texts - late.texts, moving.calls - late.calls, asked_at]
