"""Spots: one number that says a text's day, customer, number and direction."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.ledger.tables import customers, messages, table
from tests.reports.asking import chosen
from tests.scene import answers, at_ms, company, put, says, text, tracker
from textmeter.accounts.models import Company
from textmeter.ledger.check import check
from textmeter.ledger.rebuild import change_zone
from textmeter.ledger.spots import (
    ODD_DAY,
    conversation_of,
    date_of,
    day_of,
    day_sql,
    month_of,
    spot_of,
    spot_sql,
    text_of,
)
from textmeter.ledger.statements import fetch
from textmeter.lib.days import as_key
from textmeter.reports.conversations import each_conversation, log_page
from textmeter.reports.figures import graph_and_figures
from textmeter.reports.messages import each_message

ANN, BOB = "+14045550112", "+14045550149"
ODD = (1970_01_01, 1989_12_31, 2075_01_01, 9998_12_31)


def days() -> list[int]:
    """Every day that spots tell apart."""
    first, last = date(1990, 1, 1), date(2074, 12, 31)
    return [as_key(first + timedelta(n)) for n in range((last - first).days + 1)]


def test_days_rise_and_lead_back_and_each_month_has_its_own_number() -> None:
    bits = [day_of(day) for day in days()]
    assert bits == sorted(set(bits))
    assert max(bits) < ODD_DAY
    assert [date_of(day) for day in bits] == days()
    months = {month_of(spot_of(day, 1, 1, 0)): day // 100 for day in days()}
    assert len(months) == 85 * 12
    assert {day_of(day) for day in ODD} == {ODD_DAY}


def test_a_spot_holds_what_was_put_in_and_stays_positive() -> None:
    spot = spot_of(2074_12_31, 2**29 - 1, 2**18 - 1, 1)
    assert 0 < spot < 2**63
    assert (spot & 1, text_of(spot)) == (1, 2**18 - 1)
    assert conversation_of(spot) == day_of(2074_12_31) << 29 | 2**29 - 1
    assert spot_of(9998_01_01, 2**29 - 1, 2**18 - 1, 1) == 2**63 - 1
    assert spot_of(2026_03_04, 5, 2**18 + 7, 0) == spot_of(2026_03_04, 5, 7, 0)


@pytest.mark.django_db
def test_databases_work_it_out_alike() -> None:
    rows = ",".join(f"({day}, 77, 12345, 1)" for day in (*days()[:400], *days()[::501], *ODD))
    spot = spot_sql("d.a", "d.b", "d.c", "d.e")
    sql = f"WITH d (a, b, c, e) AS (VALUES {rows}) SELECT d.a, {spot}, {day_sql('d.a')} FROM d"
    for day, spotted, bits in fetch(sql, []):
        assert (spotted, bits) == (spot_of(day, 77, 12345, 1), day_of(day))


@pytest.mark.django_db
def test_customers_and_texts_are_numbered() -> None:
    shop, other = company(), company("Other")
    line, their_line = tracker(shop), tracker(other, "+14045550190")
    says(shop, line, ANN, "One", at="2026-03-04 09:00", carrier_ref="A")
    says(other, their_line, ANN, "One", at="2026-03-04 09:00")
    says(shop, line, BOB, "One", at="2026-03-04 09:00", carrier_ref="B")
    answers(shop, line, ANN, "Two", at="2026-03-04 09:00", carrier_ref="C")
    says(shop, line, ANN, "Three", at="2026-03-05 09:00", carrier_ref="D")
    assert customers(shop, "number, nth, texts") == [(ANN, 1, 3), (BOB, 2, 1)]
    assert customers(other, "number, nth, texts") == [(ANN, 1, 1)]
    assert messages(shop, "carrier_ref, spot") == [
        ("A", spot_of(2026_03_04, 1, 1, 0)),
        ("B", spot_of(2026_03_04, 2, 1, 0)),
        ("C", spot_of(2026_03_04, 1, 2, 1)),
        ("D", spot_of(2026_03_05, 1, 3, 0)),
    ]
    assert table(shop, "conversation", "spot", "spot") == [
        (conversation_of(spot_of(day, nth, 0, 0)),)
        for day, nth in ((2026_03_04, 1), (2026_03_04, 2), (2026_03_05, 1))
    ]


@pytest.mark.django_db
def test_a_text_keeps_its_number_when_it_is_known_better_and_gets_another_with_another_customer() -> None:
    shop = company()
    line = tracker(shop)
    says(shop, line, ANN, "First", at="2026-03-04 09:00")
    for body, customer, at in (
        ("Hello", ANN, "2026-03-04 09:01"),
        ("Hello again", ANN, "2026-03-03 09:00"),
        ("Hello again", BOB, "2026-03-03 09:00"),
    ):
        put(shop, text(shop, line, customer, body, at, carrier_ref="SM1"))
        assert check() == []
    known = customers(shop, "number, nth, texts")
    ((spot,),) = fetch("SELECT spot FROM ledger_message WHERE carrier_ref = 'SM1'", [])
    number, nth, texts = next(one for one in known if one[1] == conversation_of(spot) % 2**29)
    assert (number, nth, text_of(spot)) in [(ANN, 1, 2), (BOB, 2, 1)]
    assert texts >= text_of(spot)
    assert found(shop, "q=again&range=all_time")[1] == ["Hello again"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("America/New_York", "Asia/Kolkata"),  # half an hour beside the hour
        ("America/St_Johns", "Pacific/Auckland"),
        ("Asia/Kolkata", "America/St_Johns"),
    ],
)
def test_words_go_with_their_texts_to_the_days_of_another_zone(before: str, after: str) -> None:
    """On days of 23 and of 25 hours too."""
    shop = company(time_zone=before)
    line = tracker(shop)
    for day in ("2026-03-07", "2026-03-08", "2026-03-09", "2026-10-31", "2026-11-01", "2026-11-02"):
        for hour in ("00:15", "01:45", "12:00", "20:00", "23:45"):
            says(shop, line, ANN, f"crown of {day.replace('-', '')}", at=f"{day} {hour}")
    change_zone(shop, after)
    assert check() == []
    for (day,) in fetch("SELECT DISTINCT local_date FROM ledger_message WHERE company_id = %s", [shop.id]):
        own = f"{day // 10000}-{day // 100 % 100:02d}-{day % 100:02d}"
        ((count,),) = fetch(
            "SELECT COUNT(*) FROM ledger_message WHERE company_id = %s AND local_date = %s", [shop.id, day]
        )
        assert found(shop, f"q=crown&start={own}&end={own}")[0] == count


@pytest.mark.django_db
def test_days_that_spots_do_not_tell_apart_are_counted_right() -> None:
    """A file may hold any year; the customer's odd days share one conversation's spot."""
    shop = company()
    line = tracker(shop)
    odd = ("1975-03-04", "1975-03-05", "1989-12-31", "2075-01-01", "2090-06-01")
    for day in (*odd, "1990-01-01", "2026-03-04", "2074-12-31"):
        for number in (ANN, BOB):
            says(shop, line, number, "A crown", at=f"{day} 09:00")
        answers(shop, line, ANN, "Your crown", at=f"{day} 10:00")
    assert check() == []
    for start, end, days_ in (
        ("1975-03-04", "1975-03-04", 1),
        ("1975-03-05", "1989-12-31", 2),
        ("1975-03-05", "1990-01-01", 3),
        ("1970-01-01", "2030-01-01", 5),
        ("2031-01-01", "2091-01-01", 3),
        ("2074-12-31", "2075-01-01", 2),
        ("1990-01-01", "2030-12-31", 2),
        ("2076-01-01", "2080-01-01", 0),
    ):
        assert found(shop, f"q=crown&start={start}&end={end}")[0] == 3 * days_
        assert found(shop, f"q=crown&start={start}&end={end}&direction=outbound")[0] == days_


def found(shop: Company, query: str) -> tuple[int, list[str | None]]:
    """How many texts a search finds, by every report alike, and what they say."""
    flt = chosen(shop, query)
    graph, figures = graph_and_figures(flt)
    rows, texts = list(each_conversation(flt)), list(each_message(flt))
    assert graph.total == figures.now.messages == sum(row.matching for row in rows) == len(texts)
    assert figures.now.conversations == len(rows) == log_page(flt).conversations
    return len(texts), [one.body for one in texts]


@pytest.mark.django_db
def test_a_beginning_of_many_words_finds_what_few_ones_do() -> None:
    """SQLite is asked for up to 24 words one by one, for more by their beginning."""
    shop = company()
    line = tracker(shop)
    at = at_ms(shop, "2026-03-04 09:00")
    for place in range(40):
        said = f"crown{place} order{place % 5} and crown{place + 1}"
        put(shop, text(shop, line, ANN, said, at + place * 60_000))
    for query, count in (("crown", 40), ("order", 40), ("order1", 8), ("and crown1", 13), ("crow order", 0)):
        assert found(shop, f"q={query}&range=all_time")[0] == count
