"""DOMAIN.md, "Who owns a number" and "Numbers that may text"."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.ledger.rows import rows
from tests.ledger.tables import calls_of, customers, messages
from tests.scene import at_ms, calls, company, put, says, text, tracker
from textmeter.carriers.seen import CallSeen, Direction, Source, Status, TextSeen
from textmeter.ledger.check import check
from textmeter.ledger.record import Outcome
from textmeter.ledger.remove import remove_ledger
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.trackers import (
    BadHandOver,
    BadNumber,
    NumberTaken,
    Owner,
    add_tracker,
    owner_at,
    owners_of,
    trackers_of,
)
from textmeter.ledger.trackers import tracker as tracker_by_id

pytestmark = pytest.mark.django_db
ANN = "+14045550112"
NUMBER = "+14045550180"


def test_the_first_tracker_of_a_number_owns_it_from_the_beginning_of_time() -> None:
    shop = company()
    line = tracker(
        shop, "(404) 555-0180", "Main", source="Google", destination="404-555-0100", record_calls=True
    )
    assert (line.number, line.destination, line.record_calls) == (NUMBER, "+14045550100", True)
    assert trackers_of(shop.id) == [line]
    assert tracker_by_id(shop.id, line.id) == line
    assert tracker_by_id(company("Stranger").id, line.id) is None
    assert owners_of([NUMBER, "+14045550199"]) == {NUMBER: [Owner(NUMBER, 0, None, shop.id, line.id)]}
    says(shop, line, ANN, "Long ago", at="1999-03-04 09:00")
    assert messages(shop, "local_date") == [(19990304,)]


def test_a_taken_number_needs_a_hand_over() -> None:
    shop, other = company(), company("Other")
    line = tracker(shop, name="Secret name")
    with pytest.raises(NumberTaken) as taken:
        add_tracker(other.id, number=NUMBER, name="New")
    assert (taken.value.company_id, taken.value.name) == (shop.id, "Secret name")
    assert "Secret" not in str(taken.value)
    with pytest.raises(BadHandOver):
        add_tracker(other.id, number=NUMBER, name="New", owns_from=0)
    assert trackers_of(other.id) == []
    new = add_tracker(other.id, number=NUMBER, name="New", owns_from=1000)
    owners = owners_of([NUMBER])[NUMBER]
    assert owners == [Owner(NUMBER, 0, 1000, shop.id, line.id), Owner(NUMBER, 1000, None, other.id, new.id)]
    assert [owner_at(owners, at) for at in (0, 999, 1000, 10**15)] == [
        owners[0],
        owners[0],
        owners[1],
        owners[1],
    ]
    assert owner_at(owners[:1], 1000) is None


@pytest.mark.parametrize("number", ["", "abc", "12", "+1404", "+999999999999999999"])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(BadNumber, match="is not a phone number"):
        add_tracker(company().id, number=number, name="x")


def test_giving_the_number_away_leaves_the_past_as_it_was() -> None:
    """A message keeps the tracker that owned the number at its instant, to the millisecond."""
    shop, other = company(), company("Other")
    line = tracker(shop)
    moment = at_ms(shop, "2026-03-04 12:00")
    new = tracker(other, NUMBER, "New", owns_from=moment)
    before, after = (text(shop, line, ANN, "Hi", at) for at in (moment - 1, moment))
    assert put(shop, before, after) == [Outcome.ADDED, Outcome.OTHER_COMPANY]
    assert put(other, before, after) == [Outcome.OTHER_COMPANY, Outcome.ADDED]
    assert messages(shop, "sent_at, tracker_id") == [(moment - 1, line.id)]
    assert messages(other, "sent_at, tracker_id") == [(moment, new.id)]
    assert check() == []


def test_a_better_time_finds_the_tracker_of_that_time() -> None:
    """Within one company: the message moves to the tracker that owned the number then."""
    shop = company()
    old = tracker(shop, name="Old")
    new = tracker(shop, NUMBER, "New", owns_from=at_ms(shop, "2026-03-04 12:00"))
    put(
        shop,
        text(
            shop,
            old,
            ANN,
            "Hi",
            "2026-03-04 13:00",
            source=Source.WEBHOOK,
            carrier_time=None,
            carrier_ref="SM1",
        ),
    )
    assert messages(shop, "tracker_id") == [(new.id,)]
    put(shop, text(shop, old, ANN, "Hi", "2026-03-04 11:00", carrier_ref="SM1"))
    assert messages(shop, "tracker_id") == [(old.id,)]
    assert check() == []


def test_a_status_that_comes_after_the_hand_over_still_finds_its_message() -> None:
    """Whatever came first: refused where the message isn't known, it is merged once it is."""
    shop, other = company(), company("Other")
    line = tracker(shop)
    moment = at_ms(shop, "2026-03-04 12:00")
    tracker(other, NUMBER, "New", owns_from=moment)
    sent = text(
        shop, line, ANN, "Hi", moment - 1, direction=Direction.OUTBOUND, status=Status.SENT, carrier_ref="SM1"
    )
    late = text(
        shop,
        line,
        ANN,
        None,
        moment + 1,
        direction=None,
        source=Source.STATUS,
        carrier_time=None,
        carrier_ref="SM1",
        status=Status.DELIVERED,
        from_number=NUMBER,
        to_number=ANN,
    )
    assert put(shop, late) == [Outcome.OTHER_COMPANY]
    assert put(shop, sent) == [Outcome.ADDED]
    assert put(shop, late) == [Outcome.KNOWN]
    assert messages(shop, "status, sent_at, tracker_id") == [(Status.DELIVERED, moment - 1, line.id)]


