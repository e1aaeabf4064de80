"""DOMAIN.md, "Order decides nothing": every delivery twice, all shuffled, over several worker processes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest

from tests.faults.load import Load, Sent
from tests.faults.rounds import by_chance, either
from tests.faults.workers import at_work, settled
from tests.intake.twilio import FORM, connect
from tests.ledger.rows import rows
from tests.scene import company, tracker
from textmeter.intake.models import Connection
from textmeter.intake.receipts import Receipt, keep
from textmeter.intake.worker import work_once
from textmeter.ledger.check import check
from textmeter.ledger.statements import fetch

pytestmark = pytest.mark.django_db(transaction=True)
T = 1_772_686_800_000  # 2026-03-05 00:00 in New York
LINE = "+14045550180"


def test_shuffled_and_doubled_over_several_processes_they_make_the_rows_of_their_order(
    tmp_path: Path,
) -> None:
    rng = by_chance()
    deliveries = conversations(rng, either(40, 1500))
    plain = shop("In order", LINE)
    for at, sent in deliveries:
        keep(receipt(plain, at, sent))
    work_once()
    shops = [shop(f"Shop {n}", f"+1404555019{n}") for n in range(3)]
    again = [(at + rng.randrange(90_000), sent) for at, sent in deliveries]
    shuffled = [(place, at, sent) for place in shops for at, sent in [*deliveries, *again]]
    rng.shuffle(shuffled)
    with at_work(tmp_path / "log"):
        for place, at, sent in shuffled:
            keep(receipt(place, at, sent))
        settled()
    assert check() == []
    assert fetch("SELECT DISTINCT state FROM intake_receipt", []) == [(1,)]
    assert len(rows(plain.connection.company)["message"]) > 10
    for place in shops:
        assert rows_of(place) == rows_of(plain)
    assert "ERROR" not in (tmp_path / "log").read_text()


@dataclass(frozen=True, slots=True)
class Shop:
    connection: Connection
    number: str


def shop(name: str, number: str) -> Shop:
    owner = company(name)
    tracker(owner, number)
    return Shop(connect(owner), number)


def conversations(rng: Random, talks: int) -> list[tuple[int, Sent]]:
    """Deliveries with the time of their arrival, over some days."""
    load = Load("", "", [LINE], rng)
    found = []
    for _ in range(talks):
        at = T + rng.randrange(4 * 86_400_000)
        for sent in load.talk():
            at += rng.randrange(1, 5_000)
            found.append((at, sent))
    return sorted(found, key=lambda one: one[0])


def receipt(place: Shop, at: int, sent: Sent) -> Receipt:
    fields = {name: place.number if value == LINE else value for name, value in sent.fields.items()}
    body = replace(sent, fields=fields).body.encode()
    hook = place.connection
    return Receipt(hook.id, hook.company_id, sent.what, "http://x", {"content-type": FORM}, body, at)


def rows_of(place: Shop) -> str:
    """Each shop has its own number, and what the carrier said of a call is stored."""
    return repr(rows(place.connection.company)).replace(place.number, LINE)
