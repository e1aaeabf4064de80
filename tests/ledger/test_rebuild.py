"""`rebuild` derives everything again; a change of zone moves everything, whatever comes meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.databases import SERVER
from tests.ledger.rows import rows
from tests.ledger.tables import calls_of, conversations, messages, table
from tests.scene import answers, calls, company, put, says, text, tracker
from textmeter.accounts.models import Company
from textmeter.ledger import rebuild as rebuilding
from textmeter.ledger import volume_recount
from textmeter.ledger.check import check
from textmeter.ledger.rebuild import change_zone, go_on, mark_for_rebuild, rebuild, unfinished
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.trackers import Tracker
from textmeter.ledger.volume_recount import recount_volume
from textmeter.lib.days import UnknownZone

pytestmark = pytest.mark.django_db
PEOPLE = [f"+1404555011{digit}" for digit in range(8)]


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "STEP_CUSTOMERS", 2)
    monkeypatch.setattr(rebuilding, "STEP_SECONDS", 60)


def busy() -> tuple[Company, Tracker]:
    shop = company()
    line = tracker(shop)
    for place, person in enumerate(PEOPLE):
        says(shop, line, person, "Hi", at=f"2026-03-04 2{place % 4}:30")
        answers(shop, line, person, "Hello", at="2026-03-05 00:30")
        says(shop, line, person, "stop" if place == 3 else "Bye", at="2026-03-05 12:00")
    calls(shop, line, PEOPLE[0], at="2026-03-05 00:30", seconds=10)
    calls(shop, line, "anonymous", at="2026-03-05 00:30")
    return shop, line


def test_a_change_of_zone_moves_messages_calls_and_all_that_hangs_on_them(small_steps: None) -> None:
    """Changing a company's zone re-derives everything of it; it says how many conversations moved."""
    shop, _ = busy()
    stranger = company("Stranger")
    says(stranger, tracker(stranger, "+14045550190"), PEOPLE[0], "Hi", at="2026-03-05 00:30")
    before = rows(stranger)
    seen: list[tuple[int, int]] = []
    # At 0:30 in New York it is still the day before in Chicago: 8 conversations lose that message.
    assert change_zone(shop, "America/Chicago", lambda done, total: seen.append((done, total))) == 8
    assert seen == [(2, 8), (4, 8), (6, 8), (8, 8)]
    assert Company.objects.get(pk=shop.id).time_zone == shop.time_zone == "America/Chicago"
    assert set(conversations(shop, "local_date, total")) == {(20260304, 2), (20260305, 1)}
    assert calls_of(shop, "local_date, local_hour") == [(20260304, 23), (20260304, 23)]
    assert check() == []
    assert rows(stranger) == before
    assert unfinished() == []


def test_a_step_ends_as_soon_as_somebody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    shop, _ = busy()
    monkeypatch.setattr(rebuilding, "TOGETHER", 3)
    monkeypatch.setattr(rebuilding, "STEP_SECONDS", 60)
    for waits, steps in ((False, [(8, 8)]), (True, [(3, 8), (6, 8), (8, 8)])):
        seen: list[tuple[int, int]] = []
        monkeypatch.setattr(rebuilding, "is_awaited", lambda waits=waits: waits)
        mark_for_rebuild(shop.id)
        go_on(shop.id, lambda done, total, seen=seen: seen.append((done, total)))
        assert seen == steps
    assert check() == []


def test_the_rows_are_those_of_a_company_that_was_always_there(small_steps: None) -> None:
    shop, _ = busy()
    change_zone(shop, "America/St_Johns")
    moved = rows(shop)
    assert change_zone(shop, "America/St_Johns") == 0
    change_zone(shop, "Pacific/Honolulu")
    change_zone(shop, "America/St_Johns")
    assert rows(shop) == moved


def test_an_unknown_zone_changes_nothing() -> None:
    shop, _ = busy()
    with pytest.raises(UnknownZone):
        change_zone(shop, "EST")
    assert Company.objects.get(pk=shop.id).time_zone == "America/New_York"


class Crash(Exception):
    pass


def crash_after(steps: int) -> Any:
    def progress(done: int, total: int) -> None:
        if done >= steps:
            raise Crash

    return progress


