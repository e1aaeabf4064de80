"""DOMAIN.md, "Order decides nothing": which of several deliveries counts, field by field; statuses that
come early; strange content."""

from __future__ import annotations

from random import Random

import pytest
from django.db import transaction

from tests.ledger.rows import rows
from tests.ledger.tables import customers, messages, table
from tests.reports.asking import chosen
from tests.scene import company, put, says, text, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import Direction, Media, Place, Source, Status, TextSeen
from textmeter.ledger.check import check
from textmeter.ledger.customers import name_customer
from textmeter.ledger.record import Outcome, record
from textmeter.ledger.text_times import unpacked_times
from textmeter.reports.conversations import log_page

pytestmark = pytest.mark.django_db
ANN, OURS = "+14045550112", "+14045550180"
T = 1_772_600_000_000


def seen(source: Source, step: int, **more: object) -> TextSeen:
    fields = {"carrier": "twilio", "carrier_ref": "SM1", "from_number": ANN, "to_number": OURS} | more
    return TextSeen(source=source, arrived_at=T + step, **fields)  # type: ignore[arg-type]


def test_the_best_source_then_the_earliest_then_the_lesser_content() -> None:
    shop = company()
    tracker(shop)
    for delivery, code in (
        (seen(Source.STATUS, 9, error_code="30009"), "30009"),
        (seen(Source.STATUS, 8, error_code="30008"), "30008"),
        (seen(Source.STATUS, 8, error_code="30007"), "30007"),
        (seen(Source.STATUS, 8, error_code="30008"), "30007"),
        (seen(Source.WEBHOOK, 99, error_code="30099"), "30099"),
        (seen(Source.STATUS, 1, error_code="30001"), "30099"),
        (seen(Source.HISTORY, 200), "30099"),  # nothing known is ever blanked
        (seen(Source.HISTORY, 300, error_code="30300"), "30300"),
    ):
        put(shop, delivery)
        assert messages(shop, "error_code") == [(code,)]


def statuses(shop: Company) -> dict[int, int]:
    """Of its only message, each with its instant."""
    ((stored, facts, status, sent_at),) = messages(shop, "statuses, facts, status, sent_at")
    return unpacked_times((stored, facts), {}, status, sent_at)[0]


def test_a_message_shows_the_highest_status_and_keeps_each_with_its_earliest_time() -> None:
    shop = company()
    tracker(shop)
    for step, status in (
        (5, Status.DELIVERED),
        (2, Status.QUEUED),
        (7, Status.SENT),
        (3, Status.SENT),
        (9, Status.UNDELIVERED),
        (9, Status.UNKNOWN),
    ):
        put(shop, seen(Source.STATUS, step, status=status, from_number=OURS, to_number=ANN))
    assert messages(shop, "status") == [(Status.DELIVERED,)]
    assert statuses(shop) == {20: T + 2, 40: T + 3, 80: T + 9, 90: T + 5}


def test_a_status_with_both_numbers_makes_a_message_without_words_that_counts() -> None:
    shop = company()
    tracker(shop)
    status = seen(Source.STATUS, 5, status=Status.SENT, from_number=OURS, to_number=ANN)
    with transaction.atomic():
        first = record(shop, [status])
    assert (first.outcomes, first.wordless) == ([Outcome.ADDED], [("twilio", "SM1")])
    assert messages(shop, "body, direction, sent_at_source") == [(None, 1, 2)]
    assert table(shop, "volume_hour", "inbound, outbound", "1") == [(0, 1)]
    filled = seen(
        Source.HISTORY,
        9,
        carrier_time=T,
        body="Hello",
        direction=Direction.OUTBOUND,
        from_number=OURS,
        to_number=ANN,
    )
    with transaction.atomic():
        second = record(shop, [filled])
    assert (second.outcomes, second.wordless) == ([Outcome.CHANGED], [])
    assert messages(shop, "body, sent_at, sent_at_source") == [("Hello", T, 0)]
    assert check() == []


def test_a_status_of_an_unknown_message_is_kept_apart_until_it_is_known() -> None:
    shop = company()
    tracker(shop)
    bare = {"from_number": None, "to_number": None}
    early = seen(Source.STATUS, 5, status=Status.DELIVERED, media=(Media("https://x", "image/png"),), **bare)
    again = seen(Source.STATUS, 4, status=Status.DELIVERED, media=(Media("https://x", "image/png"),), **bare)
    assert put(shop, early, again) == [Outcome.KEPT_APART] * 2
    assert put(shop, early) == [Outcome.KEPT_APART]
    assert len(rows(shop)["early"]) == 1
    assert messages(shop, "id") == []
    assert table(shop, "change", "number", "number") == []
    assert put(shop, seen(Source.WEBHOOK, 9, body="Hi", from_number=OURS, to_number=ANN)) == [Outcome.ADDED]
    assert rows(shop)["early"] == []
    assert messages(shop, "status, media") == [(Status.DELIVERED, '[["https://x","image/png"]]')]
    assert statuses(shop) == {90: T + 4}
    assert put(shop, early) == [Outcome.KNOWN]


def test_the_same_again_changes_nothing_and_says_so() -> None:
    shop = company()
    tracker(shop)
    hi = seen(Source.WEBHOOK, 5, body="Hi")
    assert put(shop, hi, hi) == [Outcome.ADDED, Outcome.KNOWN]
    number = table(shop, "change", "number", "number")
    assert put(shop, hi) == [Outcome.KNOWN]
    assert table(shop, "change", "number", "number") == number
    assert put(shop) == []


