"""A change of the address by which somebody signs in, of which the old one is told."""

from __future__ import annotations

from django.db import transaction

from textmeter.accounts.addresses import change_address
from textmeter.accounts.mail import can_mail
from textmeter.accounts.models import User
from textmeter.intake.jobs import order
from textmeter.intake.models import JobKind


def change_address_and_tell(person: User, typed: str, *, by: str) -> None:
    """The mail is a worker's; without a mail server there is none. Raises BadPerson."""
    old = person.email
    with transaction.atomic():
        change_address(person, typed, by=by)
        if can_mail():
            order(JobKind.MAIL_OLD_ADDRESS, by=by, about=old)
