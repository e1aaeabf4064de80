"""What people change while deliveries come in or wait: a zone, the owner of a number, a company that goes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.terminal import wait_for
from tests.end_to_end.installation import TOKEN, Installation
from tests.faults.load import Load, all_is_there_once, crowd, waits
from tests.faults.rounds import by_chance, either, report, rounds
from tests.faults.town import ADS, DESTINATION, NOBODY, OTHERS, Town, town

ZONES = ("Asia/Kathmandu", "Pacific/Apia", "America/Los_Angeles", "Europe/Berlin", "Pacific/Kiritimati")


@pytest.fixture
def place(tmp_path: Path) -> Town:
    return town(tmp_path / "data", tmp_path / "log")


def test_a_company_moves_to_other_zones_while_its_texts_come_in(place: Town) -> None:
    rng = by_chance()
    with place.house.running():
        load = place.load(rng)
        with crowd(load, size=4, pause=0.1):
            for n in rounds(2, 60):
                before = len(load.accepted)
                zone = ZONES[n % len(ZONES)]
                place.house.cli("company", "set", place.shop, "--time-zone", zone)
                if n % 3 == 2:
                    place.house.cli("rebuild")
                wait_for(lambda before=before: len(load.accepted) > before + 20, "more deliveries")
        place.settle()
    assert load.codes.keys() <= {200, 204}
    report(f"{len(load.accepted):,} deliveries answered")
    all_is_there_once(place.house, load.accepted)


def test_a_number_changes_hands_while_its_texts_wait(place: Town) -> None:
    """What came before belongs to its owner of then; what still comes on the old connection after it is put
    aside with a reason that doesn't name the new owner."""
    load = Load("", place.key, [ADS], by_chance())
    with place.house.running("--no-worker"):
        load.url = place.house.url
        with crowd(load, size=2):
            wait_for(lambda: len(load.accepted) > either(30, 500), "deliveries that wait")
        before = list(load.accepted)
        other = place.house.company("Next Door")
        place.house.tracker(other, ADS, "Taken over", "--hand-over")
        with crowd(load, size=2):
            wait_for(lambda: len(load.accepted) > len(before) + either(30, 500), "more of them")
    after = load.accepted[len(before) :]
    assert waits(place.house) == len(load.accepted)
    with place.house.running():
        place.settle()
    assert refs(place.house, place.shop) >= {one.ref for one in before}
    assert refs(place.house, other) == set()
    late = {one.ref for one in after} - {one.ref for one in before}
    assert late & refs(place.house, place.shop) == set()
    aside = place.house.json("quarantine", "list", "--company", place.shop)
    assert {one["reason"] for one in aside} == {"unknown_number"}
    kept_apart = sum(one.what == "voice-status" for one in after)  # it names no number
    assert len(after) - kept_apart <= len(aside) <= len(after)
    assert not any("Next Door" in str(one) or other in str(one) for one in aside)
    assert place.house.json("quarantine", "list", "--company", other) == []
    assert place.house.json("check") == {"differences": []}


def test_a_company_is_removed_while_its_texts_come_and_wait(place: Town) -> None:
    """It goes whole, whatever the worker has in its hands; its neighbour notices nothing."""
    rng = by_chance()
    gone = []
    for _ in rounds(1, 30):
        sample, key = add_sample(place.house)
        with place.house.running():
            ours = place.load(rng)
            theirs = Load(place.house.url, key, [OTHERS], rng)
            with crowd(ours, 2, 0.02), crowd(theirs, 4, 0.02):
                wait_for(lambda theirs=theirs: len(theirs.accepted) > 60, "the sample's deliveries")
                place.house.cli("demo", "--remove")
                wait_for(lambda theirs=theirs: theirs.answers[-1].code == 404, "its webhooks to be gone")
            place.settle()
        assert ours.codes.keys() <= {200, 204}
        assert theirs.codes.keys() <= {200, 204, 404}
        gone += ours.accepted
        assert left_of(place.house, sample) == {}
    all_is_there_once(place.house, gone)


def add_sample(house: Installation) -> tuple[str, str]:
    """A sample company with one number; its id and the key of its connection."""
    code = f"""
from textmeter.cli.ground import set_up_django
set_up_django()
from textmeter.accounts.models import Company
from textmeter.intake.connections import add_connection
from textmeter.ledger.trackers import add_tracker
made = Company.objects.create(name="Sample", time_zone="UTC", is_sample=True)
add_tracker(made.id, number={OTHERS!r}, name="Line", destination={DESTINATION!r})
more = dict(account_sid="AC" + "2" * 32, secret={TOKEN!r}, api_url={NOBODY!r}, is_sample=True)
print(made.id, add_connection(made, **more).key)
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=house.environment, capture_output=True, text=True, check=True)
    company, key = done.stdout.split()
    return company, key


def refs(house: Installation, company: str) -> set[str]:
    sql = "SELECT carrier_ref FROM ledger_{} WHERE company_id = {}"
    return {ref for what in ("message", "call") for (ref,) in house.rows(sql.format(what, company))}


def left_of(house: Installation, company: str) -> dict[str, int]:
    """Rows of a company by table, where there are any."""
    tables = (
        *("message", "call", "customer", "conversation", "conversation_tracker", "early", "opt_out"),
        *("volume_hour", "volume_tracker", "change", "tracker", "number_owner", "rebuild"),
    )
    names = [f"ledger_{one}" for one in tables] + ["intake_receipt", "intake_connection", "intake_fetch"]
    counts = {
        name: house.rows(f"SELECT count(*) FROM {name} WHERE company_id = {company}")[0][0] for name in names
    }
    return {name: count for name, count in counts.items() if count}
