"""Whether a number has been quiet for longer than usual. Pure: no clock, no database.

The rule: from the eight weeks before its last text it is known how many texts to expect on each weekday, and
from its company's hours how they spread over the day. Texts of one customer come in bursts, so a day's texts
count as so many beginnings of a burst: a third of their median; for a number with few texts what its days
without any say. A silence is longer than usual when seven beginnings were to be expected in it: of a thousand
silences one is as long by chance. So a weekend doesn't alarm an office, a night nobody, and a number with a
text a day may be still for a week.

Days and hours are those of the company's clocks: a day of 23 or 25 hours expects as many as any other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from statistics import median_low

HISTORY = 56  # days
MOST_EXPECTED = 7.0
TEXTS_IN_A_BURST = 3
# Fewer days with texts, or all of them close together, and nothing is usual.
FEWEST_DAYS = 6
SHORTEST_SPAN = 21
SHORTEST_SILENCE = timedelta(hours=2)


class Silence(StrEnum):
    """HANDED_OVER: nothing comes in any more, for another tracker has the number. UNUSED: no text in the last
    eight weeks. RARE: too few texts to say what is usual."""

    HANDED_OVER = "handed_over"
    UNUSED = "unused"
    RARE = "rare"
    USUAL = "usual"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`days[w]`: beginnings of bursts on a weekday, Monday first. `hours[h]`: the part of a day that lies
    before the hour h; 25 values, from 0 to 1."""

    days: tuple[float, ...]
    hours: tuple[float, ...]


def silence(
    counts: Mapping[date, int], hours: Sequence[int], last: datetime | None, now: datetime
) -> Silence:
    """`counts`: texts received by local day, days without any may be missing. `hours`: 24 counts, the hours
    in which its company gets texts. `last`: the latest text received; both moments in the company's zone."""
    if last is None or (now.date() - last.date()).days >= HISTORY:
        return Silence.UNUSED
    usual = rhythm(counts, hours, last.date())
    if usual is None:
        return Silence.RARE
    is_long = now - last >= SHORTEST_SILENCE and expected(usual, last, now) >= MOST_EXPECTED
    return Silence.QUIET if is_long else Silence.USUAL


def rhythm(counts: Mapping[date, int], hours: Sequence[int], last_day: date) -> Rhythm | None:
    """What was usual in the eight weeks before `last_day`, from the first text on; None where nothing was.

    The silence itself is no part of it, for it would make itself usual.
    """
    days = [last_day - timedelta(days=back) for back in range(HISTORY, 0, -1)]
    with_texts = [day for day in days if counts.get(day)]
    if len(with_texts) < FEWEST_DAYS or (last_day - with_texts[0]).days < SHORTEST_SPAN:
        return None
    known = [day for day in days if day >= with_texts[0]]
    share = len(with_texts) / len(known)
    by_weekday = [[counts.get(day, 0) for day in known if day.weekday() == each] for each in range(7)]
    total = sum(hours) + 24  # one more in each hour, so that none is impossible
    spread = accumulate(((count + 1) / total for count in hours), initial=0.0)
    return Rhythm(tuple(_beginnings(of_day, share) for of_day in by_weekday), tuple(spread))


def _beginnings(counts: Sequence[int], share: float) -> float:
    """On such a day; `share`: of all days, those with texts, which evens out what few days say."""
    days = len(counts)
    with_texts = (sum(count > 0 for count in counts) + share) / (days + 1)
    without = max(1 - with_texts, 0.5 / (days + 1))
    return max(-math.log(without), median_low(counts) / TEXTS_IN_A_BURST)


def expected(usual: Rhythm, since: datetime, until: datetime) -> float:
    """How many beginnings were to be expected between two local moments; by what the clocks show, so that
    an hour which they show twice counts once."""
    first, last = since.date(), until.date()
    if first == last:
        return usual.days[first.weekday()] * max(0.0, _part(usual, until) - _part(usual, since))
    between = (last - first).days
    whole = sum(usual.days[(first + timedelta(days=step)).weekday()] for step in range(1, between))
    began = usual.days[first.weekday()] * (1 - _part(usual, since))
    return began + whole + usual.days[last.weekday()] * _part(usual, until)


def _part(usual: Rhythm, at: datetime) -> float:
    """The part of a day's texts that lies before this moment of it."""
    here, after = usual.hours[at.hour], usual.hours[at.hour + 1]
    return here + (after - here) * (at.minute * 60 + at.second) / 3600
