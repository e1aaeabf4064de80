"""Signing in: email and password, throttled in words, no way in for strangers."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from tests import scene
from tests.people import person, signed_in
from textmeter.accounts.adapter import ClosedAdapter
from textmeter.accounts.models import Role, User
from textmeter.ledger.trackers import trackers_of
from textmeter.pages.commands import textmeter

PASSWORD = "correct horse battery"


@pytest.fixture
def ann(db: None) -> User:
    cache.clear()
    return User.objects.create_user("Ann@Example.com", PASSWORD, Role.ADMIN)


def sign_in(client: Client, email: str = "ann@example.com", password: str = PASSWORD, **more: str) -> object:
    return client.post("/sign-in/", {"login": email, "password": password, **more})


def test_email_and_password_open_the_door_and_the_session_is_new(ann: User) -> None:
    client = Client()
    client.session.save()
    before = client.session.session_key
    answer = sign_in(client, "  ANN@example.com ")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session.get("_auth_user_id") == str(ann.pk)
    assert client.session.session_key != before
    assert client.session.get_expiry_age() > 86_400, "the session is remembered"
    assert User.objects.get().password.startswith("argon2")


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(ann: User) -> None:
    wrong, unknown = (
        sign_in(Client(), *pair) for pair in [("ann@example.com", "x"), ("eve@example.com", "x")]
    )
    words = "The email address and the password don’t belong together."
    assert words in wrong.content.decode()
    assert words in unknown.content.decode()
    assert "_auth_user_id" not in wrong.client.session


def test_the_sixth_wrong_password_is_throttled_in_words(ann: User) -> None:
    client = Client()
    answers = [sign_in(client, password="wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert "Too many attempts. Wait five minutes, then try again." in answers[-1].content.decode()
    assert answers[-1]["Retry-After"] == "300"
    assert sign_in(client).status_code == 429, "the right password doesn't help now"


def test_one_address_that_tries_many_names_is_throttled(ann: User) -> None:
    answers = [sign_in(Client(), f"guess{n}@example.com", "wrong") for n in range(11)]
    assert {answer.status_code for answer in answers[:10]} == {200}
    assert answers[10].status_code == 429


def test_many_requests_from_one_address_get_a_page_of_our_own(ann: User) -> None:
    answers = [Client().post("/sign-in/", {}) for _ in range(31)]
    assert answers[30].status_code == 429
    assert "Too many attempts" in answers[30].content.decode()


def test_a_deactivated_user_stays_outside_and_a_session_ends(ann: User) -> None:
    inside = signed_in(ann)
    assert inside.get("/password/").status_code == 200
    User.objects.update(is_active=False)
    assert inside.get("/password/")["Location"] == "/sign-in/?next=/password/"
    answer = sign_in(Client())
    assert answer["Location"] == "/sign-in/deactivated/"
    assert "_auth_user_id" not in answer.client.session
    assert "This sign-in is turned off" in answer.client.get("/sign-in/deactivated/").content.decode()


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/c/1/numbers?q=a%20b", "/c/1/numbers?q=a%20b"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_next_leads_to_the_own_host_only(ann: User, asked: str, goes: str) -> None:
    page = Client().get("/sign-in/", {"next": asked}).content.decode()
    assert 'name="next"' in page
    assert sign_in(Client(), next=asked)["Location"] == goes


def test_who_forgot_a_password_is_sent_to_an_admin_and_the_only_one_to_the_terminal(
    ann: User, settings: object
) -> None:
    """The command is folded away: few who sign in have a terminal."""
    page = Client().get("/sign-in/").content.decode()
    below, folded = page.split("</form>")[1].split("<details")
    assert "Forgot the password, or no account yet? Ask an admin for a link by which you choose one." in below
    assert "set-password" not in below
    assert "You are the only admin?" in folded
    assert f">{textmeter()} user set-password name@example.com --password-stdin<" in folded
    assert "sign up" not in page.lower()
    settings.PUBLIC_URL, settings.EMAIL_HOST = "https://texts.example.com", "mail.example.com"
    assert "Ask an admin to mail you a link by which you choose one." in read_page()
    User.objects.all().delete()
    assert "only admin" not in read_page()


def read_page(**more: str) -> str:
    return Client().get("/sign-in/", **more).content.decode()


@pytest.mark.parametrize(
    ("public_url", "count"),
    [("https://texts.example.com", "1"), ("http://texts.example.com", "0"), ("", "0")],
)
def test_only_behind_tls_a_proxy_is_trusted(public_url: str, count: str) -> None:
    asked = "from textmeter import settings; print(getattr(settings, 'ALLAUTH_TRUSTED_PROXY_COUNT', 0))"
    environment = os.environ | {"TEXTMETER_PUBLIC_URL": public_url}
    done = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == count


def test_behind_a_proxy_attempts_are_counted_by_the_address_that_it_saw(settings: object) -> None:
    """What a reader writes into the header himself stands before it."""
    request = RequestFactory().post("/sign-in/", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
    assert ClosedAdapter().get_client_ip(request) == "127.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert ClosedAdapter().get_client_ip(request) == "203.0.113.9"


def test_only_who_sits_at_the_server_reads_a_command_with_its_paths(ann: User) -> None:
    whole, short = f">{textmeter()} user set-password", ">textmeter user set-password"
    assert whole in read_page()
    for elsewhere in (read_page(REMOTE_ADDR="192.168.1.20"), read_page(HTTP_X_FORWARDED_FOR="198.51.100.1")):
        assert whole not in elsewhere
        assert short in elsewhere


def test_strangers_on_a_public_address_learn_no_path_of_the_server(ann: User, settings: object) -> None:
    settings.PUBLIC_URL = "https://texts.example.com"
    page = read_page()
    assert "Whoever runs the server sets a new password there" in page
    assert f"{textmeter()} user" not in page


@pytest.mark.parametrize(
    "path", ["/signup/", "/accounts/signup/", "/password/reset/", "/sign-in/code/", "/accounts/login/"]
)
def test_there_is_no_other_door(ann: User, path: str) -> None:
    assert Client().get(path).status_code == 404
    assert Client().post(path).status_code == 404


def test_nobody_signs_up_even_if_a_way_were_left_open() -> None:
    assert not ClosedAdapter().is_open_for_signup(RequestFactory().get("/"))


def test_signing_out_needs_a_post(ann: User) -> None:
    client = signed_in(ann)
    told = client.get("/sign-out/")
    assert (told.status_code, told["Allow"]) == (405, "POST")
    assert "This address only takes what a page sends to it." in told.content.decode()
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session


def test_signing_in_needs_the_forms_token(ann: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = sign_in(client)
    assert answer.status_code == 403
    assert "This form is out of date" in answer.content.decode()


def test_the_own_password_is_changed_with_the_current_one(ann: User) -> None:
    here, there = signed_in(ann), signed_in(ann)
    form = {"oldpassword": "nope", "password1": "a longer new one", "password2": "a longer new one"}
    refused = here.post("/password/", form)
    assert "This is not your current password." in refused.content.decode()
    changed = here.post("/password/", form | {"oldpassword": PASSWORD}, follow=True)
    assert "Your password was changed." in changed.content.decode()
    assert there.get("/password/").status_code == 302, "other sessions end"
    assert sign_in(Client(), password="a longer new one").status_code == 302


def test_a_password_that_everybody_uses_is_refused(ann: User) -> None:
    form = {"oldpassword": PASSWORD, "password1": "1234567890", "password2": "1234567890"}
    assert "too common" in signed_in(ann).post("/password/", form).content.decode()


def test_ones_own_address_or_name_is_no_password(ann: User) -> None:
    ann.name = "Annabel Leeward"
    ann.save()
    for word, of in (("ann@example.com", "email"), ("Annabel Leeward", "name")):
        form = {"oldpassword": PASSWORD, "password1": word, "password2": word}
        refused = signed_in(ann).post("/password/", form)
        assert f"The password is too similar to the {of}." in refused.content.decode(), word


@pytest.mark.django_db
def test_somebody_without_a_password_cannot_sign_in() -> None:
    person("leo@example.com", Role.MANAGER)
    assert "_auth_user_id" not in sign_in(Client(), "leo@example.com", "!").client.session


@pytest.mark.django_db
def test_without_a_password_there_is_none_to_change() -> None:
    page = signed_in(person("leo@example.com", Role.MANAGER)).get("/password/", follow=True)
    assert "You have no password yet" in page.content.decode()


@pytest.mark.django_db
def test_before_the_first_admin_it_says_where_the_way_in_is() -> None:
    page = Client().get("/sign-in/").content.decode()
    assert "There is no admin yet. When the server started, it printed a link" in page
    assert "Ask an admin" not in page


def test_who_was_signed_out_meanwhile_comes_back_to_the_form_and_is_told(ann: User) -> None:
    """The address that a form is sent to may answer no other way."""
    client, shop = Client(), scene.company()
    here = f"/c/{shop.id}/quarantine?reason=bad_signature"
    form = {"number": "+14045550180", "name": "Ads"}
    sent = client.post(
        f"/c/{shop.id}/quarantine/trackers", form, headers={"referer": f"http://testserver{here}"}
    )
    assert sent["Location"] == f"/sign-in/?{urlencode({'next': here}, safe='/')}"
    assert trackers_of(shop.id) == []
    page = client.post(
        "/sign-in/", {"login": "ann@example.com", "password": PASSWORD, "next": here}, follow=True
    )
    assert page.redirect_chain == [(here, 302)]
    assert "You had been signed out meanwhile, so nothing was changed." in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "referer",
    [
        "",
        "https://evil.example/c/1/numbers",
        "//evil.example",
        "http://[",
        "http://testserver//evil.example",
        "x",
    ],
)
def test_a_form_from_nowhere_or_from_elsewhere_leads_to_the_start(referer: str) -> None:
    answer = Client().post("/c/1/quarantine/trackers", headers={"referer": referer})
    assert answer["Location"] == f"/sign-in/?{urlencode({'next': '/'}, safe='/')}"


@pytest.mark.django_db
def test_who_signs_out_twice_is_out(ann: User) -> None:
    assert Client().post("/sign-out/")["Location"] == "/sign-in/"
