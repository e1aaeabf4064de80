"""The one mail that is sent: a link by which somebody chooses a password."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from textmeter.accounts.models import User
from textmeter.accounts.password_links import LASTS_DAYS, password_token


class NotSent(Exception):
    """The text says why."""


def can_mail() -> bool:
    """A link in a mail needs the address under which people reach the pages."""
    return bool(settings.EMAIL_HOST and settings.PUBLIC_URL)


def mail_password_link(person: User, *, by: str) -> None:
    """Makes a new link and sends it: outside of any transaction, for a mail server may take its time.
    Raises NotSent."""
    token = password_token(person, by=by)
    link = f"{settings.PUBLIC_URL}{reverse('choose_password', args=[token])}"
    words = (
        f"{by} gives you access to Textmeter at {settings.PUBLIC_URL}.\n\n"
        f"Choose your password here:\n{link}\n\n"
        f"The link works once, within {LASTS_DAYS} days. If you didn’t expect this mail, leave it alone.\n"
    )
    try:
        send_mail("Your access to Textmeter", words, settings.DEFAULT_FROM_EMAIL, [person.email])
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors
        raise NotSent(str(error) or type(error).__name__) from error
