"""A number's last days as one small row of bars, with the same in words. Pure; `sparkline.html` draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from textmeter.pages.dates import short_day
from textmeter.pages.formats import number, plural
from textmeter.pages.language import gettext as _

# The drawing's own units: a bar and its gap, and how high the highest is.
STEP, WIDTH, HEIGHT = 4, 3, 20
_LEAST = 2  # a single text is to be seen, too


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Sparkline:
    """`words`: what the bars say. Days without texts have no bar."""

    width: int
    bars: tuple[Bar, ...]
    words: str


def sparkline(days: Sequence[int], last: date) -> Sparkline:
    """`days`: messages a day, the oldest first; `last`: the latest one of them."""
    most = max(days)
    heights = [max(_LEAST, round(HEIGHT * count / most)) if count else 0 for count in days]
    return Sparkline(
        width=STEP * len(days) - (STEP - WIDTH),
        bars=tuple(
            Bar(STEP * place, HEIGHT - height, height) for place, height in enumerate(heights) if height
        ),
        words=_words(days, last),
    )


def _words(days: Sequence[int], last: date) -> str:
    first = last - timedelta(days=len(days) - 1)
    most = max(days)
    if not most:
        words = _("No messages from %(first)s to %(last)s.")
        return words % {"first": short_day(first), "last": short_day(last)}
    busiest = first + timedelta(days=max(place for place, count in enumerate(days) if count == most))
    used = sum(1 for count in days if count)
    return plural(
        len(days),
        "%(first)s to %(last)s: messages on %(used)s of %(count)s day, the most on %(busiest)s, %(most)s.",
        "%(first)s to %(last)s: messages on %(used)s of %(count)s days, the most on %(busiest)s, %(most)s.",
        first=short_day(first),
        last=short_day(last),
        used=str(used),
        busiest=short_day(busiest),
        most=number(most),
    )
