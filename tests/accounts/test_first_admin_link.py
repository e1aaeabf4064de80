"""The one-time link: printed at each start until an admin exists, good once, kept only as a hash."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from tests.people import person
from textmeter.accounts.first_admin import LinkIsUsed, first_admin_link, is_open, make_first_admin
from textmeter.accounts.models import FirstAdminLink, Role, User

PASSWORD = "correct horse battery"


def token_of(link: str | None) -> str:
    assert link is not None
    return link.rstrip("/").rsplit("/", 1)[-1]


@pytest.mark.django_db
def test_the_link_opens_and_only_its_hash_is_kept() -> None:
    link = first_admin_link("http://127.0.0.1:8000/")
    token = token_of(link)
    assert link == f"http://127.0.0.1:8000/first-admin/{token}/"
    assert is_open(token)
    assert len(token) >= 40
    assert token not in FirstAdminLink.objects.get().token_hash


@pytest.mark.django_db
def test_a_new_start_replaces_the_older_link() -> None:
    older, newer = (token_of(first_admin_link("http://a")) for _ in range(2))
    assert (is_open(older), is_open(newer)) == (False, True)
    with pytest.raises(LinkIsUsed):
        make_first_admin(older, email="a@example.com", name="Ann", password=PASSWORD)
    assert User.objects.count() == 0


@pytest.mark.django_db
def test_it_makes_one_admin_and_then_there_is_no_link() -> None:
    token = token_of(first_admin_link("http://a"))
    made = make_first_admin(token, email="Ann@Example.com", name="Ann", password=PASSWORD)
    assert (made.email, made.name, made.role, made.is_active) == ("ann@example.com", "Ann", Role.ADMIN, True)
    assert made.check_password(PASSWORD)
    with pytest.raises(LinkIsUsed):
        make_first_admin(token, email="eve@example.com", name="Eve", password=PASSWORD)
    assert first_admin_link("http://a") is None
    assert not is_open(token)


@pytest.mark.django_db
def test_an_admin_made_by_command_meanwhile_closes_the_link() -> None:
    token = token_of(first_admin_link("http://a"))
    person("ann@example.com", Role.ADMIN)
    assert not is_open(token)
    with pytest.raises(LinkIsUsed):
        make_first_admin(token, email="eve@example.com", name="Eve", password=PASSWORD)


@pytest.mark.django_db
def test_only_an_active_admin_counts() -> None:
    person("leo@example.com", Role.MANAGER)
    person("old@example.com", Role.ADMIN, is_active=False)
    assert first_admin_link("http://a") is not None


@pytest.mark.django_db
def test_somebody_who_has_the_address_already_becomes_the_admin() -> None:
    leo = person("leo@example.com", Role.MANAGER)
    made = make_first_admin(
        token_of(first_admin_link("http://a")), email="LEO@example.com", name="Leo", password=PASSWORD
    )
    assert (made.pk, made.role) == (leo.pk, Role.ADMIN)


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_instant_make_one_admin() -> None:
    token = token_of(first_admin_link("http://a"))
    start, made, refused = threading.Barrier(4), [], []

    def submit(name: str) -> None:
        start.wait()
        try:
            made.append(
                make_first_admin(token, email=f"{name}@example.com", name=name, password=PASSWORD).email
            )
        except LinkIsUsed:
            refused.append(name)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit, args=(name,)) for name in ("ann", "bob", "cy", "di")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused)) == (1, 3)
    assert list(User.objects.values_list("email", "role")) == [(made[0], "admin")]
