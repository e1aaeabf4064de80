"""The one-time link that makes the first admin, as long as there is none.

Whoever can read the server's output may use it, once. The database keeps only the token's hash.
"""

from __future__ import annotations

import secrets
from hashlib import sha256

from django.db import transaction

from textmeter.accounts.audit import note
from textmeter.accounts.models import FirstAdminLink, Role, User
from textmeter.lib.days import now_ms


class LinkIsUsed(Exception):
    """The token is wrong, was used, was replaced by a newer one, or an admin exists by now."""


def first_admin_link(base_url: str) -> str | None:
    """The address of a new one-time link; None once an active admin exists. Older links stop working."""
    with transaction.atomic():
        FirstAdminLink.objects.all().delete()
        if _an_admin_exists():
            return None
        token = secrets.token_urlsafe(32)
        FirstAdminLink.objects.create(token_hash=_hash(token), made_at=now_ms())
    return f"{base_url.rstrip('/')}/first-admin/{token}/"


def is_open(token: str) -> bool:
    """Whether this token can still make the first admin."""
    return FirstAdminLink.objects.filter(token_hash=_hash(token)).exists() and not _an_admin_exists()


def make_first_admin(token: str, *, email: str, name: str, password: str) -> User:
    """The new admin, and the link is used up; raises LinkIsUsed.

    Of two that come at the same instant, one deletes the link's row and the other finds none. A user
    who has this address already (a manager that was added first) becomes the admin.
    """
    with transaction.atomic():
        deleted, _ = FirstAdminLink.objects.filter(token_hash=_hash(token)).delete()
        if not deleted or _an_admin_exists():
            raise LinkIsUsed
        user = User.objects.filter(email__iexact=email).first() or User(email=email.lower())
        user.name, user.role, user.is_active = name, Role.ADMIN, True
        user.set_password(password)
        user.save()
        note(user.email, "Became the first admin by the one-time link.")
        return user


def _an_admin_exists() -> bool:
    return User.objects.filter(role=Role.ADMIN, is_active=True).exists()


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
