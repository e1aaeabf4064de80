"""The email address by which somebody signs in, changed by themselves and by an admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tests import scene
from tests.people import signed_in
from tests.settings.conftest import People, audit, hidden, read, work
from textmeter.accounts.addresses import checked_address
from textmeter.accounts.models import Company, Role, User
from textmeter.accounts.password_links import password_token, whose_link
from textmeter.intake.models import Job

PASSWORD = "correct horse battery"


@pytest.fixture
def mia(people: People, shop: Company) -> User:
    mia = User.objects.get(email="mia@example.com")
    mia.set_password(PASSWORD)
    mia.save()
    people.manager.force_login(mia)
    return mia


def sign_in(address: str) -> int:
    """302: in; 200: the page again."""
    return Client().post("/sign-in/", {"login": address, "password": PASSWORD}).status_code


def with_mail(settings: Any) -> None:
    settings.PUBLIC_URL, settings.EMAIL_HOST = "https://texts.example.com", "mail.example.com"
    settings.DEFAULT_FROM_EMAIL = "texts@example.com"
    settings.ALLOWED_HOSTS = ["testserver"]


def test_ones_own_needs_the_password_and_ends_all_other_sessions(mia: User, shop: Company) -> None:
    here, there = signed_in(mia), signed_in(mia)
    token = password_token(mia, by="ada@example.com")
    assert "You sign in with mia@ example. com . Change the address" in read(here.get("/you"))
    page = read(here.get("/you/email"))
    assert "From then on you sign in with the new address and the same password." in page
    assert "A mail tells" not in page
    answer = here.post("/you/email", {"email": " Mia.Moe@Example.com ", "password": PASSWORD}, follow=True)
    assert "From now on you sign in with mia.moe@example.com." in read(answer)
    assert there.get("/you")["Location"].startswith("/sign-in/")
    assert here.get("/you").status_code == 200
    assert whose_link(token) is None, "it was made for the old address"
    assert (sign_in("mia@example.com"), sign_in("MIA.MOE@example.com")) == (200, 302)
    assert audit()[1:] == [("mia@example.com", "Changed their own email address to mia.moe@example.com.")]
    assert not Job.objects.exists(), "there is no mail server"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type the new email address."),
        ("mia", "This is not an email address."),
        ("mia moe@example.com", "This is not an email address."),
        ("Mia <mia.moe@example.com>", "This is not an email address."),
        ("mi\u200ba@example.com", "This is not an email address."),
        ("m\u0131a@example.com", "This address has a sign in it that no address has"),
        ("mia@exam\u200bple.com", "mia@example.com is the address already."),
        ("mia@e\uff58ample.com", "mia@example.com is the address already."),
        ("ada@e\ufe0fxample.com", "Somebody else signs in with ada@example.com."),
        (f"{'m' * 60}@{'example.' * 30}com", "This is longer than an email address can be: 254 characters."),
        ("MIA@example.com ", "mia@example.com is the address already."),
        ("Ada@Example.com", "Somebody else signs in with ada@example.com."),
    ],
)
def test_what_cannot_be_an_address_is_refused(mia: User, people: People, typed: str, said: str) -> None:
    here = signed_in(mia)
    page = read(here.post("/you/email", {"email": typed, "password": PASSWORD}), 400)
    assert said in page
    assert said in read(people.ada.post(f"/settings/people/{mia.pk}/email", {"email": typed}), 400)
    assert User.objects.filter(email="mia@example.com").exists()
    assert (here.get("/you").status_code, audit()) == (200, [])


@pytest.mark.parametrize(
    "domain", ["ex\u00e1mple.com", "exa\u0301mple.com", "EX\u00c1MPLE.com", "xn--exmple-qta.com"]
)
def test_a_domain_has_one_form_the_one_that_browsers_send(domain: str) -> None:
    assert checked_address(f"mia@{domain}") == "mia@xn--exmple-qta.com"


def test_guesses_at_the_password_are_refused_and_counted(mia: User) -> None:
    here = signed_in(mia)
    form = {"email": "new@example.com", "password": "wrong"}
    assert "Type your current password." in read(here.post("/you/email", form | {"password": ""}), 400)
    for _ in range(4):
        assert "This is not your current password." in read(here.post("/you/email", form), 400)
    assert here.post("/you/email", form | {"password": PASSWORD}).status_code == 429
    assert User.objects.filter(email="mia@example.com").exists()


def test_who_has_no_password_cannot_prove_that_it_is_them(people: People) -> None:
    assert people.manager.post("/you/email", {"email": "x@example.com"})["Location"] == "/password/none/"


def test_of_somebody_without_a_password_no_same_password_is_said(mia: User, people: People) -> None:
    mia.set_unusable_password()
    mia.save()
    page = read(people.ada.get(f"/settings/people/{mia.pk}/email"))
    assert "They have no password yet." in page
    assert "make a new link afterwards" in page
    assert "same password" not in page
    assert "signed out" not in page


def test_an_admin_changes_somebodys_and_they_are_signed_out(mia: User, people: People) -> None:
    theirs = signed_in(mia)
    token = password_token(mia, by="ada@example.com")
    path = f"/settings/people/{mia.pk}"
    assert "They sign in with mia@ example. com . Change the address" in read(people.ada.get(path))
    assert "so tell them" in read(people.ada.get(f"{path}/email"))
    answer = people.ada.post(f"{path}/email", {"email": "MOE@example.com"}, follow=True)
    assert "From now on they sign in with moe@example.com." in read(answer)
    assert theirs.get("/you")["Location"].startswith("/sign-in/")
    assert people.ada.get("/settings/people").status_code == 200
    assert whose_link(token) is None
    assert (sign_in("mia@example.com"), sign_in("moe@example.com")) == (200, 302)
    assert audit()[1:] == [
        ("ada@example.com", "Changed the email address of mia@example.com to moe@example.com.")
    ]


def test_others_addresses_are_for_admins_and_ones_own_needs_the_password(mia: User, people: People) -> None:
    hidden(people, f"/settings/people/{mia.pk}/email")
    hidden(people, f"/settings/people/{mia.pk}/email", form={"email": "x@example.com"})
    ada = User.objects.get(email="ada@example.com")
    answer = people.ada.post(f"/settings/people/{ada.pk}/email", {"email": "x@example.com"})
    assert answer["Location"] == "/you/email"
    assert set(User.objects.values_list("email", flat=True)) >= {"ada@example.com", "mia@example.com"}
    assert audit() == []


def test_the_old_address_is_told_by_mail(mia: User, people: People, settings: Any) -> None:
    with_mail(settings)
    here = signed_in(mia)
    assert "A mail tells the old address." in read(here.get("/you/email"))
    here.post("/you/email", {"email": "moe@example.com", "password": PASSWORD})
    people.ada.post(f"/settings/people/{mia.pk}/email", {"email": "third@example.com"})
    assert mail.outbox == [], "no request waits for a mail server"
    work()
    by_self, by_ada = mail.outbox
    assert (by_self.to, by_ada.to) == (["mia@example.com"], ["moe@example.com"])
    assert by_self.subject == "Your address no longer signs in to Textmeter"
    assert by_self.from_email == "Textmeter <texts@example.com>"
    assert str(by_self.body).startswith(
        "mia@example.com no longer signs in to Textmeter at https://texts.example.com.\n"
        "Somebody who knows the account’s password set another address in its place."
    )
    assert "\nada@example.com set another address" in str(by_ada.body)
    assert by_ada.reply_to == ["ada@example.com"]
    assert not any("third@" in str(each.body) for each in mail.outbox), (
        "whose mailbox the old one is, is unknown"
    )
    job = Job.objects.order_by("id")[0]
    assert "The old address is told" in read(people.ada.get(f"/settings/jobs/{job.id}"))


def test_a_mail_that_was_not_sent_is_in_the_log(
    mia: User, people: People, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with_mail(settings)
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    people.ada.post(f"/settings/people/{mia.pk}/email", {"email": "moe@example.com"})
    work()
    assert Job.objects.get().error.startswith("The mail server says: ")
    assert "an address that no longer signs in was not sent" in caplog.text


def test_two_who_take_one_address_at_once(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database decides where both looked before either wrote."""
    from textmeter.accounts import addresses
    from textmeter.accounts.people import BadPerson

    first = scene.user("a@example.com", Role.ADMIN)
    second = scene.user("b@example.com", Role.ADMIN)
    addresses.change_address(first, "c@example.com", by="x")
    monkeypatch.setattr(addresses.User.objects, "filter", _blind(addresses.User.objects.filter))
    with pytest.raises(BadPerson, match=r"Somebody else signs in with c@example\.com"):
        addresses.change_address(second, "c@example.com", by="x")
    assert second.email == "b@example.com"


def _blind(find: Any) -> Any:
    return lambda **given: find(pk=-1) if "email__iexact" in given else find(**given)