def test_after_a_crash_in_the_midst_everything_that_comes_is_right_and_it_goes_on(small_steps: None) -> None:
    shop, line = busy()
    with pytest.raises(Crash):
        change_zone(shop, "America/Chicago", crash_after(4))
    assert [mark[:2] for mark in unfinished()] == [(shop.id, "America/Chicago")]
    # One whose turn had come, one whose turn hasn't, and a new one; the caller's company is an old copy.
    old = Company(id=shop.id, name=shop.name, time_zone="America/New_York")
    for person in (PEOPLE[0], PEOPLE[7], "+14045550170"):
        put(old, text(old, line, person, "Anyone?", at="2026-03-05 00:10"))
    anyone = [row[1:] for row in messages(shop, "body, local_date, local_hour") if row[0] == "Anyone?"]
    assert anyone == [(20260304, 23)] * 3
    # The one whose turn hasn't come has moved with all that they had: no days of both zones.
    ((behind,),) = fetch(
        "SELECT id FROM ledger_customer WHERE company_id = %s AND number = %s", [shop.id, PEOPLE[7]]
    )
    days = table(shop, "conversation", "customer_id, local_date, total", "local_date")
    assert [row[1:] for row in days if row[0] == behind] == [(20260304, 3), (20260305, 1)]
    assert change_zone(shop, "America/Chicago") == 8
    assert check() == []
    assert unfinished() == []


def test_volume_counted_again_in_the_midst_of_a_change_of_zone_is_right(small_steps: None) -> None:
    """A rebuild may come to its counts when somebody moves the company, however far."""
    shop, _ = busy()
    change_zone(shop, "Pacific/Kiritimati")
    with pytest.raises(Crash):
        change_zone(shop, "Pacific/Pago_Pago", crash_after(4))
    recount_volume(shop.id)
    change_zone(shop, "Pacific/Pago_Pago")
    assert check() == []


def test_volume_is_right_at_every_step(small_steps: None) -> None:
    """Each step is whole in itself: the volume always is what the messages' days say."""
    shop, _ = busy()

    def progress(done: int, total: int) -> None:
        counted = fetch(
            "SELECT local_date, local_hour, SUM(1 - direction), SUM(direction) FROM ledger_message"
            " WHERE company_id = %s GROUP BY 1, 2 ORDER BY 1, 2",
            [shop.id],
        )
        assert counted == table(
            shop, "volume_hour", "local_date, local_hour, inbound, outbound", "local_date, local_hour"
        )

    change_zone(shop, "America/Chicago", progress)


def test_another_zone_in_the_midst_starts_over(small_steps: None) -> None:
    shop, _ = busy()
    with pytest.raises(Crash):
        change_zone(shop, "America/Chicago", crash_after(4))
    change_zone(shop, "Pacific/Honolulu")
    assert check() == []


WRECKS = [
    "UPDATE ledger_conversation SET total = total + 1, tracker_id = 5",
    "DELETE FROM ledger_conversation",
    "UPDATE ledger_conversation_tracker SET inbound = 9",
    "INSERT INTO ledger_conversation_tracker"
    " SELECT company_id, customer_id, local_date, 7, 1, 1, 1, 0, 0, NULL FROM ledger_conversation",
    "UPDATE ledger_conversation_tracker SET shared = 1 - shared, first_response_ms = 5",
    "DELETE FROM ledger_conversation_count",
    "UPDATE ledger_conversation_count SET bucket = bucket + 1, unanswered = 5",
    "INSERT INTO ledger_conversation_count SELECT company_id, 7, 20200101, 3, 1, 1, 1 FROM ledger_change",
    "DELETE FROM ledger_conversation_count WHERE local_date < 0",
    "INSERT INTO ledger_new_customer SELECT company_id, 20200101, 1 FROM ledger_change",
    "UPDATE ledger_new_customer SET customers = customers + 1",
    "DELETE FROM ledger_customer_tracker",
    "UPDATE ledger_customer_tracker SET first_date = 20200101",
    "UPDATE ledger_message SET local_hour = 3, local_date = 20250101",
    "UPDATE ledger_call SET local_hour = 3",
    "DELETE FROM ledger_volume_hour",
    "UPDATE ledger_volume_tracker SET outbound = outbound + 1",
    "INSERT INTO ledger_volume_hour SELECT company_id, 20200101, 5, 1, 1 FROM ledger_change",
    "DELETE FROM ledger_opt_out",
    "DELETE FROM ledger_customer_part",
    "INSERT INTO ledger_customer_part SELECT company_id, 'zzz', id FROM ledger_customer",
    "UPDATE ledger_customer SET waiting_since = 5, opted_out_by = 3, first_text_at = 1, last_text_at = NULL",
    "UPDATE ledger_message SET spot = spot + 2",
    "UPDATE ledger_message SET spot = spot + 281474976710656",
    "UPDATE ledger_conversation SET spot = spot + 1",
    *(
        (
            "DELETE FROM ledger_message_words",
            "UPDATE ledger_message_words SET words = words || 'more'::tsvector"
            " WHERE spot IN (SELECT spot FROM ledger_message WHERE body = 'Bye')",
            "INSERT INTO ledger_message_words SELECT company_id, spot + 1000000, 'more'::tsvector"
            " FROM ledger_message WHERE body = 'Bye'",
        )
        if SERVER
        else (
            "INSERT INTO ledger_message_words (ledger_message_words) VALUES ('delete-all')",
            "INSERT INTO ledger_message_words (rowid, words)"
            " SELECT spot, 'more' FROM ledger_message WHERE body = 'Bye'",
            "INSERT INTO ledger_message_words (rowid, words)"
            " SELECT spot + 1000000, company_id || '§500§more' FROM ledger_message WHERE body = 'Bye'",
        )
    ),
]


