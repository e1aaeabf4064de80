"""The page Health: for admins only, of every company, with what is wrong and what to do."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests import scene
from tests.pages.reading import links
from tests.people import person, signed_in
from textmeter.accounts.models import Company, Role
from textmeter.intake import heard
from textmeter.intake.connections import add_connection
from textmeter.intake.database_size import DatabaseSize, database_size
from textmeter.intake.reasons import Reason
from textmeter.ledger.statements import run
from textmeter.lib.days import now_ms
from textmeter.lib.machine import Disk
from textmeter.pages import health_facts, health_page
from textmeter.pages.formats import size
from textmeter.pages.health_facts import Facts
from textmeter.pages.health_troubles import troubles
from textmeter.reports import number_health
from textmeter.reports.quiet import Silence

pytestmark = pytest.mark.django_db
DAY = 86_400_000


@pytest.fixture
def ada() -> Client:
    return signed_in(person("ada@example.com", Role.ADMIN))


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def receipt(id: int, connection_id: int, company_id: int, state: int, reason: str | None = None) -> None:
    run(
        "INSERT INTO intake_receipt (id, connection_id, company_id, what, url, headers, body, received_at,"
        " state, reason) VALUES (%s, %s, %s, 'message', '', '{}', %s, %s, %s, %s)",
        [id, connection_id, company_id, b"", now_ms() - 5_000, state, reason],
    )


def test_only_admins_find_it() -> None:
    """DOMAIN "Who may what": no right to read is 404."""
    shop = scene.company()
    for role in (Role.MANAGER, Role.REPORTING):
        client = signed_in(person(f"{role}@example.com", role, shop))
        assert client.get("/health").status_code == 404
        assert client.get(f"/health?company={shop.id}").status_code == 404
        assert 'href="/health' not in client.get(f"/c/{shop.id}/settings").content.decode()
    answer = Client().get("/health")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/health")


def test_an_admin_comes_there_from_settings_and_keeps_the_company(ada: Client) -> None:
    scene.company("Abe")
    zed = scene.company("Zed", "Asia/Kolkata")
    assert f'href="/health?company={zed.id}"' in ada.get(f"/c/{zed.id}/settings").content.decode()
    page = ada.get(f"/health?company={zed.id}").content.decode()
    assert f'href="/c/{zed.id}/settings"' in page
    assert '<bdi class="name" title="Zed">Zed</bdi>' in page
    assert ada.get("/health?company=1").status_code == 404
    assert ada.get("/health?company=٣").status_code == 200


def test_it_shows_every_company_with_its_connections_numbers_and_backlog(ada: Client) -> None:
    shop, other = scene.company("Piedmont Dental"), scene.company("Zed", "Asia/Kolkata")
    line = scene.tracker(shop, "+14045550180", "Front desk")
    scene.tracker(shop, "+18005550199", "Toll-free")
    now = now_ms()
    scene.says(shop, line, "+17705550112", "zebra", now - 3 * 60_000)
    made = add_connection(shop, account_sid="AC" + "1" * 32, secret="x" * 32)
    add_connection(other, account_sid="AC" + "2" * 32, secret="x" * 32)
    heard.note({made.id: now - 2 * DAY})
    receipt(1, made.id, shop.id, 0)
    receipt(2, made.id, shop.id, 2, Reason.UNKNOWN_NUMBER)
    receipt(3, made.id, shop.id, 2, Reason.UNKNOWN_NUMBER)
    answer = ada.get("/health")
    text = words(answer)
    assert "Piedmont Dental 2 numbers · 1 waiting · 2 in quarantine · times in Eastern" in text
    assert re.search(r"Twilio AC1{32} \w+ \d+, [\d:]+ [AP]M 2d 0h ago", text)
    assert re.search(r"Front desk \(404\) 555-0180 (\w+ \d+, )?[\d:]+ [AP]M 3m 0\ds ago", text)
    assert "Toll-free (800) 555-0199 None in 8 weeks – Too few to say Calls only" in text
    assert f"Twilio AC{'2' * 32} Never" in text
    assert "Unknown number 2 None of their numbers is a tracking number of the company." in text
    html = answer.content.decode()
    assert links(html, "Quarantine of Piedmont Dental (2)") == [f"/c/{shop.id}/quarantine#unknown_number"]
    assert 'id="unknown_number"' in ada.get(f"/c/{shop.id}/quarantine").content.decode()
    silent = f"/c/{other.id}/settings/connections/{other.connections.get().id}"
    assert links(html, "Open the connection") == [silent]
    assert links(html, "Twilio") == [f"/c/{shop.id}/settings/connections/{made.id}", silent]
    assert "<code>" not in html, "what is mended by commands is mended by pages too"
    assert "2 deliveries wait in quarantine." in text
    assert "1 connection has never been heard." in text
    assert "The worker is not running." in text
    assert "zebra" not in text
    assert made.key not in answer.content.decode()


def test_of_many_companies_with_a_reason_the_most_troubled_are_named(ada: Client) -> None:
    for place in range(7):
        shop = scene.company(f"Shop {place}")
        made = add_connection(shop, account_sid="AC" + "1" * 32, secret="x" * 32)
        for each in range(place + 1):
            receipt(100 * place + each, made.id, shop.id, 2, Reason.UNREADABLE)
    text = words(ada.get("/health"))
    assert "Quarantine of Shop 6 (7) Quarantine of Shop 5 (6)" in text
    assert "Quarantine of Shop 2 (3) and 2 more companies below" in text
    assert "Shop 1 (2)" not in text


def test_companies_come_in_pages(ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_page, "COMPANIES_ON_A_PAGE", 2)
    ids = [scene.company(name).id for name in ("A", "B", "C", "D", "E")]
    seen, path = [], "/health"
    while path:
        page = ada.get(path).content.decode()
        seen += [int(id) for id in re.findall(r'aria-labelledby="company-(\d+)"', page)]
        more = re.search(r'href="([^"]+)">More companies', page)
        path = unescape(more[1]) if more else ""
    assert seen == ids
    assert "5–5 of 5" in words(ada.get(f"/health?after={ids[3]}"))
    assert "1–2 of 5" in words(ada.get("/health?after=gone"))


def test_without_a_company_it_says_how_to_add_one(ada: Client) -> None:
    assert "No company yet" in words(ada.get("/health"))


def test_many_numbers_are_folded_but_for_the_quiet_ones(ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = scene.company()
    for place in range(14):
        scene.tracker(shop, f"+14045550{180 + place}", f"Line {place:02d}")
    from textmeter.reports.number_health import numbers_health

    def one_is_quiet(company: Any, now: int) -> Any:
        first, *rest = reversed(numbers_health(company, now))
        return [*rest, replace(first, silence=Silence.QUIET, last_at=now - DAY, per_week=12.0)]

    monkeypatch.setattr(health_facts, "numbers_health", one_is_quiet)
    page = ada.get("/health").content.decode()
    in_sight, _, folded = page[page.index('class="card company-health"') :].partition("<details")
    assert re.findall(r"<bdi>(Line \d\d)</bdi>", in_sight) == ["Line 13"]
    assert "Quiet longer than usual" in in_sight
    assert "12 a week" in in_sight
    assert folded.count("<bdi>Line ") == 13
    assert "13 other numbers" in folded
    assert "1 number has been quiet longer than usual." in unescape(page)


FINE = Facts(
    1_000_000, True, 0, None, {}, DatabaseSize(1, ()), Disk(50 * 10**9, 100 * 10**9), frozenset(), ()
)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (FINE, []),
        (replace(FINE, oldest=940_000), []),
        (replace(FINE, oldest=939_999), ["The oldest delivery has been waiting for 1m 00s."]),
        (replace(FINE, disk=Disk(4_900_000_000, 100 * 10**9)), ["4.9 GB are free on the disk."]),
        (
            replace(FINE, locked=frozenset({1, 2})),
            [
                "The secrets of 2 connections can’t be opened with this installation’s key, so what their "
                "carriers send is refused."
            ],
        ),
        (replace(FINE, disk=Disk(900_000_000, 2 * 10**9)), ["900 MB are free on the disk."]),
        (
            replace(FINE, has_worker=False, quarantine={Reason.UNREADABLE: Counter({1: 1})}),
            ["The worker is not running.", "1 delivery waits in quarantine."],
        ),
    ],
)
def test_what_is_wrong_is_said_the_worst_first(facts: Facts, said: list[str]) -> None:
    assert [one.title for one in troubles(facts)] == said


def test_a_number_with_too_few_texts_has_nothing_that_is_usual(ada: Client) -> None:
    shop = scene.company()
    line = scene.tracker(shop, "+14045550180", "Front desk")
    for hour in range(48):
        scene.says(shop, line, "+17705550112", "zebra", now_ms() - hour * 3_600_000 - 60_000)
    text = words(ada.get("/health"))
    assert re.search(r"ago – Too few to say Too few texts to say", text)
    assert "a week" not in text


def test_a_connection_whose_secret_does_not_open_says_so(ada: Client, settings: Any) -> None:
    shop = scene.company()
    key, settings.SECRET_KEY = settings.SECRET_KEY, "another key"
    add_connection(shop, account_sid="AC" + "1" * 32, secret="theirs")
    settings.SECRET_KEY = key
    add_connection(shop, account_sid="AC" + "2" * 32, secret="ours")
    page = words(ada.get("/health"))
    assert "One connection’s secret can’t be opened with this installation’s key" in page
    assert "Put the key back that was used before" in page
    assert page.count("Secret can’t be opened") == 1


def test_sizes_are_said_by_thousands() -> None:
    asked = (0, 999, 1_000, 9_949, 9_950, 123_456, 999_499, 999_500, 3_400_000_000, 5 * 10**15)
    assert [size(one) for one in asked] == [
        *("0 B", "999 B", "1.0 kB", "9.9 kB", "10 kB", "123 kB", "999 kB", "1.0 MB", "3.4 GB", "5,000 TB")
    ]


def test_the_size_of_the_database_is_known_with_its_parts() -> None:
    found = database_size()
    names = {name for name, _ in found.parts}
    assert found.total > 100_000
    if connection.vendor == "sqlite":
        assert names == {"Database file", "Log of writes", "Free within the file"}
    else:
        assert len(names) == 12
        assert sum(bytes for _, bytes in found.parts) <= found.total


def test_a_number_that_was_handed_over_says_so_and_a_sample_raises_no_warning(
    ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = scene.company("Sample")
    scene.tracker(shop, "+14045550180", "Old")
    scene.tracker(shop, "+14045550180", "New", owns_from=now_ms() - DAY)
    assert "Old (404) 555-0180 None in 8 weeks – Too few to say Handed over" in words(ada.get("/health"))

    def all_are_quiet(company: Any, now: int) -> Any:
        return [replace(one, silence=Silence.QUIET) for one in number_health.numbers_health(company, now)]

    monkeypatch.setattr(health_facts, "numbers_health", all_are_quiet)
    assert "2 numbers have been quiet longer than usual." in words(ada.get("/health"))
    Company.objects.update(is_sample=True)
    text = words(ada.get("/health"))
    assert "have been quiet" not in text
    assert "Numbers quiet 0" in text
