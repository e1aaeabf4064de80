"""Adding, changing and removing people. There is always an admin who can sign in, and nobody locks
themselves out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from textmeter.accounts.audit import note
from textmeter.accounts.models import Company, Role, User
from textmeter.lib.sentences import Sentence


class BadPerson(ValueError):
    """`field`: the value that can't be; the text, a Sentence, says why and what to do."""

    def __init__(self, field: str, words: Sentence) -> None:
        super().__init__(words)
        self.field = field


class ChangedMeanwhile(Exception):
    """Somebody else changed the person after they were read."""


def standing_mark(person: User) -> str:
    """A mark of what `change_person` changes, as it is now: another one as soon as any of it is."""
    companies = sorted(person.companies.values_list("pk", flat=True))
    said = json.dumps([person.name, person.role, person.is_active, companies])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def add_person(email: str, name: str, role: Role, companies: Sequence[Company], *, by: str) -> User:
    """Without a password: a link, or a command, gives one. Raises BadPerson."""
    address = email.strip().lower()
    _see_that_someone_is_seen(role, companies)
    if User.objects.filter(email__iexact=address).exists():
        raise _known(address)
    made = User(email=address, name=name.strip(), role=role)
    made.set_unusable_password()
    try:
        with transaction.atomic():
            made.save()
            made.companies.set(companies)
            note(by, f"Added {address} as {_rights(role, companies)}.")
    except IntegrityError:
        raise _known(address) from None
    return made


def change_person(
    person: User,
    *,
    name: str,
    role: Role,
    companies: Sequence[Company],
    is_active: bool,
    by: User,
    seen: str = "",
) -> None:
    """`seen`: the mark of what was changed from, where that is known. Raises BadPerson, and
    ChangedMeanwhile where it is another by now; nothing is changed then."""
    _see_that_someone_is_seen(role, companies)
    with transaction.atomic():
        _keep_an_admin(person, stays=role == Role.ADMIN and is_active)
        if seen and seen != standing_mark(User.objects.get(pk=person.pk)):
            raise ChangedMeanwhile
        if person.pk == by.pk and (role != person.role or not is_active):
            field = "is_active" if role == person.role else "role"
            raise BadPerson(field, Sentence("You can’t take your own rights away. Ask another admin."))
        before = _rights(Role(person.role), list(person.companies.all())), person.is_active, person.name
        person.name, person.role, person.is_active = name.strip(), role, is_active
        person.save(update_fields=["name", "role", "is_active"])
        person.companies.set(companies)
        after = _rights(role, companies), is_active, person.name
        for sentence in _changes(person.email, before, after):
            note(by.email, sentence)


def remove_person(person: User, *, by: User) -> None:
    """Their sessions and links end with them. What they wrote stays. Raises BadPerson."""
    with transaction.atomic():
        if person.pk == by.pk:
            raise BadPerson("typed", Sentence("You can’t remove yourself. Ask another admin."))
        _keep_an_admin(person, stays=False)
        note(by.email, f"Removed {person.email}, who was {_rights(Role(person.role), [])}.")
        person.delete()


def rename_oneself(person: User, name: str) -> None:
    with transaction.atomic():
        person.name = name.strip()
        person.save(update_fields=["name"])
        note(person.email, f"Changed their own name to {person.name or 'none'}.")


def _keep_an_admin(person: User, *, stays: bool) -> None:
    """Two who take each other's rights away at once wait for each other here."""
    admins = list(User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True).order_by("pk"))
    if not stays and [admin.pk for admin in admins] == [person.pk]:
        raise BadPerson(
            "role",
            Sentence("This is the only admin who can sign in. Make somebody else an admin first."),
        )


def _see_that_someone_is_seen(role: Role, companies: Sequence[Company]) -> None:
    if role != Role.ADMIN and not companies:
        raise BadPerson("company_ids", Sentence("Choose at least one company; only admins see all."))


def _known(address: str) -> BadPerson:
    return BadPerson(
        "email", Sentence("%(address)s is there already. Change that person instead.", address=address)
    )


def _rights(role: Role, companies: Sequence[Company]) -> str:
    """`manager of Oak & Co`"""
    if role == Role.ADMIN or not companies:
        return str(role)
    return f"{role} of {', '.join(sorted(company.name for company in companies))}"


def _changes(email: str, before: tuple[str, bool, str], after: tuple[str, bool, str]) -> list[str]:
    found = []
    if before[0] != after[0]:
        found.append(f"Made {email} {after[0]}, who was {before[0]}.")
    if before[1] != after[1]:
        found.append(f"Turned the sign-in of {email} {'on' if after[1] else 'off'}.")
    if before[2] != after[2]:
        found.append(f"Changed the name of {email} to {after[2] or 'none'}.")
    return found