@pytest.mark.parametrize("wreck", WRECKS)
def test_check_finds_what_is_wrong_and_rebuild_rights_it(wreck: str) -> None:
    shop, _ = busy()
    whole = rows(shop)
    assert check() == []
    run(wreck, [])
    assert check() != []
    assert check(shop.id) != []
    assert check(company("Another").id) == []
    assert rebuild(shop) == len(whole["conversation"])
    assert check() == []
    assert rows(shop) == whole


def test_a_rebuild_of_one_company_asks_about_no_other() -> None:
    shop, _ = busy()
    stranger = company("Stranger")
    says(stranger, tracker(stranger, "+14045550190"), PEOPLE[0], "Hi", at="2026-03-05 00:30")
    with CaptureQueriesContext(connection) as asked:
        rebuild(shop)
    statements = [one["sql"] for one in asked]
    assert any(str(shop.id) in one for one in statements)
    assert [one for one in statements if str(stranger.id) in one] == []


def test_check_says_what_stands_there_and_what_should() -> None:
    shop = company()
    line = tracker(shop)
    says(shop, line, PEOPLE[0], "Hi", at="2026-03-04 09:00")
    run("UPDATE ledger_volume_hour SET inbound = 3", [])
    (found,) = check()
    assert (found.company_id, found.table, found.key) == (shop.id, "ledger_volume_hour", "20260304/9")
    assert found.stored == {"inbound": 3, "outbound": 0}
    assert found.recounted == {"inbound": 1, "outbound": 0}


@pytest.mark.django_db(transaction=True)
def test_check_reads_outside_any_transaction_of_a_writer() -> None:
    shop, _ = busy()
    assert check() == []
    assert rebuild(shop) > 0
    assert check() == []


@pytest.mark.parametrize("together", [1, 4, 600])
def test_days_are_counted_again_however_many_at_a_time(
    together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days before 1990 and after 2074, which share one span of spots, among them; and a stranger's days."""
    monkeypatch.setattr(volume_recount, "TOGETHER", together)
    shop, other = company(), company("Other")
    line, more = tracker(shop), tracker(shop, "+14045550181")
    for day in (
        "1985-06-01",
        "1989-12-31",
        "1990-01-01",
        "2026-03-08",
        "2026-03-09",
        "2074-12-31",
        "2075-01-01",
    ):
        says(shop, line, PEOPLE[0], "Hi", at=f"{day} 09:00")
        answers(shop, more, PEOPLE[0], "Hello", at=f"{day} 10:00")
        says(shop, line, PEOPLE[1], "Hi", at=f"{day} 23:59")
    says(other, tracker(other, "+14045550182"), PEOPLE[0], "Hi", at="2026-03-08 09:00")
    for which in ("volume_hour", "volume_tracker"):
        run(f"UPDATE ledger_{which} SET inbound = inbound + 1 WHERE company_id = %s", [shop.id])
    run(
        "UPDATE ledger_conversation_count SET conversations = conversations + 1 WHERE company_id = %s",
        [shop.id],
    )
    run(
        "INSERT INTO ledger_volume_hour (company_id, local_date, local_hour, inbound, outbound)"
        " VALUES (%s, 20260401, 5, 1, 0)",
        [shop.id],
    )
    recount_volume(shop.id)
    assert check() == []
