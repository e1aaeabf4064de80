"""docs/domain.md, "Erasing a customer": words, names and addresses of before go and never come back; counts,
times, directions and statuses stay, and so does an opt-out. Order decides nothing here either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.rows import Rows, rows
from tests.ledger.tables import customers, messages, table
from tests.reports.asking import chosen
from tests.scene import answers, at_ms, calls, company, put, says, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import CallSeen, Direction, Media, Recording, Seen, Source, Status, TextSeen
from textmeter.ledger.calls import CallOutcome
from textmeter.ledger.check import check
from textmeter.ledger.customers import name_customer
from textmeter.ledger.erase import begin_erasure, erase_texts
from textmeter.ledger.rebuild import change_zone, rebuild
from textmeter.ledger.record import record
from textmeter.ledger.statements import fetch, run
from textmeter.reports.conversations import log_page

pytestmark = pytest.mark.django_db
ANN, BEN, OURS = "+14045550112", "+14045550113", "+14045550180"
T = 1_772_600_000_000
E = T + 10_000  # the erasure
FLU = "I have the flu"
PHOTO = (Media("https://api.example/Media/ME1", "image/jpeg"),)


def seen(source: Source, step: int, **more: Any) -> TextSeen:
    fields = {"carrier": "twilio", "carrier_ref": "SM1", "from_number": ANN, "to_number": OURS} | more
    return TextSeen(source=source, arrived_at=T + step, **fields)


def erase(shop: Company, number: str = ANN, at: int = E) -> None:
    ((id,),) = fetch(
        "SELECT id FROM ledger_customer WHERE company_id = %s AND number = %s", [shop.id, number]
    )
    begin_erasure(shop, id, at)
    erase_texts(shop.id, id)
    assert (1,) not in customers(shop, "erasing")


def shop_with_ann() -> Company:
    shop = company()
    tracker(shop)
    put(
        shop,
        seen(
            Source.WEBHOOK, 1, body=FLU, status=Status.RECEIVED, customer_name="ANN LEE", media=PHOTO
        ),
        seen(Source.WEBHOOK, 2, body="Stop!", status=Status.RECEIVED, carrier_ref="SM2"),
        seen(
            Source.HISTORY, 3, body="Poor Ann", status=Status.DELIVERED, carrier_ref="SM3",
            carrier_time=T + 3, from_number=OURS, to_number=ANN, direction=Direction.OUTBOUND, agent="Maria",
        ),
        seen(Source.STATUS, 4, status=Status.SENT, carrier_ref="SM4", from_number=OURS, to_number=ANN),
    )  # fmt: skip
    return shop


def found(shop: Company, word: str) -> int:
    return log_page(chosen(shop, f"q={word}&range=all_time")).conversations or 0


def words_left(shop: Company) -> list[Any]:
    """Everything in every table of the company that is text."""
    return [row for some in rows(shop).values() for row in some]


def nothing_is_left(shop: Company) -> None:
    left = repr(words_left(shop))
    for word in ("flu", "Poor", "LEE", "lee", "ME1", "Doctor"):
        assert word not in left
        assert found(shop, word) == 0


def test_words_names_and_addresses_go_and_all_else_stays() -> None:
    shop = shop_with_ann()
    before = rows(shop)
    assert found(shop, "flu") == 1
    erase(shop)
    nothing_is_left(shop)
    assert messages(shop, "carrier_ref, body, media, erased, status, agent, sent_at") == [
        ("SM1", "", '[["","image/jpeg"]]', 1, Status.RECEIVED, None, T + 1),
        ("SM2", "Stop!", None, 1, Status.RECEIVED, None, T + 2),
        ("SM3", "", None, 1, Status.DELIVERED, "Maria", T + 3),
        ("SM4", "", None, 1, Status.SENT, None, T + 4),
    ]
    assert customers(shop, "number, name, heard_name, sort_name") == [(ANN, "", "", "14045550112")]
    after = rows(shop)
    for unchanged in ("conversation", "conversation_tracker", "volume_hour", "opt_out", "conversation_count"):
        assert after[unchanged] == before[unchanged]
    assert found(shop, "stop") == 1
    assert check() == []


def test_what_was_said_before_never_comes_back() -> None:
    shop = shop_with_ann()
    erase(shop)
    late = [
        seen(Source.WEBHOOK, 1, body=FLU, status=Status.RECEIVED, customer_name="ANN LEE", media=PHOTO),
        seen(Source.HISTORY, 90_000, body=FLU, status=Status.RECEIVED, carrier_time=T + 1),
        seen(
            Source.HISTORY, 90_000, body="Poor", carrier_ref="SM4", carrier_time=T + 4,
            from_number=OURS, to_number=ANN,
        ),
        seen(Source.STATUS, 90_000, carrier_ref="SM3", status=Status.READ, from_number=OURS, to_number=ANN),
        seen(
            Source.HISTORY, 90_000, body="New to us: flu", carrier_ref="SM9", carrier_time=T - 5,
            customer_name="ANN LEE",
        ),
        seen(Source.WEBHOOK, 90_000, body=FLU, status=Status.RECEIVED),  # the carrier's second try
    ]  # fmt: skip
    with transaction.atomic():
        recorded = record(shop, late)
    assert (recorded.wordless, recorded.erased) == ([], set(range(6)))
    nothing_is_left(shop)
    assert ("SM3", Status.READ) in messages(shop, "carrier_ref, status")
    rebuild(shop)
    change_zone(shop, "Asia/Kathmandu")
    nothing_is_left(shop)
    assert check() == []


def test_what_comes_after_is_kept_as_usual() -> None:
    shop = shop_with_ann()
    erase(shop)
    put(shop, seen(Source.WEBHOOK, 10_001, body="Me again", carrier_ref="SM5", customer_name="Annie"))
    assert messages(shop, "body, erased")[-1] == ("Me again", None)
    assert customers(shop, "name") == [("Annie",)]
    assert found(shop, "again") == 1
    name_customer(shop.id, fetch("SELECT id FROM ledger_customer", [])[0][0], "Dr. Ann", "joe", 1)
    assert customers(shop, "name") == [("Dr. Ann",)]
    erase(shop, at=E + 5_000)
    assert customers(shop, "name") == [("",)]
    assert table(shop, "customer_words", "name", "1") == []
    assert found(shop, "again") == 0


def test_an_opt_out_holds_on_and_later_words_count() -> None:
    shop = company()
    line = tracker(shop)
    says(shop, line, ANN, "STOP", "2026-03-04 09:00")
    erase(shop, at=at_ms(shop, "2026-03-04 12:00"))
    assert customers(shop, "opted_out_by IS NOT NULL") in ([(1,)], [(True,)])
    says(shop, line, ANN, "stop", "2026-03-04 08:00")  # of before, and heard of only now
    answers(shop, line, ANN, "START", "2026-03-04 08:30")  # an agent's word is no opt-in, and goes
    assert table(shop, "opt_out", "at", "at") == [(at_ms(shop, f"2026-03-04 0{hour}:00"),) for hour in (8, 9)]
    assert messages(shop, "direction, body") == [(0, "stop"), (1, ""), (0, "STOP")]
    assert check() == []


def test_the_stranger_with_the_same_customer_keeps_every_word() -> None:
    shop, stranger = shop_with_ann(), company("Stranger & Sons")
    theirs = tracker(stranger, "+14045550190")
    says(stranger, theirs, ANN, "I have the flu", "2026-03-04 09:00", customer_name="ANN LEE")
    before = rows(stranger)
    erase(shop)
    assert rows(stranger) == before
    assert found(stranger, "flu") == 1


def test_another_customer_of_the_company_keeps_every_word() -> None:
    shop = shop_with_ann()
    put(shop, seen(Source.WEBHOOK, 1, body="Mine", carrier_ref="SM7", from_number=BEN, customer_name="Ben"))
    erase(shop)
    assert ("SM7", "Mine") in messages(shop, "carrier_ref, body")
    assert customers(shop, "name")[-1] == ("Ben",)


def test_recordings_lose_their_address() -> None:
    shop = company()
    line = tracker(shop)
    at = at_ms(shop, "2026-03-04 09:00")
    voicemail = Recording("RE1", "https://api.example/RE1", 9, is_voicemail=True)
    said = calls(shop, line, ANN, at, recording=voicemail, customer_name="ANN LEE")
    erase(shop, at=at + 60_000)
    kept = "recording_ref, recording_url, recording_seconds, outcome"
    assert table(shop, "call", kept, "1") == [("RE1", None, 9, CallOutcome.VOICEMAIL)]
    put(shop, replace(said, arrived_at=at + 90_000, source=Source.WEBHOOK))
    put(shop, said)
    assert "api.example" not in repr(words_left(shop))
    assert customers(shop, "name") == [("",)]
    assert check() == []


def test_a_late_callback_of_a_call_of_before_brings_no_name() -> None:
    shop = company()
    line = tracker(shop)
    at = at_ms(shop, "2026-03-04 09:00")
    said = calls(shop, line, ANN, at, seconds=60, customer_name="ANN LEE")
    erase(shop, at=at + 30_000)  # while they still talk
    put(shop, replace(said, source=Source.STATUS, carrier_time=None, arrived_at=at + 60_000))
    assert customers(shop, "name") == [("",)]
    put(
        shop,
        replace(said, carrier_ref="CA9", arrived_at=at + 90_000, carrier_time=None, customer_name="Annie"),
    )
    assert customers(shop, "name") == [("Annie",)]


def test_a_crash_in_the_midst_is_carried_on() -> None:
    shop = shop_with_ann()
    ((id,),) = fetch("SELECT id FROM ledger_customer", [])
    begin_erasure(shop, id, E)
    assert customers(shop, "name") == [("",)]
    assert customers(shop, "erasing") == [(1,)]
    assert check() == []  # it is known to be under way
    rebuild(shop)
    nothing_is_left(shop)
    assert customers(shop, "erasing") == [(None,)]


def test_check_finds_words_that_should_be_gone() -> None:
    shop = shop_with_ann()
    run("UPDATE ledger_customer SET erased_to = %s", [E])
    assert sorted([(one.stored, one.recounted) for one in check()], key=str) == [
        ({"erased": None, "body": "I have the flu"}, {"erased": 1, "body": ""}),
        ({"erased": None, "body": "Poor Ann"}, {"erased": 1, "body": ""}),
        ({"erased": None, "body": "Stop!"}, {"erased": 1, "body": "Stop!"}),
        ({"erased": None, "body": None}, {"erased": 1, "body": ""}),
    ]
    rebuild(shop)
    assert found(shop, "flu") == 0
    assert check() == []
    run("UPDATE ledger_message SET body = %s WHERE carrier_ref = %s", ["!!!", "SM1"])
    assert [one.stored for one in check()] == [{"erased": 1, "body": "!!!"}]


def test_nobody_of_that_id() -> None:
    shop, stranger = shop_with_ann(), company("Stranger & Sons")
    ((id,),) = fetch("SELECT id FROM ledger_customer WHERE company_id = %s", [shop.id])
    with pytest.raises(LookupError):
        begin_erasure(stranger, id, E)
    assert found(shop, "flu") == 1


_steps = st.sampled_from((0, 5_000, 10_000, 10_001, 20_000))
_late = st.sampled_from((10_001, 20_000))
_REFS = {
    "SM1": (ANN, Direction.INBOUND, "flu"),
    "SM2": (ANN, Direction.OUTBOUND, "Poor Ann"),
    "SM3": (ANN, Direction.INBOUND, "stop"),
    "SM5": (ANN, Direction.INBOUND, "After"),
    "SM4": (BEN, Direction.INBOUND, "Mine"),
}


@st.composite
def deliveries(draw: st.DrawFn) -> Seen:
    """Those of one text agree on whose it is, on its words, and on when the carrier says that it was. Names
    are said with what arrived before, and of what began after."""
    if draw(st.integers(0, 3)) == 0:
        ref = draw(st.sampled_from(("CA1", "CA2", "CA3")))
        step = draw(_late if ref == "CA3" else _steps)
        is_named = step <= 10_000 or ref == "CA3"
        address = draw(st.sampled_from(("", f"https://api.example/{ref}")))
        return CallSeen(
            carrier="twilio", carrier_ref=ref, source=draw(st.sampled_from(Source)), arrived_at=T + step,
            from_number=ANN, to_number=OURS, carrier_time=T - 1_000 if ref == "CA1" else None,
            recording=Recording("RE1", address, 5, True) if address else None,
            customer_name=draw(st.sampled_from((None, "ANN LEE"))) if is_named else None,
        )  # fmt: skip
    ref = draw(st.sampled_from(sorted(_REFS)))
    customer, direction, body = _REFS[ref]
    source, step = draw(st.sampled_from(Source)), draw(_late if ref == "SM5" else _steps)
    is_named = customer == ANN and direction == Direction.INBOUND and (step <= 10_000 or ref == "SM5")
    pair = (customer, OURS) if direction == Direction.INBOUND else (OURS, customer)
    if source == Source.STATUS and draw(st.booleans()):
        pair = None, None
    return seen(
        source, step, carrier_ref=ref, from_number=pair[0], to_number=pair[1], direction=direction,
        status=draw(st.sampled_from((Status.QUEUED, Status.SENT, Status.DELIVERED))),
        body=None if source == Source.STATUS else draw(st.sampled_from((None, body))),
        media=draw(st.sampled_from((None, PHOTO))),
        carrier_time=T + (10_001 if ref == "SM5" else -1) if source == Source.HISTORY else None,
        customer_name=draw(st.sampled_from((None, "ANN LEE", "Ann"))) if is_named and pair[0] else None,
    )  # fmt: skip


def left_by(before: Sequence[Seen], after: Sequence[Seen], one_by_one: bool) -> Rows:
    with transaction.atomic():
        shop = company()
        tracker(shop)
        put(shop, seen(Source.WEBHOOK, 0, body="flu", carrier_ref="SM0", status=Status.RECEIVED))
        put(shop, *before)
        erase(shop)
        for some in [[one] for one in after] if one_by_one else [after]:
            put(shop, *some)
        assert check() == []
        found = rows(shop)
        del found["customer_tracker"]
        transaction.set_rollback(True)
    return found


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(deliveries(), min_size=1, max_size=7), chance=st.data())
def test_before_or_after_the_erasure_leads_to_the_same_rows(said: list[Seen], chance: st.DataObject) -> None:
    """Of what had arrived at the erasure any part may be recorded later, in any order, and once more."""
    arrived = [one for one in said if one.arrived_at <= E]
    later = [one for one in said if one.arrived_at > E]
    again = chance.draw(st.lists(st.sampled_from(said), max_size=3))
    split = chance.draw(st.integers(0, len(arrived)))
    mixed = chance.draw(st.permutations(arrived))
    rest = chance.draw(st.permutations([*mixed[split:], *later, *again]))
    known = left_by(arrived, later, one_by_one=False)
    assert left_by(mixed[:split], rest, chance.draw(st.booleans())) == known
    for word in ("flu", "Poor", "LEE" if not later else "Poor"):
        assert word not in repr([row for row in known["message"] if row[2] == ANN and row[5] <= E])
