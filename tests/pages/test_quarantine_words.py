"""Admins see that something waits in quarantine; nobody else does, and nobody of another company's."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import scene
from tests.databases import only_sqlite
from tests.pages.reading import links, words
from tests.people import person, signed_in
from textmeter.accounts.models import Company, Role
from textmeter.intake.models import Connection
from textmeter.intake.quarantine import Reason, counts_by_reason
from textmeter.lib.ids import new_id
from textmeter.pages.quarantine_words import sentence

SENTENCE = "3 deliveries wait in quarantine: 2 unknown number, 1 wrong signature."
PAGES = ("analytics/activity/text-conversations", "settings")


def quarantine(company: Company, *reasons: str | None) -> None:
    """None: applied, so not in quarantine."""
    made = Connection.objects.create(company=company, carrier="twilio", account_sid="AC1", added_at=0)
    with connection.cursor() as cursor:
        for reason in reasons:
            cursor.execute(
                "INSERT INTO intake_receipt (id, connection_id, company_id, what, url, headers, body,"
                " received_at, state, reason) VALUES (%s, %s, %s, 'message', '', '', '', 0, %s, %s)",
                [new_id(), made.id, company.id, 2 if reason else 1, reason],
            )


@pytest.fixture
def shop(db: None) -> Company:
    made = scene.company()
    quarantine(made, "unknown_number", "bad_signature", "unknown_number", None)
    return made


def test_an_admin_reads_it_on_both_pages_with_the_way_there(shop: Company) -> None:
    ann = signed_in(person("ann@example.com", Role.ADMIN))
    log, settings = (ann.get(f"/c/{shop.id}/{page}").content.decode() for page in PAGES)
    assert SENTENCE in words(log)
    assert links(log, "Mend it") == [f"/c/{shop.id}/quarantine"]
    assert SENTENCE in words(settings)
    assert 'id="quarantine"' in settings
    assert links(settings, "See what came, mend it, and try again") == [f"/c/{shop.id}/quarantine"]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REPORTING])
def test_others_read_nothing_of_it(shop: Company, role: Role) -> None:
    client = signed_in(person("leo@example.com", role, shop))
    for page in PAGES:
        html = client.get(f"/c/{shop.id}/{page}").content.decode()
        assert "uarantine" not in words(html)
        assert f"/c/{shop.id}/quarantine" not in html


def test_it_is_of_that_company_alone(shop: Company) -> None:
    other = scene.company("Other")
    ann = signed_in(person("ann@example.com", Role.ADMIN))
    assert counts_by_reason(other.id) == {}
    assert counts_by_reason(shop.id) == {Reason.UNKNOWN_NUMBER: 2, Reason.BAD_SIGNATURE: 1}
    for page in PAGES:
        said = words(ann.get(f"/c/{other.id}/{page}").content.decode())
        assert "in quarantine" not in said


@only_sqlite
def test_counting_reads_nothing_but_the_index(shop: Company) -> None:
    with CaptureQueriesContext(connection) as queries:
        counts_by_reason(shop.id)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {queries[0]['sql']}")
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert "COVERING INDEX intake_receipt_quarantine_of" in plan


def test_one_is_said_as_one() -> None:
    assert sentence({Reason.UNREADABLE: 1}) == "1 delivery waits in quarantine: 1 unreadable."
    assert sentence({}) == ""
