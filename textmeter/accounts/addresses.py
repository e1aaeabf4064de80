"""The email address by which somebody signs in, and its change."""

from __future__ import annotations

from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from textmeter.accounts.audit import note
from textmeter.accounts.models import PasswordLink, User
from textmeter.accounts.people import BadPerson
from textmeter.lib.sentences import Sentence

LONGEST = 254


def checked_address(typed: str) -> str:
    """In small letters, without spaces around it, the domain as browsers send it (`xn--…`), so that what
    looks alike is alike. Raises BadPerson."""
    address = _plain(typed)
    if len(address) > LONGEST:
        raise _bad(
            Sentence("This is longer than an email address can be: %(most)s characters.", most=LONGEST)
        )
    try:
        validate_email(address)
    except ValidationError:
        raise _bad(Sentence("This is not an email address. It looks like name@example.com.")) from None
    if not address.isascii():  # letters that only look like others, and signs that nobody sees
        raise _bad(
            Sentence("This address has a sign in it that no address has, or that nobody sees. Type it anew.")
        )
    return address


def _plain(typed: str) -> str:
    address = normalize("NFKC", typed.strip()).lower()
    name, at, domain = address.rpartition("@")
    try:
        return f"{name}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def change_address(person: User, typed: str, *, by: str) -> None:
    """From here on they sign in with it, everywhere anew, for sessions hang on the address
    (`User.get_session_auth_hash`). A link that was made for the old one opens nothing. Raises BadPerson."""
    address, old = checked_address(typed), person.email
    if address == old:
        raise _bad(Sentence("%(address)s is the address already. Type another one.", address=address))
    if User.objects.filter(email__iexact=address).exists():
        raise _taken(address)
    try:
        with transaction.atomic():
            # Not by the object, which would tell of a new address where none was written.
            User.objects.filter(pk=person.pk).update(email=address)
            PasswordLink.objects.filter(user=person).delete()
            whose = "their own email address" if by == old else f"the email address of {old}"
            note(by, f"Changed {whose} to {address}.")
    except IntegrityError:
        raise _taken(address) from None
    person.email = address


def _taken(address: str) -> BadPerson:
    return _bad(Sentence("Somebody else signs in with %(address)s. Type another one.", address=address))


def _bad(words: Sentence) -> BadPerson:
    return BadPerson("email", words)
