"""The customers of the sample: made-up people with numbers that belong to nobody.

Exchange 555 with the lines 0100 to 0199 is set aside for fiction in every area code; the customers use
these of all area codes here, and only a sample larger than that goes on to other lines of 555. A number
always has the same person, in the sample as in what the simulator sends.
"""

from __future__ import annotations

from collections.abc import Sequence
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
NAMED = 0.72  # of the customers: the carrier knows the name

_TRACKERS_AREA = "404"  # there the lines from 0180 on belong to trackers: practice.NUMBERS
_NEAR = 14  # area codes of ELSEWHERE that are in Georgia or next to it
_VISITORS = 19  # so many from around Atlanta to one from elsewhere
_MORE = 8_000  # of each area code beyond fiction: 555-1300 to 555-9299
_AREAS = (*METRO, *(one[0] for one in ELSEWHERE))
_FICTIONAL = 100 * len(_AREAS) - 20
MOST_PEOPLE = _FICTIONAL + _MORE * len(_AREAS)


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


def person(number: str) -> Person:
    """Who has that number: always the same made-up name and place."""
    rng = Random(number)  # noqa: S311 (the same number, the same person)
    name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
    return Person(number, name, _place(rng, number[2:5]), rng.random() < NAMED)


class Roster:
    """The numbers of a sample's customers in the order in which they turn up, by its seed."""

    def __init__(self, seed: int) -> None:
        self._fictional = fictional_numbers(Random(f"customers {seed}"))  # noqa: S311

    def number(self, index: int) -> str:
        """Of the customer of that index, 0 up to MOST_PEOPLE; IndexError beyond."""
        if not 0 <= index < MOST_PEOPLE:
            raise IndexError(f"There are {MOST_PEOPLE:,} customers, so no number {index}.")
        if index < _FICTIONAL:
            return self._fictional[index]
        index -= _FICTIONAL
        in_town = _MORE * len(METRO)
        areas = METRO if index < in_town else _AREAS[len(METRO) :]
        place, area = divmod(index if index < in_town else index - in_town, len(areas))
        # Neighbours in time are none in number: 4801 has no factor in common with 8000.
        return f"+1{areas[area]}555{1300 + (place * 4801 + area * 1009) % _MORE:04d}"


def fictional_numbers(rng: Random) -> list[str]:
    """Every customer's number that is set aside for fiction, shuffled: those around Atlanta with a few
    from elsewhere among them, then the area codes nearby, then the others."""
    town = _lines(rng, METRO)
    away = _lines(rng, _AREAS[len(METRO) :][:_NEAR]) + _lines(rng, _AREAS[len(METRO) :][_NEAR:])
    visitors = rng.sample(away, len(town) // _VISITORS)
    among, first = set(visitors), town + visitors
    rng.shuffle(first)
    return first + [one for one in away if one not in among]


def _lines(rng: Random, areas: Sequence[str]) -> list[str]:
    numbers = [
        f"+1{area}555{line:04d}"
        for area in areas
        for line in range(100, 180 if area == _TRACKERS_AREA else 200)
    ]
    rng.shuffle(numbers)
    return numbers


def _place(rng: Random, area: str) -> Place:
    """With the city in capitals, as Twilio gives it."""
    if area in METRO:
        city, zip_code, _ = rng.choices(METRO_PLACES, [weight for *_, weight in METRO_PLACES])[0]
        return Place(city.upper(), "GA", zip_code, "US")
    city, state, zip_code = next(one[1:] for one in ELSEWHERE if one[0] == area)
    return Place(city.upper(), state, zip_code, "CA" if state == "ON" else "US")
