"""A disk that is full, and one that may not be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import httpx

from tests.cli.terminal import environment, wait_for
from tests.databases import only_postgres, only_sqlite
from tests.end_to_end.installation import PASSWORD, Reader
from tests.faults.cluster import running_cluster
from tests.faults.disks import fill, read_only, small_disk
from tests.faults.load import ACCEPTED, Load, Sent, all_is_there_once, caller, crowd
from tests.faults.rounds import by_chance, either, report, rounds
from tests.faults.town import ADS, ANA, BO, DESTINATION, Town, town


@only_postgres
def test_a_full_disk_of_postgresql(tmp_path: Path, open_folder: Path) -> None:
    """A log that can't go on ends the server; it is started again once there is room, and nothing else is."""
    rng = by_chance()
    with small_disk(open_folder / "disk", 120) as disk, running_cluster(disk, WITHOUT_RESERVES) as cluster:
        place = town(tmp_path / "data", tmp_path / "log", TEXTMETER_DATABASE_URL=cluster.url)
        accepted: list[Sent] = []
        with place.house.running():
            for _ in rounds(1, 10):
                load = place.load(rng)
                with crowd(load, size=3, pause=0.005):
                    wait_for(lambda load=load: len(load.accepted) > 20, "the server to answer")
                    going = len(load.answers)
                    filler = fill(disk)
                    wait_for(lambda load=load: refused(load) > 30, "deliveries to be refused", 120)
                    check_the_phone(place, rng)
                    filler.unlink()
                    if not cluster.is_up:
                        cluster.start()
                    wait_for(
                        lambda load=load: load.answers[-1].code == 204, "deliveries to be taken again", 120
                    )
                    taken = len(load.answers)
                others = [one for one in load.answers if one.sent.what != "voice"]
                assert {one.code for one in others} == {200, 204, 503}
                certain = [*load.answers[:going], *others, *load.answers[taken:]]
                accepted += {id(one.sent): one.sent for one in certain if one.code in ACCEPTED}.values()
            place.settle()
        report(f"{len(accepted):,} deliveries answered")
        all_is_there_once(place.house, accepted)
    assert "Traceback" not in place.said


# No log files kept for later: what is written soon needs new room.
WITHOUT_RESERVES = "min_wal_size = 32MB\nwal_recycle = off\nwal_init_zero = off\n"


@only_sqlite
def test_a_full_disk_refuses_deliveries_shows_pages_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    rng = by_chance()
    with small_disk(tmp_path / "disk", 64) as disk:
        place = town(disk / "data", tmp_path / "log")
        accepted: list[Sent] = []
        with place.house.running():
            ana = place.house.signed_in(ANA)
            for n in rounds(1, 20):
                accepted += fill_up_and_make_room(place, ana, disk, rng)
                if n == 0:  # later ones are too many tries of one address
                    place.house.signed_in(BO)
            place.settle()
        report(f"{len(accepted):,} deliveries answered")
        all_is_there_once(place.house, accepted)
    assert "Traceback" not in place.said


def fill_up_and_make_room(place: Town, ana: Reader, disk: Path, rng: Random) -> list[Sent]:
    """The deliveries that were kept for certain."""
    load = place.load(rng)
    with crowd(load, pause=0.01):
        wait_for(lambda: len(load.accepted) > 20, "the server to answer")
        wait_for(lambda: ana.messages(place.shop, range="all_time"), "the worker to apply some")
        going = len(load.answers)
        filler = fill(disk)
        wait_for(lambda: refused(load) > 30, "deliveries to be refused")
        check_pages(place, ana)
        check_the_phone(place, rng)
        load.stop.wait(rng.uniform(0, either(1, 8)))
        filler.unlink()
        wait_for(lambda: load.answers[-1].code == 204, "deliveries to be taken again")
        taken = len(load.answers)
        wait_for(lambda: len(load.answers) > taken + 20, "more of them")
    voice = {one.code for one in load.answers if one.sent.what == "voice"}
    others = [one for one in load.answers if one.sent.what != "voice"]
    assert (voice, {one.code for one in others}) == ({200}, {200, 204, 503})
    assert {one.headers["retry-after"] for one in others if one.code == 503} == {"5"}
    certain = [*load.answers[:going], *others, *load.answers[taken:]]
    return list({id(one.sent): one.sent for one in certain if one.code in ACCEPTED}.values())


def refused(load: Load) -> int:
    return load.codes[503]


def check_pages(place: Town, ana: Reader) -> None:
    """Who is signed in reads on; who wants to sign in is told."""
    assert "Google Ads" in ana.conversations(place.shop)
    assert ana.messages(place.shop, range="all_time")
    timeline = ana.timeline_path(place.shop, ana.messages(place.shop)[0]["customer_number"])
    assert "Text Message Frequency" in ana.page(timeline)
    with httpx.Client(base_url=place.house.url, follow_redirects=True, timeout=20) as bo:
        page = bo.get("/sign-in/")
        assert page.status_code == 200
        token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        fields = {"csrfmiddlewaretoken": token, "login": BO, "password": PASSWORD}
        answer = bo.post("/sign-in/", data=fields, headers={"Referer": f"{place.house.url}/sign-in/"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "its disk is full" in answer.text


def check_the_phone(place: Town, rng: Random) -> None:
    load = Load(place.house.url, place.key, [ADS], rng)
    call = next(talk[0] for talk in iter(load.talk, None) if talk[0].what == "voice")
    with caller() as client:
        answer = load.post(client, call)
    assert answer.code == 200
    assert f"{DESTINATION}</Number></Dial>" in answer.text


def test_a_data_folder_for_reading_only_is_said_in_one_line_at_the_start(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4) as disk, read_only(disk):
        for command in (["serve"], ["work"], ["check"]):
            ran = subprocess.run(
                [sys.executable, "-m", "textmeter", *command],
                env=environment(disk),
                capture_output=True,
                text=True,
                check=False,
            )
            assert (ran.returncode, ran.stdout) == (2, "")
            assert ran.stderr == (
                f"textmeter: TEXTMETER_DATA_DIR is “{disk}”; allowed: a folder that can be written"
                " (Read-only file system).\n"
            )