def test_better_parties_move_the_message_to_its_right_customer() -> None:
    shop = company()
    tracker(shop)
    put(shop, seen(Source.STATUS, 5, body="stop", from_number="+14045550199", customer_name="Wrong"))
    put(shop, seen(Source.WEBHOOK, 6))
    assert customers(shop, "number, first_text_at, opted_out_by IS NULL, heard_name") == [
        (ANN, T + 6, 0, ""),
        ("+14045550199", None, 1, "Wrong"),
    ]
    assert table(shop, "conversation", "total", "1") == [(1,)]
    assert check() == []


def test_what_is_heard_of_a_customer_comes_from_the_best_delivery_part_by_part() -> None:
    shop = company()
    tracker(shop)
    put(shop, seen(Source.WEBHOOK, 5, customer_name="ANN LEE", place=Place("ATLANTA", "GA", "", "US")))
    put(shop, seen(Source.WEBHOOK, 9, carrier_ref="SM2", place=Place("", "FL", "30303", "")))
    put(shop, seen(Source.HISTORY, 99, carrier_ref="SM3", customer_name="Ann Lée"))
    columns = "heard_name, city, state, zip, country, name, folded_name, sort_name"
    assert customers(shop, columns) == [
        ("Ann Lée", "ATLANTA", "GA", "30303", "US", "Ann Lée", "ann lee", "ann lee")
    ]


def test_a_given_name_stands_before_the_heard_one_and_derivation_never_touches_it() -> None:
    """DOMAIN.md, "What people write by hand"."""
    shop, stranger = company(), company("Stranger")
    tracker(shop)
    put(shop, seen(Source.WEBHOOK, 5))
    assert customers(shop, "name, sort_name") == [("", "14045550112")]
    ((id,),) = customers(shop, "id")
    with pytest.raises(LookupError):
        name_customer(stranger.id, id, "Mine", by="eve", now=1)
    name_customer(shop.id, id, "  Dr. Ann ", by="joe@example.com", now=1)
    put(shop, seen(Source.WEBHOOK, 4, customer_name="Heard"))
    assert customers(shop, "name, heard_name, folded_name, sort_name") == [
        ("Dr. Ann", "Heard", "dr ann", "dr ann")
    ]
    assert table(shop, "customer_words", "name, written_by, written_at", "1") == [
        ("Dr. Ann", "joe@example.com", 1)
    ]
    name_customer(shop.id, id, "", by="joe@example.com", now=2)
    assert customers(shop, "name, sort_name") == [("Heard", "heard")]
    assert table(shop, "customer_words", "name", "1") == []


STRANGE = [
    {"body": "a\0b", "agent": "\0", "customer_name": "x\ud800y"},
    {"body": "\udfff"},
    {"body": "x" * 100_000},
    {"segments": 10**30, "error_code": "\0"},
    {"carrier_time": -1},
    {"carrier_time": 10**18},
    {"carrier_ref": "S\0M"},
    {"from_number": "\0", "place": Place("\0", "\ud800")},
    {"from_number": ""},
    {"media": (Media("\0", "\ud800"),)},
    {"from_number": "+" + "9" * 500},
]


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_content_is_cleaned_and_kept(strange: dict[str, object]) -> None:
    """NUL in a text becomes U+FFFD in the ledger."""
    shop = company()
    tracker(shop)
    delivery = seen(Source.WEBHOOK, 5, **strange)
    assert put(shop, delivery) == [Outcome.ADDED]
    assert put(shop, delivery) == [Outcome.KNOWN]
    assert messages(shop, "sent_at") == [(T + 5,)]
    if strange.get("body") == "a\0b":
        assert messages(shop, "body, agent") == [("a\ufffdb", "\ufffd")]
    assert check() == []


def test_strange_content_of_an_unknown_message_is_kept_too() -> None:
    shop = company()
    bare = seen(Source.STATUS, 5, from_number=None, to_number=None, body="\ud800\0", carrier_ref="\0")
    assert put(shop, bare) == [Outcome.KEPT_APART]


def test_the_search_index_follows_the_words() -> None:
    shop, stranger = company(), company("Stranger")
    line = tracker(shop)
    tracker(stranger, "+14045550190")

    def found(word: str, owner: Company, days: str = "range=last_30_days") -> int:
        return log_page(chosen(owner, f"q={word}&{days}")).conversations or 0

    says(shop, line, ANN, "Größe, please!", at="2026-03-04 09:00", carrier_ref="SM1", source=Source.WEBHOOK)
    assert (found("grosse", shop), found("please", stranger)) == (1, 0)
    put(shop, text(shop, line, ANN, "Price", "2026-03-04 09:00", carrier_ref="SM1"))
    assert (found("grosse", shop), found("price", shop)) == (0, 1)
    says(shop, line, ANN, "!!!", at="2026-03-04 09:00")
    assert check() == []


@pytest.mark.parametrize("signs", ["abcdefghijklmnopqrstuvwxyz0123456789", "äöüßéø雨🎉\ufdfa"])
def test_names_and_numbers_of_any_length_fit_into_every_database_s_indexes(signs: str) -> None:
    shop = company()
    line = tracker(shop)
    long = "".join(Random(7).choices(signs, k=20_000))
    says(shop, line, long, "Hi", at="2026-03-04 09:00", customer_name=long)
    says(shop, line, long, "Again", at="2026-03-04 09:01")
    ((number, name, sort_name),) = customers(shop, "number, heard_name, sort_name")
    assert (number, name) == (long[:200], long[:500])
    assert len(sort_name) <= 600
    assert check(shop.id) == []
