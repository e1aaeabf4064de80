"""CONTRACT.md, "CSV": into an empty company of the same zone whose numbers are free, `import csv` of the
messages file makes the trackers, and the next export is byte-equal. Importing twice adds nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.files.reading import export, imported, taken_apart
from tests.people import person, signed_in
from tests.scene import answers, company, put, says, text, tracker
from textmeter.accounts.models import Company, Role
from textmeter.carriers.seen import Direction, Media, Source, Status, TextSeen
from textmeter.ledger.check import check
from textmeter.ledger.customers import name_customer
from textmeter.ledger.remove import remove_ledger
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import Tracker

pytestmark = pytest.mark.django_db

AUTUMN = 1_793_509_200_000  # 2026-11-01 01:00 in New York, an hour that comes twice
HOUR = 3_600_000
HAND_OVER = AUTUMN + 5 * HOUR
PHOTO = Media("https://api.example/1", "image/jpeg")

odd = st.text(alphabet="'=+-@\t\r\n\",; aé\0", max_size=5) | st.text(max_size=8)
names = st.sampled_from(["", "Ann", "=Bo", "O'Brien; Son", 'Di "D" Do', " spaced ", "Zoë\r\nZwei"])
instants = st.integers(0, 4).map(lambda step: AUTUMN + step * HOUR // 2) | st.integers(
    AUTUMN - 40 * HOUR, AUTUMN + 40 * HOUR
)


@st.composite
def messages(draw: st.DrawFn, trackers: int) -> dict[str, Any]:
    return {
        "tracker": draw(st.integers(0, trackers - 1)),
        "customer": draw(
            st.sampled_from(["+17705550101", "+17705550102", "ACME", "=1+1", "72345", "'+1"]) | odd
        ),
        "at": draw(instants),
        "carrier": draw(st.sampled_from(["twilio", "telnyx", "file", "=x"])),
        "carrier_ref": draw(st.text(min_size=1, max_size=6) | st.sampled_from(["SM1", "SM2"])),
        "direction": draw(st.sampled_from(Direction)),
        "status": draw(st.sampled_from(Status)),
        "body": draw(st.none() | odd | st.sampled_from(["STOP", "", "=SUM(A1)", "yes"])),
        "media": draw(st.sampled_from([None, None, (), (PHOTO,), (PHOTO, Media())])),
        "segments": draw(st.none() | st.integers(0, 2**31 - 1)),
        "error_code": draw(st.sampled_from([None, None, "30003", "-1"])),
        "agent": draw(st.none() | names),
        "is_automatic": draw(st.booleans()),
        "customer_name": draw(st.none() | names),
    }


@pytest.fixture
def admin() -> Client:
    return signed_in(person("admin@example.com", Role.ADMIN))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(messages(4), max_size=8),
    given_name=names,
    line_names=st.lists(names, min_size=5, max_size=5),
)
def test_the_next_export_is_byte_equal(
    admin: Client, said: list[dict[str, Any]], given_name: str, line_names: list[str]
) -> None:
    """Whatever was said: formulas, quotes, line ends, texts without words, both of a doubled hour, failed
    ones, names heard and given, and a number that went from one tracker of the company to the next."""
    shop, copy = company(), company("Copy")
    try:
        _fill(shop, said, given_name, line_names)
        file = export(admin, shop)
        remove_ledger(shop.id)

        trial = imported(copy, file, dry_run=True)
        assert _counts(copy) == (0, 0, 0)
        report = imported(copy, file)
        assert report.refused == trial.refused == []
        assert report.added == trial.added == len(taken_apart(file))
        assert export(admin, copy) == file
        assert check(copy.id) == []

        again = imported(copy, file)
        assert (again.added, again.known, again.refused) == (0, report.added, [])
        assert export(admin, copy) == file
    finally:
        remove_ledger(shop.id)
        remove_ledger(copy.id)


def _fill(shop: Company, said: list[dict[str, Any]], given_name: str, line_names: list[str]) -> None:
    lines = [
        tracker(shop, f"+1404555018{n}", name, source=name[::-1]) for n, name in enumerate(line_names[:4])
    ]
    tracker(shop, lines[3].number, line_names[4], owns_from=HAND_OVER)
    seen = [_text(shop, lines, **one) for one in said]
    assert not any(outcome.is_refused for outcome in put(shop, *seen))
    for (customer,) in fetch("SELECT MIN(id) FROM ledger_customer WHERE company_id = %s", [shop.id]):
        if customer is not None:
            name_customer(shop.id, customer, given_name, "reads@example.com", AUTUMN)


def _text(shop: Company, lines: list[Tracker], **said: Any) -> TextSeen:
    line, customer, body = lines[said.pop("tracker")], said.pop("customer"), said.pop("body")
    return text(shop, line, customer, body, **said)


def _counts(owner: Company) -> tuple[int, ...]:
    tables = ("ledger_message", "ledger_customer", "ledger_tracker")
    return tuple(
        fetch(f"SELECT COUNT(*) FROM {table} WHERE company_id = %s", [owner.id])[0][0] for table in tables
    )


def test_a_file_from_its_own_company_changes_nothing(admin: Client) -> None:
    """DOMAIN.md, "Order decides nothing": nothing known is ever blanked. A file knows how many attachments
    there are, and not where they lie."""
    shop = company()
    ads = tracker(shop)
    says(shop, ads, "+17705550101", "", "2026-03-04 09:00", media=(PHOTO,), source=Source.WEBHOOK)
    answers(shop, ads, "+17705550101", None, "2026-03-04 09:05", media=None)
    answers(shop, ads, "+17705550101", "Nice!", "2026-03-04 09:06", agent="Ann")
    file = export(admin, shop)
    before = _messages(shop)
    report = imported(shop, file)
    assert (report.added, report.known, report.refused) == (0, 3, [])
    assert _messages(shop) == before
    assert export(admin, shop) == file
    assert [(row["body"], row["media_count"]) for row in taken_apart(file)] == [
        ("", "1"),
        ("", ""),
        ("Nice!", "0"),
    ]


def _messages(shop: Company) -> list[tuple[Any, ...]]:
    return fetch(
        "SELECT id, sent_at, body, media, status, agent, segments FROM ledger_message"
        " WHERE company_id = %s ORDER BY id",
        [shop.id],
    )


def test_words_that_are_unknown_stay_unknown_and_a_photo_alone_stays_known(admin: Client) -> None:
    """A text without words is no text whose words are not known yet, on either side of the file."""
    shop, copy = company(), company("Copy")
    ads = tracker(shop)
    for body, media in ((None, None), ("", ()), ("", (PHOTO,)), ("Hi", None)):
        answers(shop, ads, "+17705550101", body, "2026-03-04 09:00", media=media)
    file = export(admin, shop)
    known = [(body is None, count) for _, _, body, count in _bodies(shop)]
    remove_ledger(shop.id)
    imported(copy, file)
    assert [(body is None, count) for _, _, body, count in _bodies(copy)] == known
    assert known == [(True, 0), (False, 0), (False, 1), (False, 0)]


def _bodies(shop: Company) -> list[tuple[Any, ...]]:
    rows = fetch(
        "SELECT sent_at, carrier_ref, body, media FROM ledger_message"
        " WHERE company_id = %s ORDER BY sent_at, carrier_ref",
        [shop.id],
    )
    return [(at, ref, body, len(json.loads(media or "[]"))) for at, ref, body, media in rows]


def test_the_file_of_a_filter_comes_back_as_it_is(admin: Client) -> None:
    """The same query as the page; what a file doesn't hold, the copy doesn't know."""
    shop, copy = company(), company("Copy")
    ads, site = tracker(shop, name="Ads"), tracker(shop, "+14045550181", "Site", source="web")
    says(shop, ads, "+17705550101", "Hi", "2026-03-04 09:00")
    says(shop, site, "+17705550101", "Hello", "2026-03-04 10:00", customer_name="Ann")
    answers(shop, site, "+17705550102", "Yes?", "2026-03-05 10:00")
    file = export(admin, shop, numbers=site.id)
    remove_ledger(shop.id)
    assert imported(copy, file).added == 2
    assert export(admin, copy) == file
    rows = fetch("SELECT number, name, source FROM ledger_tracker WHERE company_id = %s", [copy.id])
    assert rows == [("+14045550181", "Site", "web")]
