"""The customers of the sample: made-up people with numbers that belong to nobody.

Exchange 555 with the lines 0100 to 0199 is set aside for fiction in every area code; the customers use
the first eighty of each, and only a sample larger than that goes on to other lines of 555.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from textmeter.carriers.seen import Place

METRO = ("404", "470", "678", "770", "943")
METRO_PLACES = (
    ("Atlanta", "30309", 9),
    ("Atlanta", "30312", 5),
    ("Decatur", "30030", 4),
    ("Marietta", "30060", 3),
    ("Smyrna", "30080", 3),
    ("Sandy Springs", "30328", 3),
    ("Brookhaven", "30319", 3),
    ("Dunwoody", "30338", 2),
    ("Roswell", "30075", 2),
    ("East Point", "30344", 2),
    ("Tucker", "30084", 2),
    ("Stone Mountain", "30083", 1),
    ("Alpharetta", "30009", 1),
    ("College Park", "30337", 1),
    ("Kennesaw", "30144", 1),
    ("Duluth", "30096", 1),
    ("Norcross", "30071", 1),
    ("Peachtree City", "30269", 1),
)
ELSEWHERE = (
    ("706", "Athens", "GA", "30601"),
    ("912", "Savannah", "GA", "31401"),
    ("478", "Macon", "GA", "31201"),
    ("762", "Augusta", "GA", "30901"),
    ("229", "Albany", "GA", "31701"),
    ("205", "Birmingham", "AL", "35203"),
    ("256", "Huntsville", "AL", "35801"),
    ("334", "Montgomery", "AL", "36104"),
    ("423", "Chattanooga", "TN", "37402"),
    ("615", "Nashville", "TN", "37203"),
    ("865", "Knoxville", "TN", "37902"),
    ("901", "Memphis", "TN", "38103"),
    ("803", "Columbia", "SC", "29201"),
    ("864", "Greenville", "SC", "29601"),
    ("843", "Charleston", "SC", "29401"),
    ("704", "Charlotte", "NC", "28202"),
    ("919", "Raleigh", "NC", "27601"),
    ("336", "Greensboro", "NC", "27401"),
    ("904", "Jacksonville", "FL", "32202"),
    ("850", "Tallahassee", "FL", "32301"),
    ("407", "Orlando", "FL", "32801"),
    ("305", "Miami", "FL", "33130"),
    ("813", "Tampa", "FL", "33602"),
    ("504", "New Orleans", "LA", "70112"),
    ("713", "Houston", "TX", "77002"),
    ("214", "Dallas", "TX", "75201"),
    ("512", "Austin", "TX", "78701"),
    ("202", "Washington", "DC", "20001"),
    ("212", "New York", "NY", "10001"),
    ("617", "Boston", "MA", "02108"),
    ("312", "Chicago", "IL", "60601"),
    ("303", "Denver", "CO", "80202"),
    ("206", "Seattle", "WA", "98101"),
    ("310", "Los Angeles", "CA", "90012"),
    ("602", "Phoenix", "AZ", "85004"),
    ("416", "Toronto", "ON", ""),
)
_NAMES = Path(__file__).parent / "names"
FIRST_NAMES = (_NAMES / "first.txt").read_text(encoding="utf-8").split()
LAST_NAMES = (_NAMES / "last.txt").read_text(encoding="utf-8").split()

_LINES = 80  # of each area code: 555-0100 to 555-0179; the trackers have the others
_IN_TOWN = _LINES * len(METRO)
_NEAR = 5  # area codes of ELSEWHERE that are in Georgia
_OUT_OF_TOWN = _LINES * len(ELSEWHERE)
_MORE = 8_000  # of each area code beyond that: 555-1300 to 555-9299
MOST_PEOPLE = _IN_TOWN + _OUT_OF_TOWN + _MORE * (len(METRO) + len(ELSEWHERE))


class Person:
    """A customer. `is_named`: the carrier knows the name. `free_at`: until when they are in a dialogue."""

    __slots__ = ("free_at", "is_named", "name", "number", "place", "tracker")

    def __init__(self, number: str, name: str, place: Place, is_named: bool) -> None:
        self.number = number
        self.name = name
        self.place = place
        self.is_named = is_named
        self.free_at = 0
        self.tracker = -1

    @property
    def first_name(self) -> str:
        return self.name.partition(" ")[0]


def person(rng: Random, index: int) -> Person:
    """The customer of that index, 0 up to MOST_PEOPLE: the first ones live around Atlanta."""
    area, line = _number(index)
    name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
    return Person(f"+1{area}555{line:04d}", name, _place(rng, area), rng.random() < 0.72)


def _number(index: int) -> tuple[str, int]:
    """Area code and line. Of five customers four live in town, as long as there are numbers in town."""
    if not 0 <= index < MOST_PEOPLE:
        raise IndexError(f"There are {MOST_PEOPLE:,} customers, so no number {index}.")
    five, place = divmod(index, 5)
    if five * 4 < _IN_TOWN:
        return _out_of_town(five) if place == 4 else _in_town(five * 4 + place)
    if index < _IN_TOWN + _OUT_OF_TOWN:
        return _out_of_town(index - _IN_TOWN)
    index -= _IN_TOWN + _OUT_OF_TOWN
    areas = [*METRO, *(one[0] for one in ELSEWHERE)]
    return areas[index % len(areas)], 1300 + index // len(areas)


def _in_town(index: int) -> tuple[str, int]:
    return METRO[index % len(METRO)], 100 + _shuffled(index // len(METRO))


def _out_of_town(index: int) -> tuple[str, int]:
    """The rest of Georgia first."""
    near = _LINES * _NEAR
    if index < near:
        return ELSEWHERE[index % _NEAR][0], 100 + _shuffled(index // _NEAR)
    far = len(ELSEWHERE) - _NEAR
    index -= near
    return ELSEWHERE[_NEAR + index % far][0], 100 + _shuffled(index // far)


def _shuffled(line: int) -> int:
    """Neighbours in time should not be neighbours in number: 37 has no factor in common with 80."""
    return line * 37 % _LINES


def _place(rng: Random, area: str) -> Place:
    if area in METRO:
        city, zip_code, _ = rng.choices(METRO_PLACES, [weight for *_, weight in METRO_PLACES])[0]
        return Place(city, "GA", zip_code, "US")
    city, state, zip_code = next(one[1:] for one in ELSEWHERE if one[0] == area)
    return Place(city, state, zip_code, "CA" if state == "ON" else "US")
