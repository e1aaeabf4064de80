"""The mails that are sent: a link by which somebody chooses a password, and a word to an address that no
longer signs in. English, for nobody knows what their readers speak."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
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
    # Only now: a change of the address that comes between makes this link void, or is seen here.
    person.refresh_from_db(fields=["email"])
    is_new = not person.has_usable_password()
    site = f"Textmeter at {settings.PUBLIC_URL}"
    words = _LINK.format(
        begins=f"{by} gives you access to {site}."
        if is_new
        else f"{by} sends you a link by which you choose a new password for\n{site}.",
        link=f"{settings.PUBLIC_URL}{reverse('choose_password', args=[token])}",
        address=person.email,
        days=LASTS_DAYS,
        stays="" if is_new else " Your password stays as it is.",
    )
    _send("Your access to Textmeter" if is_new else "A new password for Textmeter", words, person.email, by)


def mail_old_address(old: str, *, by: str) -> None:
    """Tells an address that another one took its place; not which, for it may be a stranger's mailbox by
    now. Outside of any transaction. Raises NotSent."""
    who = "Somebody who knows the account’s password" if by == old else by
    words = _OLD_ADDRESS.format(old=old, who=who, site=settings.PUBLIC_URL)
    _send("Your address no longer signs in to Textmeter", words, old, by)


_LINK = """\
{begins}

Choose your password here:
{link}

You sign in with {address}. The link works once, within {days} days.
Whoever opens it can choose the password: pass it on to nobody.

If you didn’t expect this mail, leave it alone.{stays}
"""

_OLD_ADDRESS = """\
{old} no longer signs in to Textmeter at {site}.
{who} set another address in its place. The password is still the same.

If you know of it, there is nothing to do. If not, tell an admin of this
Textmeter at once: admins can set your address back and give the account
a new password, which signs everybody out of it.
"""


def _send(subject: str, words: str, to: str, by: str) -> None:
    """An answer goes to whoever had it sent, where that is a person."""
    sender = settings.DEFAULT_FROM_EMAIL
    mail = EmailMessage(
        subject,
        words,
        sender if "<" in sender else f"Textmeter <{sender}>",
        [to],
        reply_to=[by] if "@" in by and by != to else None,
    )
    try:
        mail.send()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors
        raise NotSent(str(error) or type(error).__name__) from error
