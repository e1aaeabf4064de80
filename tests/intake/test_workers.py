"""Several workers on PostgreSQL: companies side by side, one at a time for each, woken when texts come."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from tests.cli.terminal import wait_for
from tests.databases import only_postgres
from tests.intake.twilio import connect, inbound, post
from tests.ledger.rows import rows
from tests.scene import company, put, text, tracker
from textmeter.carriers.seen import TextSeen
from textmeter.intake import bell
from textmeter.intake.claims import LastingClaim, claimed
from textmeter.intake.worker import Work, is_running, run
from textmeter.ledger.check import check
from textmeter.ledger.rebuild import change_zone
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import BadHandOver, NumberTaken, add_tracker
from textmeter.ledger.turns import Lock, take_turn

pytestmark = [only_postgres, pytest.mark.django_db(transaction=True)]
ANN, BOB = "+17705550101", "+17705550102"


@contextmanager
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    """Threads with connections of their own, closed at the end."""
    with ThreadPoolExecutor(4, initializer=connection.ensure_connection) as pool:
        yield pool
        list(pool.map(lambda _: (time.sleep(0.05), connection.close()), range(4)))


def test_writers_of_one_company_take_turns_and_nothing_derived_goes_stale() -> None:
    shop = company()
    line = tracker(shop)
    seen = [
        text(shop, line, random.choice([ANN, BOB]), f"text {n}", f"2026-03-04 09:{n // 60:02d}:{n % 60:02d}")
        for n in range(240)
    ]

    def some(place: int) -> None:
        for one in seen[place::4]:
            put(shop, one)

    with elsewhere() as pool:
        list(pool.map(some, range(4)))
    assert check() == []
    assert fetch("SELECT count(*) FROM ledger_message", []) == [(240,)]


def test_a_turn_ends_with_its_transaction() -> None:
    shop, other = company(), company("Other")
    order: list[str] = []

    def wait_for_it(company_id: int, name: str) -> None:
        with transaction.atomic():
            take_turn(company_id)
            order.append(name)

    with elsewhere() as pool:
        with transaction.atomic():
            take_turn(shop.id)
            late = pool.submit(wait_for_it, shop.id, "late")
            pool.submit(wait_for_it, other.id, "other").result(5)
            time.sleep(0.1)
            order.append("first")
        late.result(5)
    assert order == ["other", "first", "late"]


def test_what_one_worker_works_for_is_left_alone_by_the_others() -> None:
    shop, other = company(), company("Other")
    tracker(shop)
    tracker(other, "+14045550181")
    mine, theirs = connect(shop), connect(other)
    post(mine, "message", inbound("mine"))
    post(theirs, "message", inbound("theirs", to="+14045550181"))
    with elsewhere() as pool:
        with claimed(Lock.RECEIPTS, shop.id) as is_ours:
            assert is_ours
            assert pool.submit(Work().turn).result(5) == 1
        assert fetch("SELECT body FROM ledger_message", []) == [("theirs",)]
        assert pool.submit(Work().turn).result(5) == 1


def test_claims_are_one_process_s_and_end_with_its_connection() -> None:
    claim = LastingClaim(Lock.FETCHING)
    with elsewhere() as pool:
        assert claim.is_ours()
        assert claim.is_ours()
        assert not pool.submit(LastingClaim(Lock.FETCHING).is_ours).result(5)
        connection.close()
        other = LastingClaim(Lock.FETCHING)
        # The server ends the session a moment after its connection.
        assert wait_for(lambda: pool.submit(other.is_ours).result(5), "the claim to be free", within=5)
        assert not claim.is_ours()
        pool.submit(other.give_back).result(5)
    claim.give_back()


def test_a_text_wakes_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """They would look by themselves only long after."""
    monkeypatch.setattr(bell, "LOOK_ANYWAY", 5.0)
    shop = company()
    tracker(shop)
    twilio = connect(shop)
    stop = threading.Event()
    loops = [threading.Thread(target=run, args=[stop]) for _ in range(2)]
    for one in loops:
        one.start()
    try:
        deadline = time.monotonic() + 5
        while bell.workers() < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert is_running()
        time.sleep(0.3)
        post(twilio, "message", inbound("quick"))
        began = time.monotonic()
        while not fetch("SELECT 1 FROM ledger_message", []) and time.monotonic() - began < 4:
            time.sleep(0.02)
        assert time.monotonic() - began < 2
    finally:
        stop.set()
        for one in loops:
            one.join()
    # The server notices a moment later that they have gone.
    wait_for(lambda: bell.workers() == 0, "the server to notice")
    assert not is_running()


def test_a_worker_without_its_bell_looks_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "LOOK_ANYWAY", 0.05)
    one = bell.Bell()
    one.listen()
    assert bell.workers() == 1
    fetch("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE classid = %s", [int(Lock.WORKER)])
    one.wait(threading.Event())
    assert bell.workers() == 0
    one.wait(threading.Event())
    assert bell.workers() == 1
    one.close()


def test_two_companies_that_want_one_number_at_once() -> None:
    """One gets it, the other is told."""
    shops = [company(f"Shop {n}") for n in range(4)]

    def take(owner: int) -> bool:
        try:
            add_tracker(owner, number="+14045550180", name="Main line")
        except NumberTaken:
            return False
        return True

    with elsewhere() as pool:
        got = list(pool.map(take, [one.id for one in shops]))
    assert sorted(got) == [False, False, False, True]


def test_numbers_change_hands_while_texts_come_and_a_zone_changes() -> None:
    """No two wait for each other for ever, and what is derived is right at the end."""
    shop, other = company(), company("Other", "Asia/Kolkata")
    line = tracker(shop)
    at = 1_772_600_000_000

    def texts(place: int) -> None:
        for n in range(40):
            put(shop, text(shop, line, (ANN, BOB)[n % 2], f"{place} {n}", at + n * 60_000 + place))

    def give_away(_: int) -> None:
        for n in range(20):
            try:
                add_tracker(other.id, number=line.number, name="Taken", owns_from=at + (20 + n) * 60_000)
            except (BadHandOver, NumberTaken):
                time.sleep(0.01)

    def move(_: int) -> None:
        for zone in ("Asia/Kathmandu", "America/New_York", "Pacific/Apia"):
            change_zone(shop, zone)

    with elsewhere() as pool:
        tasks = [pool.submit(job, n) for n, job in enumerate((texts, texts, give_away, move))]
        for task in tasks:
            task.result(30)
    assert check() == []


def test_shuffled_doubled_deliveries_over_three_writers_make_the_rows_of_their_order() -> None:
    shop, plain = company(), company("Plain")
    line, other_line = tracker(shop), tracker(plain, "+14045550181")
    whole: list[TextSeen] = []
    for n in range(60):
        one = text(shop, line, (ANN, BOB)[n % 2], f"text {n}", f"2026-03-04 {n % 24:02d}:00")
        whole += [one, one._replace(body=None, segments=2, arrived_at=one.arrived_at + 9)]
    put(plain, *(one._replace(to_number=other_line.number) for one in whole))
    twice = whole * 2
    random.Random(7).shuffle(twice)
    with elsewhere() as pool:
        list(pool.map(lambda place: [put(shop, one) for one in twice[place::3]], range(3)))
    assert check() == []
    assert rows(shop) == rows(plain)
