"""One-time links by which somebody chooses a password: made by an admin, handed over or mailed.

The database keeps only the token's hash. A new link takes the place of the one before.
"""

from __future__ import annotations

import secrets
from hashlib import sha256

from django.db import transaction

from textmeter.accounts.audit import note
from textmeter.accounts.models import PasswordLink, User
from textmeter.lib.days import now_ms

LASTS_DAYS = 3
LASTS_MS = LASTS_DAYS * 86_400_000


class LinkIsUsed(Exception):
    """The token is wrong, too old, was used, or was replaced by a newer one."""


def password_token(person: User, *, by: str) -> str:
    """A new one; whoever has it can sign in as that person once."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        PasswordLink.objects.update_or_create(
            user=person, defaults={"token_hash": _hash(token), "until": now_ms() + LASTS_MS}
        )
        note(by, f"Made a link by which {person.email} chooses a password.")
    return token


def whose_link(token: str) -> User | None:
    """None for a link that opens nothing (any more), and for people whose sign-in is turned off."""
    found = PasswordLink.objects.select_related("user").filter(token_hash=_hash(token)).first()
    return found.user if found and found.until > now_ms() and found.user.is_active else None


def choose_password(token: str, password: str) -> User:
    """The link is used up, and the person's sessions end. Raises LinkIsUsed."""
    with transaction.atomic():
        person = whose_link(token)
        deleted, _ = PasswordLink.objects.filter(token_hash=_hash(token)).delete()
        if person is None or not deleted:
            raise LinkIsUsed
        person.set_password(password)
        person.save(update_fields=["password"])
        note(person.email, "Chose a password by a link.")
    return person


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
