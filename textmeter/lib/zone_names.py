"""Time zones as people type them."""

from __future__ import annotations

import difflib

from textmeter.lib.days import known_zones

# What people say, though it names a rule of the clock and no place.
SPOKEN = {
    word: zone
    for words, zone in (
        ("est edt et eastern", "America/New_York"),
        ("cst cdt ct central", "America/Chicago"),
        ("mst mdt mt mountain", "America/Denver"),
        ("pst pdt pt pacific", "America/Los_Angeles"),
    )
    for word in words.split()
}
NEAR = 0.85  # how alike a name must be to be suggested; lower, and Atlanta is "near" to Asia/Alma-Ata


def near_zones(name: str) -> list[str]:
    """Zones that are written almost so, or whose city is: America/NewYork, new york. No far-off guesses."""
    typed = _plain(name).removesuffix("time")
    if typed in SPOKEN:
        return [SPOKEN[typed]]
    full = {_plain(one): one for one in sorted(known_zones())}
    found = [full[one] for one in difflib.get_close_matches(typed, full, n=3, cutoff=NEAR)]
    if found:
        return found
    cities = {
        _plain(one.rpartition("/")[2]): one for one in sorted(known_zones(), reverse=True) if "/" in one
    }
    alike = difflib.get_close_matches(typed, cities, n=3, cutoff=NEAR if len(typed) > 4 else 1)
    return [cities[one] for one in alike]


def is_its_city(name: str, zone: str) -> bool:
    """Whether the name is nothing but the zone's own city: `new york` of America/New_York."""
    return _plain(name) == _plain(zone.rpartition("/")[2])


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "").replace("_", "")