def test_numbers_of_no_one_and_of_strangers_are_refused() -> None:
    shop, stranger = company(), company("Stranger")
    line, theirs = tracker(shop), tracker(stranger, "+14045550190")
    empty = rows(shop)
    unknown = text(shop, line, ANN, "Hi", "2026-03-04 09:00", to_number="+14045550199")
    foreign = text(shop, theirs, ANN, "Hi", "2026-03-04 09:00")
    assert put(shop, unknown, foreign) == [Outcome.UNKNOWN_NUMBER, Outcome.OTHER_COMPANY]
    assert all(outcome.is_refused for outcome in (Outcome.UNKNOWN_NUMBER, Outcome.OTHER_COMPANY))
    assert rows(shop) == empty
    assert rows(stranger) == empty
    assert fetch("SELECT * FROM ledger_change", []) == []
    tracker(shop, "+14045550199", "Added later")
    assert put(shop, unknown) == [Outcome.ADDED]


@pytest.mark.parametrize(
    "number", ["+18005550180", "+17872345678", "+12423221234", "+447400123456", "+525512345678"]
)
def test_only_local_us_and_canadian_trackers_text_and_all_take_calls(number: str) -> None:
    shop = company()
    line = tracker(shop, number)
    assert put(shop, text(shop, line, ANN, "Hi", "2026-03-04 09:00")) == [Outcome.CANNOT_TEXT]
    calls(shop, line, ANN, at="2026-03-04 09:00")
    assert len(calls_of(shop, "id")) == 1
    assert messages(shop, "id") == []


@pytest.mark.parametrize("customer", ["24273", "ACME", "+18005550199", "+18762345678", "+447400123456"])
def test_the_customers_side_is_free(customer: str) -> None:
    """Any number, short code or alphanumeric sender; the raw string where it doesn't parse."""
    shop = company()
    says(shop, tracker(shop), customer, "Hi", at="2026-03-04 09:00")
    assert customers(shop, "number") == [(customer,)]


def test_where_both_numbers_are_ours_the_direction_given_counts() -> None:
    shop = company()
    one, two = tracker(shop), tracker(shop, "+14045550181", "Two")
    numbers = {"from_number": one.number, "to_number": two.number}
    for ref, source, direction in (
        ("SM1", Source.WEBHOOK, Direction.INBOUND),
        ("SM2", Source.WEBHOOK, Direction.OUTBOUND),
        ("SM3", Source.STATUS, None),
        ("SM4", Source.WEBHOOK, None),
        ("SM5", Source.HISTORY, Direction.OUTBOUND),
    ):
        put(
            shop,
            TextSeen(
                carrier="twilio", carrier_ref=ref, source=source, arrived_at=1, direction=direction, **numbers
            ),
        )
    stored = {
        ref: (direction, line)
        for ref, direction, line in messages(shop, "carrier_ref, direction, tracker_id")
    }
    assert stored == {
        "SM1": (0, two.id),
        "SM2": (1, one.id),
        "SM3": (1, one.id),
        "SM4": (0, two.id),
        "SM5": (1, one.id),
    }


