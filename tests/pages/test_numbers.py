"""The Numbers page, the help, and what monitors ask."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import scene
from tests.intake.twilio import connect
from tests.pages.test_timeline_page import plain, read
from tests.people import person, signed_in
from textmeter.accounts.models import Company, Role
from textmeter.ledger.trackers import change_tracker
from textmeter.lib.days import now_ms
from textmeter.pages import health

HOUR = 3_600_000


@pytest.fixture
def ann(shop: Company) -> Client:
    return signed_in(person("ann@example.com", Role.ADMIN))


def test_each_number_with_what_it_stands_for(shop: Company, ann: Client) -> None:
    ads = scene.tracker(shop, "+14045550180", "Google Ads", source="Google", destination="+14045550199")
    scene.tracker(shop, "+18005550199", "Billboard")
    scene.says(shop, ads, "+14045550112", "hi", now_ms() - HOUR)
    scene.says(shop, ads, "+14045550112", "long ago", now_ms() - 60 * 24 * HOUR)
    page = read(ann, f"/c/{shop.id}/numbers")
    words = plain(page)
    assert "2 numbers · times in Eastern (America/New_York)" in words
    billboard, google = words.index("Billboard"), words.index("Google Ads")
    assert billboard < google, "by name"
    assert (
        "(800) 555-0199 Not set Not set Callers hear that the call can’t be put through"
        " Calls only Toll-free numbers can’t text" in words
    )
    assert "(404) 555-0180 Google (404) 555-0199 Can text" in words
    said = r"(AM|PM) \w+ \d+ to \w+ \d+: messages on 1 of 30 days, the most on \w+ \d+, 1\. 1 Change"
    assert re.search(said, words), "one message in 30 days"
    log = f"/c/{shop.id}/analytics/activity/text-conversations?numbers={ads.id}"
    assert f'href="{log}"' in page


def test_without_a_number_the_way_to_the_first_one(shop: Company, ann: Client) -> None:
    page = read(ann, f"/c/{shop.id}/numbers")
    assert "No numbers yet" in page
    assert f'href="/c/{shop.id}/numbers/new"' in page
    rep = signed_in(person("rep@example.com", Role.REPORTING, shop))
    words = plain(read(rep, f"/c/{shop.id}/numbers"))
    assert "A manager or an admin can add the first one." in words
    assert "Add a number" not in words


def test_what_is_typed_finds_by_name_source_and_number(shop: Company, ann: Client) -> None:
    scene.tracker(shop, "+14045550180", "Émile’s mailer", source="Flyer, spring")
    scene.tracker(shop, "+14045550181", "Website")
    for q, names in (
        ("emile", ["Émile"]),
        ("SPRING mail", ["Émile"]),
        ("0181", ["Website"]),
        ("(404) 555-018", ["Émile", "Website"]),
        ("nobody", []),
        ("!!", []),
    ):
        words = plain(read(ann, f"/c/{shop.id}/numbers?{urlencode({'q': q})}"))
        assert [name for name in ("Émile", "Website") if name in words] == names, q
        if names:
            assert f"{len(names)} of 2 numbers" in words
        else:
            assert "No number is called so" in words
    assert "Search numbers" not in plain(read(ann, f"/c/{shop.id}/numbers")), "few need no search"


def test_a_disabled_and_a_handed_over_number_say_so(shop: Company, ann: Client) -> None:
    line = scene.tracker(shop, "+14045550180", "Old line", destination="+14045550199")
    change_tracker(shop.id, line.id, is_disabled=True)
    words = plain(read(ann, f"/c/{shop.id}/numbers"))
    assert "Old line Disabled (404) 555-0180 Not set Not put through" in words
    scene.tracker(shop, "+14045550180", "New line", owns_from=scene.at_ms(shop, "2026-03-04 09:00"))
    words = plain(read(ann, f"/c/{shop.id}/numbers"))
    assert (
        "Old line Handed over to New line on Mar 4, 2026 (404) 555-0180 Not set (404) 555-0199 Ended" in words
    )
    assert words.count("Can text") == 1, "the new one can"


def test_a_planned_hand_over_is_told_with_its_day_on_both_lines(shop: Company, ann: Client) -> None:
    line = scene.tracker(shop, "+14045550180", "Now", destination="+14045550199")
    begins = scene.at_ms(shop, "2090-03-04 09:00")
    scene.tracker(shop, "+14045550180", "Later", destination="+14045550199", owns_from=begins)
    words = plain(read(ann, f"/c/{shop.id}/numbers"))
    assert "Now Hands over to Later on Mar 4, 2090 (404) 555-0180 Not set (404) 555-0199" in words
    assert "Later From Mar 4, 2090 (404) 555-0180 Not set (404) 555-0199 Not yet" in words
    assert words.count("Can text") == 1, "who has the number until then"
    change_tracker(shop.id, line.id, is_disabled=True)
    words = plain(read(ann, f"/c/{shop.id}/numbers"))
    assert "Now Disabled Hands over to Later on Mar 4, 2090 (404) 555-0180 Not set Not put through" in words


def test_who_got_a_number_is_said_within_the_company_alone(shop: Company, ann: Client) -> None:
    """DOMAIN: a company never learns that another one exists."""
    scene.tracker(shop, "+14045550180", "Old line")
    other = scene.company("Other")
    scene.tracker(other, "+14045550180", "Secret line", owns_from=scene.at_ms(shop, "2026-03-04 09:00"))
    rep = signed_in(person("rep@example.com", Role.REPORTING, shop))
    words = plain(read(rep, f"/c/{shop.id}/numbers"))
    assert "Old line Handed over on Mar 4, 2026 (404) 555-0180" in words
    assert "Secret" not in words
    assert "Can text" not in words


def test_a_company_sees_its_own_numbers_only(shop: Company) -> None:
    other = scene.company("Other")
    scene.tracker(shop, "+14045550180", "Mine")
    scene.tracker(other, "+14045550181", "Theirs")
    rep = signed_in(person("rep@example.com", Role.REPORTING, shop))
    words = plain(read(rep, f"/c/{shop.id}/numbers"))
    assert "Mine" in words
    assert "Theirs" not in words


@pytest.mark.parametrize("page", ["numbers", "settings"])
def test_strangers_get_nothing(shop: Company, page: str) -> None:
    """DOMAIN "Who may what": no right to read: 404."""
    stranger = signed_in(person("eve@example.com", Role.MANAGER, scene.company("Other")))
    assert stranger.get(f"/c/{shop.id}/{page}").status_code == 404
    assert Client().get(f"/c/{shop.id}/{page}")["Location"].startswith("/sign-in/")


def test_more_numbers_need_no_more_queries(shop: Company, ann: Client) -> None:
    counts = []
    for last in range(80, 90, 5):
        scene.tracker(shop, f"+140455501{last}", f"Line {last}")
        with CaptureQueriesContext(connection) as queries:
            read(ann, f"/c/{shop.id}/numbers")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 11, counts


def test_help_explains_texting_to_anyone_signed_in(shop: Company) -> None:
    nobody = signed_in(person("new@example.com", Role.REPORTING))
    words = plain(read(nobody, "/help/texting"))
    for part in ("Only local U.S. and Canadian tracking numbers", "12:00 AM to 11:59 PM", "Opt-outs"):
        assert part in words
    assert Client().get("/help/texting")["Location"].startswith("/sign-in/")


@pytest.fixture
def working(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "is_running", lambda: True)


@pytest.mark.django_db
def test_monitors_are_answered_without_a_sign_in(working: None) -> None:
    for address in ("/healthz", "/readyz"):
        answer = Client().get(address)
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")


@pytest.mark.django_db
def test_without_a_worker_it_is_not_ready() -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "reasons": ["The worker is not running."]}
    assert Client().get("/healthz").status_code == 200


def test_a_delivery_that_waits_for_a_minute_is_not_ready(shop: Company, working: None) -> None:
    made = connect(shop)
    for waited, ready in [(50_000, True), (70_000, False)]:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM intake_receipt")
            cursor.execute(
                "INSERT INTO intake_receipt (id, connection_id, company_id, what, url, headers, body,"
                " received_at, state) VALUES (1, %s, %s, 'message', '', '', '', %s, 0)",
                [made.id, shop.id, now_ms() - waited],
            )
        answer = Client().get("/readyz")
        assert (answer.status_code == 200) == ready, answer.content
        assert Client().get("/healthz").status_code == 200
    assert answer.json()["reasons"][0].startswith("The worker is behind: the oldest delivery waits for 70 ")
    assert str(made.key) not in answer.content.decode()


@pytest.mark.django_db
def test_a_database_that_is_gone_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise DatabaseError("no such host db.internal")

    monkeypatch.setattr(health, "oldest_waiting", gone)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "reasons": ["The database can't be read."]}


@pytest.mark.django_db
def test_the_log_says_once_what_is_wrong_however_often_a_monitor_asks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    oldest = [now_ms() - 70_000]
    monkeypatch.setattr(health, "_said", frozenset())
    monkeypatch.setattr(health, "oldest_waiting", lambda: oldest[0])
    caplog.set_level("INFO", "textmeter")
    monkeypatch.setattr(health, "is_running", lambda: True)
    for _ in range(3):
        assert Client().get("/readyz").status_code == 503
        oldest[0] -= 1_000_000
    monkeypatch.setattr(health, "is_running", lambda: False)
    for _ in range(2):
        assert Client().get("/readyz").status_code == 503
    monkeypatch.setattr(health, "is_running", lambda: True)
    oldest[0] = now_ms()
    for _ in range(2):
        assert Client().get("/readyz").status_code == 200
    assert [(one.levelname, one.getMessage()[:28]) for one in caplog.records] == [
        ("ERROR", "Not ready: The worker is beh"),
        ("ERROR", "Not ready: The worker is not"),
        ("INFO", "Ready again."),
    ]
