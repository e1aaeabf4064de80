"""The frame around every page: who is here, which companies they may switch to, where they can go."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from tests import scene
from textmeter.accounts.models import Company, Role, User
from textmeter.pages import shell

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend=BACKEND)
    return client


def switcher(html: str) -> list[tuple[str, str]]:
    """(company, address) of each company in the switcher."""
    found = re.search(r'<ul id="companies">(.*?)</ul>', html, flags=re.S)
    entries = re.findall(r'<a href="([^"]*)"[^>]*><bdi>(.*?)</bdi>', found[1]) if found else []
    return [(unescape(name), unescape(href)) for href, name in entries]


def page_of(company: Company, query: str = "") -> str:
    return f"/c/{company.id}/analytics/activity/text-conversations{query}"


def test_the_start_page_leads_to_the_first_company(client: Client) -> None:
    zed, abe = scene.company("Zed"), scene.company("Abe")
    answer = signed_in(client, scene.user("maria@example.com", Role.REPORTING, zed, abe)).get("/")
    assert (answer.status_code, answer["Location"]) == (302, page_of(abe))


def test_without_a_company_one_is_told_so(client: Client) -> None:
    scene.company("Zed")
    html = signed_in(client, scene.user("maria@example.com", Role.REPORTING)).get("/").content.decode()
    assert "No company yet" in html
    assert "Ask an admin of this installation" in html
    assert "Zed" not in html


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", "MA"),
        ("maria", "M"),
        ("Ann-Marie O'Neil", "AO"),
        ("Vera “Vee” <b>", "VV"),
        ("¡ Élise", "É"),
        ("😀", "ME"),
        ("_", "ME"),
    ],
)
def test_the_initials_are_letters(client: Client, name: str, shown: str) -> None:
    email = "maria.adler@example.com" if not name else "maria@example.com"
    user = scene.user(email, Role.REPORTING, scene.company())
    User.objects.filter(pk=user.pk).update(name=name)
    html = signed_in(client, User.objects.get(pk=user.pk)).get("/you").content.decode()
    found = re.search(r'Account of .*?</span><span aria-hidden="true">([^<]*)</span>', html)
    assert found
    assert unescape(found[1]) == shown


def test_an_admin_without_a_company_adds_the_first_one(client: Client) -> None:
    answer = signed_in(client, scene.user("ada@example.com", Role.ADMIN)).get("/")
    assert answer["Location"] == "/settings/companies/new"


def test_the_switcher_lists_only_companies_that_one_may_read_and_keeps_the_range(client: Client) -> None:
    """A company never learns that another one exists."""
    abe, zed, _ = scene.company("Abe & <Sons>"), scene.company("Zed"), scene.company("Stranger")
    line = scene.tracker(abe)
    scene.says(abe, line, "+14045550112", "hi", "2026-03-04 09:00")
    signed_in(client, scene.user("maria@example.com", Role.REPORTING, abe, zed))
    html = client.get(page_of(abe, f"?range=last_month&numbers={line.id}&q=hi")).content.decode()
    assert switcher(html) == [
        ("Abe & <Sons>", page_of(abe, "?range=last_month")),
        ("Zed", page_of(zed, "?range=last_month")),
    ]
    assert "<Sons>" not in html
    assert "Stranger" not in html


def test_of_a_single_company_there_is_nothing_to_switch(client: Client) -> None:
    only = scene.company("Abe")
    html = (
        signed_in(client, scene.user("m@example.com", Role.REPORTING, only))
        .get(page_of(only))
        .content.decode()
    )
    assert switcher(html) == []
    assert '<bdi class="name" title="Abe">Abe</bdi>' in html


def test_the_bars_say_where_one_is(client: Client) -> None:
    only = scene.company("Abe")
    html = (
        signed_in(client, scene.user("m@example.com", Role.REPORTING, only))
        .get(page_of(only))
        .content.decode()
    )
    rail = re.search(r'<nav class="rail".*?</nav>', html, flags=re.S)
    assert rail
    places = re.findall(r'<a href="([^"]*)"([^>]*)>.*?<span>(.*?)</span>', rail[0], flags=re.S)
    assert [(name, href, "aria-current" in more) for href, more, name in places] == [
        ("Analytics", page_of(only), True),
        ("Numbers", f"/c/{only.id}/numbers", False),
        ("Settings", f"/c/{only.id}/settings", False),
        ("Help", "/help/texting", False),
    ]
    assert html.count('aria-current="page">Text Conversations') == 2, "in the menu and its compact form"
    assert 'href="#main">Skip to content' in html
    assert "M" in re.findall(r'<span aria-hidden="true">(\w+)</span></summary>', html)[0]


def test_many_companies_have_a_page_of_their_own(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "COMPANIES_IN_SWITCHER", 2)
    for name in ("Abe", "Béla Dental", "Cleo"):
        scene.company(name)
    signed_in(client, scene.user("ada@example.com", Role.ADMIN))
    html = client.get("/companies/").content.decode()
    assert [name for name, _ in switcher(html)] == ["Abe", "Béla Dental"]
    assert ">All companies</a>" in html
    found = client.get("/companies/?q=bela").content.decode()
    assert "Béla Dental</bdi>" in found
    assert "1 company named like" in found
    assert "No company is named so" in client.get("/companies/?q=zz").content.decode()


def test_the_policy_allows_nothing_inline(client: Client) -> None:
    only = scene.company("Abe")
    scene.says(only, scene.tracker(only), "+14045550112", "hi", "2026-03-04 09:00")
    signed_in(client, scene.user("m@example.com", Role.REPORTING, only))
    for below in ("?range=all_time", "/print?range=all_time"):
        answer = client.get(page_of(only) + below)
        html = answer.content.decode()
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert not re.search(r"<style|<script>|\sstyle=|\son\w+=", html)
