"""Time zones as people type them."""

from __future__ import annotations

import pytest

from textmeter.lib.days import known_zones
from textmeter.lib.zone_names import near_zones
from textmeter.lib.zone_places import zones_of_city, zones_of_region

AMERICAN = ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"]


@pytest.mark.parametrize(
    ("typed", "zones"),
    [
        ("america/newyork", ["America/New_York"]),
        ("EST", ["America/New_York"]),
        ("PST8PDT", ["America/Los_Angeles"]),
        ("Eastern Time (EST, EDT): New York, Atl", ["America/New_York"]),
        ("Central time", ["America/Chicago"]),
        ("Eastern Standard Time", ["America/New_York"]),
        ("Pacific Time (US & Canada)", ["America/Los_Angeles"]),
        ("New York City", ["America/New_York"]),
        ("Arizona", ["America/Phoenix"]),
        ("etc/utc", ["Etc/UTC"]),
        ("Mexico City", ["America/Mexico_City"]),
        ("Chicago, Illinois", ["America/Chicago"]),
        ("Atlanta, GA", ["America/New_York"]),
        ("Ann Arbor, MI, USA", ["America/Detroit"]),
        ("London, Ontario", ["America/Toronto"]),
        ("El Paso, Texas", ["America/Denver"]),
        ("Texas", ["America/Chicago", "America/Denver"]),
        ("Kolkata", ["Asia/Kolkata"]),
        ("mumbai", ["Asia/Kolkata"]),
        ("India", ["Asia/Kolkata"]),
        ("São Paulo", ["America/Sao_Paulo"]),
        ("USA", AMERICAN),
        ("United States", AMERICAN),
        ("new yorc", ["America/New_York"]),
    ],
)
def test_what_people_say_leads_to_its_zone(typed: str, zones: list[str]) -> None:
    assert near_zones(typed) == zones


def test_of_several_places_with_one_name_all_are_meant() -> None:
    assert near_zones("Georgia") == ["America/New_York", "Asia/Tbilisi"]
    assert near_zones("Washington") == ["America/New_York", "America/Los_Angeles"]


def test_a_region_stands_before_the_city_of_a_zone() -> None:
    """A zone is named after the Lima in Peru."""
    assert near_zones("Lima") == ["America/Lima"]
    assert near_zones("Lima, Ohio") == ["America/New_York"]


@pytest.mark.parametrize(
    "typed", ["", " ", "time", "city", ",", "Chicago, Elsewhere", "UTC+5", "Etc/GMT+5", "xyz"]
)
def test_there_are_no_far_off_guesses(typed: str) -> None:
    assert near_zones(typed) == []


def test_ct_is_a_time_and_behind_a_city_a_state() -> None:
    assert near_zones("CT") == ["America/Chicago"]
    assert near_zones("Hartford, CT") == ["America/New_York"]


def test_every_place_leads_to_zones_that_there_are() -> None:
    from textmeter.lib import zone_places

    states, abbreviations = zone_places._states()
    assert (len(states), len(abbreviations)) == (61, 61)
    for names in (states, zone_places._countries(), zone_places._cities()):
        for name, zones in names.items():
            assert zones, name
            assert known_zones().issuperset(zones), name
    assert zones_of_city("SAINT  LOUIS") == ("America/Chicago",)
    assert zones_of_region("ok", may_be_short=False) == ()
