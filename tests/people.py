"""People who sign in, for tests: made without the slow password hash where no password is typed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client

from textmeter.accounts.models import Company, Role, User


def person(email: str, role: Role, *companies: Company, **more: Any) -> User:
    """A user whose password can't be typed: sign them in with `signed_in`."""
    made = User.objects.create(email=email, role=role, password=make_password(None), **more)
    made.companies.set(companies)
    return made


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
