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
    "Alabama AL": _CENTRAL, "Alaska AK": ("America/Anchorage",), "Arizona AZ": ("America/Phoenix",),
    "Arkansas AR": _CENTRAL, "California CA": _PACIFIC, "Colorado CO": _MOUNTAIN, "Connecticut CT": _EASTERN,
    "Delaware DE": _EASTERN, "District of Columbia DC": _EASTERN, "Florida FL": _EASTERN + _CENTRAL,
    "Georgia GA": _EASTERN, "Hawaii HI": ("Pacific/Honolulu",), "Idaho ID": ("America/Boise", *_PACIFIC),
    "Illinois IL": _CENTRAL, "Indiana IN": ("America/Indiana/Indianapolis", *_CENTRAL), "Iowa IA": _CENTRAL,
    "Kansas KS": _CENTRAL + _MOUNTAIN, "Kentucky KY": _EASTERN + _CENTRAL, "Louisiana LA": _CENTRAL,
    "Maine ME": _EASTERN, "Maryland MD": _EASTERN, "Massachusetts MA": _EASTERN,
    "Michigan MI": ("America/Detroit",), "Minnesota MN": _CENTRAL, "Mississippi MS": _CENTRAL,
    "Missouri MO": _CENTRAL, "Montana MT": _MOUNTAIN, "Nebraska NE": _CENTRAL + _MOUNTAIN,
    "Nevada NV": _PACIFIC, "New Hampshire NH": _EASTERN, "New Jersey NJ": _EASTERN,
    "New Mexico NM": _MOUNTAIN,
    "New York NY": _EASTERN, "North Carolina NC": _EASTERN, "North Dakota ND": _CENTRAL + _MOUNTAIN,
    "Ohio OH": _EASTERN, "Oklahoma OK": _CENTRAL, "Oregon OR": _PACIFIC + _MOUNTAIN,
    "Pennsylvania PA": _EASTERN, "Rhode Island RI": _EASTERN, "South Carolina SC": _EASTERN,
    "South Dakota SD": _CENTRAL + _MOUNTAIN, "Tennessee TN": _CENTRAL + _EASTERN,
    "Texas TX": _CENTRAL + _MOUNTAIN, "Utah UT": _MOUNTAIN, "Vermont VT": _EASTERN, "Virginia VA": _EASTERN,
    "Washington WA": _PACIFIC, "West Virginia WV": _EASTERN, "Wisconsin WI": _CENTRAL,
    "Wyoming WY": _MOUNTAIN,
    "Alberta AB": ("America/Edmonton",), "British Columbia BC": ("America/Vancouver",),
    "Manitoba MB": ("America/Winnipeg",), "New Brunswick NB": ("America/Moncton",),
    "Newfoundland and Labrador NL": ("America/St_Johns",), "Nova Scotia NS": ("America/Halifax",),
    "Ontario ON": ("America/Toronto",), "Prince Edward Island PE": ("America/Halifax",),
    "Quebec QC": ("America/Toronto",), "Saskatchewan SK": ("America/Regina",),
}  # fmt: skip
# The largest that no zone is named after.
_CITIES = {
    "America/New_York": "Atlanta, Baltimore, Boston, Charlotte, Cincinnati, Cleveland, Columbus, "
    "Jacksonville, Miami, Orlando, Philadelphia, Pittsburgh, Raleigh, Richmond, Tampa, Washington, "
    "Washington DC",
    "America/Chicago": "Austin, Birmingham, Dallas, Fort Worth, Houston, Kansas City, Memphis, Milwaukee, "
    "Minneapolis, Nashville, New Orleans, Oklahoma City, Omaha, Saint Louis, San Antonio, St. Louis, Tulsa",
    "America/Denver": "Albuquerque, Colorado Springs, El Paso, Salt Lake City",
    "America/Phoenix": "Mesa, Scottsdale, Tucson",
    "America/Los_Angeles": "Fresno, Las Vegas, Oakland, Portland, Sacramento, San Diego, San Francisco, "
    "San Jose, Seattle, Spokane",
    "America/Toronto": "Hamilton, Montreal, Ottawa, Quebec City",
    "America/Edmonton": "Calgary",
    "Asia/Kolkata": "Bangalore, Bengaluru, Chennai, Delhi, Hyderabad, Mumbai, New Delhi, Pune",
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


def places_in(zone: str) -> tuple[str, ...]:
    """As people spell them: large cities that the zone is not named after, then states and provinces where
    most people live by its clock."""
    cities = _CITIES[zone].split(", ") if zone in _CITIES else []
    return (*cities, *(name.rpartition(" ")[0] for name, zones in _STATES.items() if zones[0] == zone))


@lru_cache(maxsize=1)
def _cities() -> dict[str, tuple[str, ...]]:
    return {fold(city): (zone,) for zone, cities in _CITIES.items() for city in cities.split(", ")}


@lru_cache(maxsize=1)
def _states() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """By name, and by abbreviation."""
    split = [(name.rpartition(" "), zones) for name, zones in _STATES.items()]
    return (
        {fold(name): zones for (name, _, _), zones in split},
        {fold(short): zones for (_, _, short), zones in split},
    )


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