def test_otherwise_the_direction_follows_from_which_number_is_ours_but_history_knows() -> None:
    shop = company()
    line = tracker(shop)
    base = {"carrier": "twilio", "arrived_at": 1, "from_number": NUMBER, "to_number": ANN}
    webhook = TextSeen(carrier_ref="SM1", source=Source.WEBHOOK, direction=Direction.INBOUND, **base)
    silent = TextSeen(carrier_ref="SM2", source=Source.HISTORY, **base)
    history = TextSeen(carrier_ref="SM3", source=Source.HISTORY, direction=Direction.INBOUND, **base)
    assert put(shop, webhook, silent, history) == [Outcome.ADDED, Outcome.ADDED, Outcome.UNKNOWN_NUMBER]
    assert messages(shop, "direction, tracker_id") == [(1, line.id), (1, line.id)]


def test_removing_a_company_leaves_nothing_of_it_and_all_of_the_others() -> None:
    shop, stranger = company(), company("Stranger")
    line, theirs = tracker(shop), tracker(stranger, "+14045550190")
    for owner, number in ((shop, line), (stranger, theirs)):
        says(owner, number, ANN, "Stop", at="2026-03-04 09:00")
        calls(owner, number, ANN, at="2026-03-04 09:00")
        put(owner, CallSeen(carrier="twilio", carrier_ref="CAx", source=Source.STATUS, arrived_at=1))
    kept, none = rows(stranger), {name: [] for name in rows(stranger)}
    remove_ledger(shop.id)
    assert rows(shop) == none
    assert rows(stranger) == kept
    assert trackers_of(shop.id) == []
    assert owners_of([NUMBER]) == {}
    assert check() == []


def test_what_the_company_has_since_the_hand_over_comes_over_to_the_new_tracker() -> None:
    """A message or call keeps the tracker that owned the number at its instant, whenever that is told."""
    shop, stranger = company(), company("Stranger")
    first = tracker(shop, NUMBER, "First")
    tracker(stranger, "+14045550181")
    for at in ("2026-01-01 09:00", "2026-03-01 09:00"):
        says(shop, first, ANN, "Hi", at)
        calls(shop, first, ANN, at, seconds=60)
        calls(shop, first, "anonymous", at)
    second = tracker(shop, NUMBER, "Second", owns_from=at_ms(shop, "2026-02-01 00:00"))
    assert messages(shop, "local_date, tracker_id") == [(20260101, first.id), (20260301, second.id)]
    assert sorted(calls_of(shop, "local_date, tracker_id")) == sorted(
        [(20260101, first.id)] * 2 + [(20260301, second.id)] * 2
    )
    assert fetch(
        "SELECT local_date, tracker_id FROM ledger_conversation WHERE company_id = %s ORDER BY local_date",
        [shop.id],
    ) == [(20260101, first.id), (20260301, second.id)]
    assert check() == []


def test_a_number_changes_companies_only_after_the_last_text_on_it() -> None:
    shop, other = company(), company("Other")
    first = tracker(shop, NUMBER, "First")
    says(shop, first, ANN, "Hi", "2026-03-01 09:00")
    with pytest.raises(BadHandOver):
        tracker(other, NUMBER, "Theirs", owns_from=at_ms(shop, "2026-03-01 09:00"))
    assert trackers_of(other.id) == []
    tracker(other, NUMBER, "Theirs", owns_from=at_ms(shop, "2026-03-01 09:00") + 1)
    assert check() == []


def test_check_finds_a_message_on_another_tracker_than_its_instant_s() -> None:
    shop = company()
    first = tracker(shop, NUMBER, "First")
    says(shop, first, ANN, "Hi", "2026-03-01 09:00")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_number_owner SET until_at = 5 WHERE company_id = %s", [shop.id])
    tracker(shop, NUMBER, "Second", owns_from=10)
    found = [(one.table, one.stored, one.recounted) for one in check()]
    assert [table for table, _, _ in found] == ["ledger_message"]


def test_ids_of_trackers_are_short_and_rise_over_all_companies() -> None:
    """Those of former releases are long, and count for nothing here."""
    shop, other = company(), company("Other")
    lines = [tracker(shop), tracker(other, "+14045550990"), tracker(shop, "+14045550181")]
    run("UPDATE ledger_number_owner SET tracker_id = %s WHERE tracker_id = %s", [1 << 60, lines[0].id])
    lines.append(tracker(other, "+14045550991"))
    ids = [line.id for line in lines]
    assert ids == sorted(set(ids))
    assert all(100_000 < id < 100_000 + 4 * 61 for id in ids)
