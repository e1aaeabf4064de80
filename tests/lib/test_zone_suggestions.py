"""What is offered while somebody types a time zone."""

from __future__ import annotations

import pytest
from babel import Locale

from textmeter.lib.days import known_zones
from textmeter.lib.zone_suggestions import FORMER, zone_of, zone_suggestions

ENGLISH, GERMAN = Locale("en", "US"), Locale("de")


def offered(typed: str, locale: Locale = ENGLISH) -> list[str]:
    """As browsers do it: what was typed is part of the zone's name, or of what it says."""
    word = typed.casefold()
    return [
        each.zone
        for each in zone_suggestions(locale)
        if word in each.zone.casefold() or word in each.says.casefold()
    ]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Atlanta", "America/New_York"),
        ("Eastern", "America/New_York"),
        ("new york", "America/New_York"),
        ("EST", "America/New_York"),
        ("Central Time", "America/Chicago"),
        ("Texas", "America/Chicago"),
        ("Mountain", "America/Denver"),
        ("Arizona", "America/Phoenix"),
        ("Pacific Time", "America/Los_Angeles"),
        ("British Columbia", "America/Vancouver"),
        ("Mumbai", "Asia/Kolkata"),
        ("India Standard", "Asia/Kolkata"),
        ("Japan", "Asia/Tokyo"),
        ("Kiev", "Europe/Kiev"),
        ("sao paulo", "America/Sao_Paulo"),
        ("Central European", "Europe/Berlin"),
        ("Germany", "Europe/Berlin"),
        ("America/Chic", "America/Chicago"),
    ],
)
def test_what_people_type_offers_its_zone_first(typed: str, first: str) -> None:
    assert offered(typed)[0] == first


def test_clocks_that_never_change_have_one_name() -> None:
    says = dict(zone_suggestions(ENGLISH))
    assert says["America/Phoenix"].startswith("Mountain Standard Time (MST): Phoenix, ")
    assert says["America/Denver"].startswith("Mountain Time (MST, MDT): Denver, ")
    assert says["Asia/Kolkata"].endswith(", Mumbai, New Delhi, Pune, India")
    assert says["America/Bogota"] == "Colombia Standard Time: Bogota, Colombia"
    assert says["Etc/UTC"] == ""


def test_every_zone_is_offered_once_and_nothing_else() -> None:
    zones = [each.zone for each in zone_suggestions(ENGLISH)]
    assert sorted(zones) == sorted(known_zones())
    assert zones.index("US/Eastern") > zones.index("Pacific/Wallis"), "former names stand last"


def test_each_suggestion_leads_to_its_zone() -> None:
    for locale in (ENGLISH, GERMAN):
        for zone, says in zone_suggestions(locale):
            if says:
                assert zone_of(f" {says.upper()} ", locale) == zone_of(f"{zone}  {says}", locale) == zone
    assert zone_of("Eastern Time", ENGLISH) == ""
    assert zone_of("", ENGLISH) == ""
    assert set(FORMER.values()) <= known_zones()


def test_in_another_language_both_spellings_lead_there() -> None:
    assert offered("Tokio", GERMAN) == offered("Tokyo", GERMAN) == ["Asia/Tokyo"]
    assert "Europe/Berlin" in offered("Mitteleuropäische", GERMAN)
