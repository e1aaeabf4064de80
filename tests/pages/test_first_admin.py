"""The page behind the one-time link."""

from __future__ import annotations

import pytest
from django.test import Client

from textmeter.accounts.first_admin import first_admin_link
from textmeter.accounts.models import User

FORM = {
    "email": "Ann@Example.com",
    "name": "Ann Lee",
    "password": "correct horse battery",
    "password_again": "correct horse battery",
}


@pytest.fixture
def path(db: None) -> str:
    link = first_admin_link("http://testserver")
    assert link is not None
    return link.removeprefix("http://testserver")


def test_the_form_makes_the_admin_and_signs_in(path: str) -> None:
    client = Client()
    page = client.get(path)
    assert page.status_code == 200
    assert page["Cache-Control"].startswith("max-age=0, no-cache")
    assert client.post(path, FORM)["Location"] == "/"
    admin = User.objects.get()
    assert (admin.email, admin.name, admin.role) == ("ann@example.com", "Ann Lee", "admin")
    assert client.session["_auth_user_id"] == str(admin.pk)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "ann"}, "This is not an email address."),
        ({"email": ""}, "Type the email address that you will sign in with."),
        ({"name": " "}, "Type your name."),
        ({"password": "", "password_again": ""}, "Choose a password."),
        ({"password_again": "correct horse batery"}, "The two passwords differ."),
        ({"password": "short", "password_again": "short"}, "at least 10 characters"),
        ({"password": "1234567890", "password_again": "1234567890"}, "too common"),
        (dict.fromkeys(("password", "password_again"), "Ann@Example.com"), "too similar to the email"),
        (
            {"name": "Annabel Archer"} | dict.fromkeys(("password", "password_again"), "annabelarcher"),
            "too similar",
        ),
        ({"name": "A\x00nn"}, "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_made(
    path: str, wrong: dict[str, str], words: str
) -> None:
    answer = Client().post(path, FORM | wrong)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert User.objects.count() == 0
    assert Client().get(path).status_code == 200, "the link still works"


def test_both_mistakes_of_a_password_are_said_at_once(path: str) -> None:
    html = Client().post(path, FORM | {"password": "short", "password_again": "shorter"}).content.decode()
    assert "at least 10 characters" in html
    assert "The two passwords differ." in html


def test_a_used_link_says_what_to_do(path: str) -> None:
    Client().post(path, FORM)
    for answer in (Client().get(path), Client().post(path, FORM | {"email": "eve@example.com"})):
        assert answer.status_code == 404
        assert "prints a new link" in answer.content.decode()
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_guessed_token_opens_nothing() -> None:
    answer = Client().get("/first-admin/guess/")
    assert answer.status_code == 404
    assert "This link doesn’t work any more" in answer.content.decode()


def test_the_form_needs_its_token(path: str) -> None:
    assert Client(enforce_csrf_checks=True).post(path, FORM).status_code == 403
    assert User.objects.count() == 0
