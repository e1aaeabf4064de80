"""Time zones as people type them."""

from __future__ import annotations

import difflib
import re

from textmeter.lib.days import known_zones
from textmeter.lib.zone_places import zones_of_city, zones_of_region

# What people say, though it names a rule of the clock and no place.
SPOKEN = {
    word: zone
    for words, zone in (
        ("est edt et eastern", "America/New_York"),
        ("cst cdt ct central", "America/Chicago"),
        ("mst mdt mt mountain", "America/Denver"),
        ("pst pdt pt pacific", "America/Los_Angeles"),
        ("est5edt", "America/New_York"),
        ("cst6cdt", "America/Chicago"),
        ("mst7mdt", "America/Denver"),
        ("pst8pdt", "America/Los_Angeles"),
        ("hst", "Pacific/Honolulu"),
    )
    for word in words.split()
}
NEAR = 0.85  # how alike a name must be to be suggested; lower, and Atlanta is "near" to Asia/Alma-Ata
_AROUND = re.compile(r"\s*\b((standard|daylight) )?time\s*(\(.*\))?$", re.IGNORECASE)


def near_zones(name: str) -> list[str]:
    """Zones that are written almost so, or whose city is, or that the place named has: America/NewYork, new
    york, Chicago, Illinois. No far-off guesses."""
    name = _AROUND.sub("", name.partition(":")[0])  # behind the colon a suggestion goes on
    typed = _plain(name)
    if typed in SPOKEN:
        return [SPOKEN[typed]]
    if any(sign.isdigit() for sign in typed):
        return []  # an offset, which is no zone
    full = {_plain(one): one for one in sorted(known_zones())}
    if typed in full:
        return [full[typed]]
    found = [full[one] for one in difflib.get_close_matches(typed, full, n=3, cutoff=NEAR)]
    if found:
        return found
    place, *regions = name.split(",")
    return _in_region(place, regions) if regions else _of_place(name)


def _in_region(place: str, regions: list[str]) -> list[str]:
    """`Lima, Ohio` is not the Lima that a zone is named after."""
    zones = next(filter(None, (zones_of_region(one, may_be_short=True) for one in regions)), ())
    own = [one for one in zones if is_its_city(place, one) or one in zones_of_city(place)]
    return own or list(zones)


def _of_place(name: str) -> list[str]:
    """Of a city that a zone is named after, else of a region, else of a city written almost so."""
    cities = {
        _plain(one.rpartition("/")[2]): one
        for one in sorted(known_zones(), reverse=True)
        if "/" in one and not one.startswith(("US/", "Canada/"))  # old names of zones, not of cities
    }
    typed = _plain(name)
    if typed in cities:
        return [cities[typed]]
    known = dict.fromkeys((*zones_of_city(name), *zones_of_region(name, may_be_short=False)))
    if known:
        return list(known)
    if typed.endswith("city"):  # New York City
        return _of_place(name.rstrip()[: -len("city")])
    alike = difflib.get_close_matches(typed, cities, n=3, cutoff=NEAR if len(typed) > 4 else 1)
    return [cities[one] for one in alike]


def is_its_city(name: str, zone: str) -> bool:
    """Whether the name is nothing but the zone's own city: `new york` of America/New_York."""
    return _plain(name) == _plain(zone.rpartition("/")[2])


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "").replace("_", "")
