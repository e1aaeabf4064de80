"""Demo and simulator from the command line on a running server, and a server that is killed under them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from tests.cli.terminal import wait_for
from tests.databases import rows_of
from tests.end_to_end.conftest import ADS, WEB
from tests.end_to_end.installation import ACCOUNT, TOKEN, Installation, Reader
from textmeter.ledger.trackers import Tracker
from textmeter.lib.days import now_ms
from textmeter.sample.carrier_api import CarrierApi
from textmeter.sample.live_pace import steadily
from textmeter.sample.posting import NO_ANSWER, Posted, Simulated, post_all
from textmeter.sample.traffic import Delivery, Traffic


def test_a_simulator_on_the_sample_leaves_everything_right(tmp_path: Path) -> None:
    house = Installation(tmp_path)
    made = house.json("demo", "--messages", "150", "--seed", "3")
    assert "Nobody answers at" in refused(house, "simulate", "--connection", made["connection"])
    with house.running():
        told = house.json(
            *("simulate", "--connection", made["connection"], "--rate", "60", "--count", "100", "--seed", "5")
        )
        assert (sum(told["sent"].values()), told["answered"].keys() <= {"200", "204"}) == (100, True)
        assert sum(told["answered"].values()) == 100
        assert told["fetched"] > 0
        ana = house.person("ana@example.com", "reporting", made["company"])
        rows = settled(ana, made["company"])
        assert len(rows) > 150
        assert len({one["carrier_ref"] for one in rows}) == len(rows)
        assert all(one["body"] for one in rows if one["media_count"] == "0")
        assert house.json("check") == {"differences": []}
        assert house.json("quarantine", "list") == []
    assert house.json("demo", "--messages", "150", "--seed", "3")["company"] == made["company"]
    house.cli("demo", "--remove")
    assert house.json("company", "list") == []


def test_kill_9_under_load_loses_and_doubles_nothing_that_was_answered(tmp_path: Path) -> None:
    house = Installation(tmp_path)
    shop = house.company("Piedmont Dental")
    lines = [
        Tracker(int(shop), 1, number, name, "", "+14045550199", True, 0)
        for number, name in ((ADS, "Ads"), (WEB, "Web"))
    ]
    for line in lines:
        house.tracker(shop, line.number, line.name, "--destination", line.destination)
    api = CarrierApi(ACCOUNT, ACCOUNT, TOKEN)
    api.start()
    key = house.connection(shop, ACCOUNT, "--api-url", api.url)
    traffic = Traffic(Random(4), trackers=lines, known=[], api=api, now=now_ms)
    accepted: list[Delivery] = []
    for round in range(3):
        with house.running():
            killer = threading.Timer(1.0, house.kill_9)
            if round < 2:
                killer.start()
            accepted += posted(
                traffic, house.url, key, how_many=250 if round < 2 else 50, is_killed=round < 2
            )
            if round < 2:
                killer.join()
                continue
            ana = house.person("ana@example.com", "reporting", shop)
            rows = settled(ana, shop)
            refs = [one["carrier_ref"] for one in rows]
            texts = {one.ref for one in accepted if one.what in ("message", "status")}
            assert len(texts) > 50
            assert texts <= set(refs)
            assert len(set(refs)) == len(refs)
            calls = call_refs(house.folder)
            assert {one.ref for one in accepted if one.what == "voice"} <= set(calls)
            assert len(set(calls)) == len(calls)
            assert house.json("check") == {"differences": []}
    api.stop()


def posted(
    traffic: Iterator[Delivery], url: str, key: str, *, how_many: int, is_killed: bool
) -> list[Delivery]:
    """What was answered 2xx; the rest found nobody, for the server had been killed."""
    addresses = {
        what: f"{url}/hooks/{key}/{what}"
        for what in ("message", "status", "voice", "voice-status", "dial-status", "recording")
    }
    accepted: list[Delivery] = []
    simulated, stop = Simulated(), threading.Event()

    def hear(one: Posted) -> None:
        simulated.add(one)
        if one.is_accepted:
            accepted.append(one.delivery)

    post_all(
        islice(traffic, how_many),
        addresses=addresses,
        signed_as=addresses,
        secret=TOKEN,
        pause=steadily(150),
        report=hear,
        stop=stop,
    )
    assert simulated.answered.keys() <= {"200", "204", NO_ANSWER}
    assert accepted
    assert bool(simulated.answered[NO_ANSWER]) is is_killed
    return accepted


def settled(reader: Reader, company: str) -> list[dict[str, str]]:
    """The message file once nothing waits for its words any more."""

    def complete() -> list[dict[str, str]] | None:
        rows = reader.messages(company, range="all_time")
        wordless = [one for one in rows if not one["body"] and one["media_count"] == "0"]
        return rows if rows and not wordless else None

    found: list[dict[str, str]] = wait_for(complete, "every text's words", within=60)
    return found


def call_refs(folder: Path) -> list[str]:
    return [ref for (ref,) in rows_of(folder, "SELECT carrier_ref FROM ledger_call")]


def refused(house: Installation, *arguments: str) -> str:
    with pytest.raises(AssertionError) as said:
        house.cli(*arguments)
    return str(said.value)
