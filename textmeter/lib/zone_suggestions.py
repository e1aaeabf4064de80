"""What people may type to find their time zone: what its time is called, its cities, its states, its country.

The names of times, of cities and of countries are those of Unicode's CLDR, which comes with Babel. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from babel import Locale
from babel.core import get_global

from textmeter.lib.days import known_zones, zone
from textmeter.lib.zone_places import places_in

# Of many that share a name the first ones, for most people here mean those.
_FIRST = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Toronto", "America/Winnipeg", "America/Edmonton",
    "America/Vancouver", "America/Halifax", "America/Regina", "America/St_Johns", "Europe/London",
    "Europe/Berlin", "Asia/Kolkata",
)  # fmt: skip
# Names that say nothing of a place, and are no longer given.
FORMER = {
    old.casefold(): new
    for old, new in get_global("zone_aliases").items()
    if old.startswith(("US/", "Canada/")) or old in {"EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT"}
}
_WINTER_AND_SUMMER = datetime(2026, 1, 15, 12), datetime(2026, 7, 15, 12)  # noqa: DTZ001  # the zone's own


class Suggestion(NamedTuple):
    """`zone`: the IANA name. `says`: `Eastern Time (EST, EDT): New York, Atlanta, …, United States`; empty
    for former names, which stand last."""

    zone: str
    says: str


@lru_cache(maxsize=8)
def zone_suggestions(locale: Locale) -> tuple[Suggestion, ...]:
    """Every known zone, each once."""
    today = _today()
    former = _former_names(today)
    named = {name: _says(name, former[name], locale) for name in known_zones() if name not in today}
    rest = sorted(named, key=lambda name: (not named[name], name))
    first = [name for name in _FIRST if name in named]
    return tuple(Suggestion(name, named[name]) for name in dict.fromkeys((*first, *rest))) + tuple(
        Suggestion(name, "") for name in sorted(today.keys() & known_zones())
    )


def zone_of(typed: str, locale: Locale) -> str:
    """The zone whose name of today, or whose own suggestion, this is: of `US/Eastern`, `EST5EDT` and
    `Eastern Time (EST, EDT): New York, …`; empty for anything else."""
    words = _plain(typed)
    return FORMER.get(words, "") or _by_suggestion(locale).get(words, "")


@lru_cache(maxsize=8)
def _by_suggestion(locale: Locale) -> dict[str, str]:
    """Also with the zone before it, as browsers list them."""
    found = {_plain(each.says): each.zone for each in zone_suggestions(locale) if each.says}
    return found | {_plain(f"{zone} {says}"): zone for says, zone in found.items()}


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()


def _today() -> dict[str, str]:
    """Former name → the one of today, of those that there are: CLDR keeps what it knows by the former one."""
    return {old: new for old, new in get_global("zone_aliases").items() if new in known_zones()}


def _former_names(today: dict[str, str]) -> dict[str, list[str]]:
    found = defaultdict[str, list[str]](list)
    for old, new in today.items():
        found[new].append(old)
    return found


def _says(name: str, former: list[str], locale: Locale) -> str:
    places = dict.fromkeys((*_cities(name, former, locale), *places_in(name), _country(name, locale)))
    return ": ".join(filter(None, (_time(name, former, locale), ", ".join(filter(None, places)))))


def _time(name: str, former: list[str], locale: Locale) -> str:
    """`Eastern Time (EST, EDT)`; where the clocks never change, `Mountain Standard Time (MST)`."""
    there = [moment.replace(tzinfo=zone(name)) for moment in _WINTER_AND_SUMMER]
    short = dict.fromkeys(word for moment in there if (word := moment.tzname() or "").isalpha())
    meta = next((found for one in (name, *former) if (found := get_global("meta_zones").get(one))), "")
    words = locale.meta_zones.get(meta, {}).get("long", {})
    changes = there[0].utcoffset() != there[1].utcoffset()
    kinds = ("generic", "standard") if changes else ("standard", "generic")
    long = next((words[kind] for kind in kinds if kind in words), "")
    return f"{long} ({', '.join(short)})" if long and short else long


def _cities(name: str, former: list[str], locale: Locale) -> tuple[str, ...]:
    """The zone's own: `São Paulo`, and as its name writes it, `Sao Paulo`."""
    if name.startswith("Etc/"):
        return ()
    written = (locale.time_zones.get(one, {}).get("city") for one in (name, *former))
    return next(filter(None, written), ""), name.rpartition("/")[2].replace("_", " ")


def _country(name: str, locale: Locale) -> str:
    code = get_global("zone_territories").get(name)
    return "" if code in (None, "ZZ", "001") else str(locale.territories.get(code, ""))
