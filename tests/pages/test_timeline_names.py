"""Naming a customer: managers and admins may, reporting may not, strangers see nothing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from tests import scene
from tests.pages.test_timeline_page import DANA, customer_id, path, plain, read
from tests.people import person, signed_in
from textmeter.accounts.models import Company, Role

NAME = "Dana Whitfield"


@pytest.fixture
def shop(db: None) -> Company:
    made = scene.company("Piedmont Dental", "America/New_York")
    scene.says(made, scene.tracker(made), DANA, "Hi", "2026-03-04 09:42")
    return made


def give(client: Client, shop: Company, name: str, query: str = "", follow: bool = True) -> object:
    return client.post(
        f"/c/{shop.id}/customers/{customer_id()}/name", {"name": name, "query": query}, follow=follow
    )


def stored() -> tuple[str, str]:
    """(name shown, who wrote it)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.name, COALESCE(w.written_by, '') FROM ledger_customer c"
            " LEFT JOIN ledger_customer_words w ON w.company_id = c.company_id AND w.customer_id = c.id"
        )
        return tuple(cursor.fetchone())


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_managers_and_admins_name_and_the_page_shows_it(shop: Company, role: Role) -> None:
    client = signed_in(person("ann@example.com", role, shop))
    words = plain(give(client, shop, f"  {NAME}\n ").content.decode())
    assert f"The name is now {NAME}." in words
    assert f"{NAME} (404) 555-0112" in words
    assert stored() == (NAME, "ann@example.com")


def test_an_empty_name_takes_it_away(shop: Company) -> None:
    client = signed_in(person("ann@example.com", Role.ADMIN))
    give(client, shop, NAME)
    assert "The name was removed." in plain(give(client, shop, "  ").content.decode())
    assert stored() == ("", "")


def test_under_a_name_that_was_taken_away_the_carriers_shows_again(shop: Company) -> None:
    client = signed_in(person("ann@example.com", Role.ADMIN))
    give(client, shop, NAME)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_customer SET heard_name = 'WHITFIELD D'")
    words = plain(give(client, shop, "").content.decode())
    assert "Your name was removed; the carrier’s is shown." in words
    assert stored() == ("WHITFIELD D", "")
    words = plain(give(client, shop, "").content.decode())
    assert "Nothing was changed: nobody here has given this customer a name." in words
    assert "was removed" not in words


def test_reporting_may_read_but_not_name(shop: Company) -> None:
    """DOMAIN "Who may what": no right to change: 403."""
    client = signed_in(person("rep@example.com", Role.REPORTING, shop))
    assert "Give a name" not in read(client, path(shop))
    answer = give(client, shop, NAME)
    assert answer.status_code == 403
    said = "You may look, but not change this Only managers and admins may change this. Ask a manager"
    assert said in plain(answer.content.decode())
    assert stored() == ("", "")


def test_strangers_find_nothing(shop: Company) -> None:
    """DOMAIN "Who may what": no right to read: 404."""
    other = scene.company("Other")
    stranger = signed_in(person("eve@example.com", Role.MANAGER, other))
    assert give(stranger, shop, NAME).status_code == 404
    assert stranger.post(f"/c/{other.id}/customers/{customer_id()}/name", {"name": NAME}).status_code == 404
    assert give(Client(), shop, NAME, follow=False)["Location"].startswith("/sign-in/")
    assert stored() == ("", "")


def test_a_name_that_is_too_long_changes_nothing_and_says_so(shop: Company) -> None:
    client = signed_in(person("ann@example.com", Role.ADMIN))
    words = plain(give(client, shop, "x" * 101).content.decode())
    assert "A name may have up to 100 characters; this one has 101. Nothing was changed." in words
    assert stored() == ("", "")
    give(client, shop, "x" * 100)
    assert stored()[0] == "x" * 100


def test_odd_names_stay_words(shop: Company) -> None:
    client = signed_in(person("ann@example.com", Role.ADMIN))
    page = give(client, shop, "<b>D\x00ana</b>\r\n  'W'").content.decode()
    assert stored()[0] == "<b>Dana</b> 'W'"
    assert "<b>Dana" not in page


def test_one_goes_back_to_the_timeline_as_it_was(shop: Company) -> None:
    client = signed_in(person("ann@example.com", Role.ADMIN))
    answer = give(client, shop, NAME, "day=2026-03-04&numbers=1&numbers=2&q=a%26b", follow=False)
    assert answer["Location"] == path(shop, "?day=2026-03-04&numbers=1&numbers=2&q=a%26b#2026-03-04")
    odd = give(client, shop, NAME, "//evil.example/\r\nX: y", follow=False)
    assert odd["Location"].startswith(path(shop, "?"))
    assert "\n" not in odd["Location"]


def test_it_needs_the_forms_token_and_a_post(shop: Company) -> None:
    ann = person("ann@example.com", Role.ADMIN)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ann)
    answer = give(strict, shop, NAME)
    assert answer.status_code == 403
    assert "This form is out of date" in answer.content.decode()
    assert signed_in(ann).get(f"/c/{shop.id}/customers/{customer_id()}/name").status_code == 405
