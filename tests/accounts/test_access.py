"""Roles as people: an admin, a manager, a reporting user, a stranger, somebody who was deactivated.

DOMAIN "Who may what": no right to read: 404. No right to change: 403.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.test import RequestFactory

from tests.people import person
from textmeter.accounts.access import (
    companies_for_reading,
    company_for_admins,
    company_for_managing,
    company_for_reading,
)
from textmeter.accounts.models import Company, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Company:
    return Company.objects.create(name="Shop", time_zone="America/New_York")


@pytest.fixture
def other() -> Company:
    return Company.objects.create(name="Other", time_zone="America/New_York")


def asking(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


@pytest.mark.parametrize(
    ("role", "belongs", "reads", "manages"),
    [
        (Role.ADMIN, False, None, None),
        (Role.MANAGER, True, None, None),
        (Role.MANAGER, False, Http404, Http404),
        (Role.REPORTING, True, None, PermissionDenied),
        (Role.REPORTING, False, Http404, Http404),
    ],
)
def test_who_reads_and_who_changes(
    shop: Company, role: Role, belongs: bool, reads: type[Exception] | None, manages: type[Exception] | None
) -> None:
    who = person("x@example.com", role, *([shop] if belongs else []))
    for right, refused in ((company_for_reading, reads), (company_for_managing, manages)):
        if refused is None:
            assert right(asking(who), shop.id) == shop
        else:
            with pytest.raises(refused):
                right(asking(who), shop.id)


def test_nobody_and_the_deactivated_read_nothing(shop: Company) -> None:
    gone = person("gone@example.com", Role.ADMIN, is_active=False)
    for who in (AnonymousUser(), gone):
        with pytest.raises(Http404):
            company_for_reading(asking(who), shop.id)


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63, 10**40])
def test_ids_that_no_company_has(shop: Company, number: int) -> None:
    with pytest.raises(Http404):
        company_for_reading(asking(person("ann@example.com", Role.ADMIN)), number)


def test_the_companies_of_each(shop: Company, other: Company) -> None:
    ann, leo = person("ann@example.com", Role.ADMIN), person("leo@example.com", Role.MANAGER, other)
    assert list(companies_for_reading(ann)) == [other, shop]
    assert list(companies_for_reading(leo)) == [other]


def test_admins_alone_get_what_is_theirs(shop: Company, other: Company) -> None:
    admin = asking(person("ada@example.com", Role.ADMIN))
    manager = asking(person("leo@example.com", Role.MANAGER, shop))
    assert company_for_admins(admin, shop.id) == shop
    with pytest.raises(PermissionDenied):
        company_for_admins(manager, shop.id)
    with pytest.raises(Http404):
        company_for_admins(manager, other.id)
