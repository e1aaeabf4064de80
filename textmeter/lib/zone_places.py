"""Which time zones the clocks of a state, province, country or large city show: for suggestions. Pure.

Zones are named after a few cities; people name the one they live in, or its state. Of a state with two zones
the one of more people stands first; small corners with another one are left out.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from babel import Locale
from babel.core import get_global

from textmeter.lib.folding import fold

_EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC = (
    ("America/New_York",),
    ("America/Chicago",),
    ("America/Denver",),
    ("America/Los_Angeles",),
)
# Name, and the abbreviation of the post.
_STATES = {
    "alabama al": _CENTRAL, "alaska ak": ("America/Anchorage",), "arizona az": ("America/Phoenix",),
    "arkansas ar": _CENTRAL, "california ca": _PACIFIC, "colorado co": _MOUNTAIN, "connecticut ct": _EASTERN,
    "delaware de": _EASTERN, "district of columbia dc": _EASTERN, "florida fl": _EASTERN + _CENTRAL,
    "georgia ga": _EASTERN, "hawaii hi": ("Pacific/Honolulu",), "idaho id": ("America/Boise", *_PACIFIC),
    "illinois il": _CENTRAL, "indiana in": ("America/Indiana/Indianapolis", *_CENTRAL), "iowa ia": _CENTRAL,
    "kansas ks": _CENTRAL + _MOUNTAIN, "kentucky ky": _EASTERN + _CENTRAL, "louisiana la": _CENTRAL,
    "maine me": _EASTERN, "maryland md": _EASTERN, "massachusetts ma": _EASTERN,
    "michigan mi": ("America/Detroit",), "minnesota mn": _CENTRAL, "mississippi ms": _CENTRAL,
    "missouri mo": _CENTRAL, "montana mt": _MOUNTAIN, "nebraska ne": _CENTRAL + _MOUNTAIN,
    "nevada nv": _PACIFIC, "new hampshire nh": _EASTERN, "new jersey nj": _EASTERN,
    "new mexico nm": _MOUNTAIN,
    "new york ny": _EASTERN, "north carolina nc": _EASTERN, "north dakota nd": _CENTRAL + _MOUNTAIN,
    "ohio oh": _EASTERN, "oklahoma ok": _CENTRAL, "oregon or": _PACIFIC + _MOUNTAIN,
    "pennsylvania pa": _EASTERN, "rhode island ri": _EASTERN, "south carolina sc": _EASTERN,
    "south dakota sd": _CENTRAL + _MOUNTAIN, "tennessee tn": _CENTRAL + _EASTERN,
    "texas tx": _CENTRAL + _MOUNTAIN, "utah ut": _MOUNTAIN, "vermont vt": _EASTERN, "virginia va": _EASTERN,
    "washington wa": _PACIFIC, "west virginia wv": _EASTERN, "wisconsin wi": _CENTRAL,
    "wyoming wy": _MOUNTAIN,
    "alberta ab": ("America/Edmonton",), "british columbia bc": ("America/Vancouver",),
    "manitoba mb": ("America/Winnipeg",), "new brunswick nb": ("America/Moncton",),
    "newfoundland and labrador nl": ("America/St_Johns",), "nova scotia ns": ("America/Halifax",),
    "ontario on": ("America/Toronto",), "prince edward island pe": ("America/Halifax",),
    "quebec qc": ("America/Toronto",), "saskatchewan sk": ("America/Regina",),
}  # fmt: skip
# The largest that no zone is named after.
_CITIES = {
    "America/New_York": "atlanta, baltimore, boston, charlotte, cincinnati, cleveland, columbus, "
    "jacksonville, miami, orlando, philadelphia, pittsburgh, raleigh, richmond, tampa, washington, "
    "washington dc",
    "America/Chicago": "austin, birmingham, dallas, fort worth, houston, kansas city, memphis, milwaukee, "
    "minneapolis, nashville, new orleans, oklahoma city, omaha, saint louis, san antonio, st louis, tulsa",
    "America/Denver": "albuquerque, colorado springs, el paso, salt lake city",
    "America/Phoenix": "mesa, scottsdale, tucson",
    "America/Los_Angeles": "fresno, las vegas, oakland, portland, sacramento, san diego, san francisco, "
    "san jose, seattle, spokane",
    "America/Toronto": "hamilton, montreal, ottawa, quebec city",
    "America/Edmonton": "calgary",
    "Asia/Kolkata": "bangalore, bengaluru, chennai, delhi, hyderabad, mumbai, new delhi, pune",
}
# Of countries with several zones those where most people live.
_MAIN = {
    "US": _EASTERN + _CENTRAL + _MOUNTAIN + _PACIFIC,
    "CA": ("America/Toronto", "America/Winnipeg", "America/Edmonton", "America/Vancouver"),
    "MX": ("America/Mexico_City", "America/Tijuana"),
    "AU": ("Australia/Sydney", "Australia/Brisbane", "Australia/Adelaide", "Australia/Perth"),
    "BR": ("America/Sao_Paulo", "America/Bahia", "America/Manaus"),
    "RU": ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Novosibirsk"),
    "AR": ("America/Argentina/Buenos_Aires",), "CL": ("America/Santiago",), "CN": ("Asia/Shanghai",),
    "CY": ("Asia/Nicosia",), "DE": ("Europe/Berlin",), "EC": ("America/Guayaquil",),
    "ES": ("Europe/Madrid", "Atlantic/Canary"), "GL": ("America/Nuuk",),
    "ID": ("Asia/Jakarta", "Asia/Makassar"), "KZ": ("Asia/Almaty",), "MN": ("Asia/Ulaanbaatar",),
    "MY": ("Asia/Kuala_Lumpur",), "NZ": ("Pacific/Auckland",), "PT": ("Europe/Lisbon", "Atlantic/Azores"),
    "UA": ("Europe/Kyiv",), "UZ": ("Asia/Tashkent",),
}  # fmt: skip
_ALSO = {
    "usa": "US", "us": "US", "america": "US", "uk": "GB", "great britain": "GB", "england": "GB",
    "scotland": "GB", "wales": "GB", "czech republic": "CZ", "turkey": "TR", "korea": "KR", "holland": "NL",
    "burma": "MM", "myanmar": "MM", "hong kong": "HK", "macau": "MO", "macedonia": "MK", "ivory coast": "CI",
}  # fmt: skip


def zones_of_city(city: str) -> tuple[str, ...]:
    return _cities().get(fold(city), ())


def zones_of_region(region: str, *, may_be_short: bool) -> tuple[str, ...]:
    """Of a state or province, and of a country: Georgia is both. `may_be_short`: `IL` counts, as behind a
    city; alone, CT is a time and no state."""
    name = fold(region)
    states, abbreviations = _states()
    found = states.get(name, ()) + (abbreviations.get(name, ()) if may_be_short else ())
    return tuple(dict.fromkeys(found + _countries().get(name, ())))


@lru_cache(maxsize=1)
def _cities() -> dict[str, tuple[str, ...]]:
    return {city: (zone,) for zone, cities in _CITIES.items() for city in cities.split(", ")}


@lru_cache(maxsize=1)
def _states() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """By name, and by abbreviation."""
    split = [(name.rpartition(" "), zones) for name, zones in _STATES.items()]
    return {name: zones for (name, _, _), zones in split}, {short: zones for (_, _, short), zones in split}


@lru_cache(maxsize=1)
def _countries() -> dict[str, tuple[str, ...]]:
    """By their English names."""
    by_code = defaultdict[str, tuple[str, ...]](tuple)
    for zone, code in get_global("zone_territories").items():
        by_code[code] += (zone,)
    by_code.update(_MAIN)
    codes = {fold(name): code for code, name in Locale("en").territories.items()} | _ALSO
    return {
        name: by_code[code] for name, code in codes.items() if code in by_code and code not in ("ZZ", "001")
    }
