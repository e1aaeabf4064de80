"""A company's credentials and webhook addresses at one carrier."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models

from textmeter.accounts.models import Company
from textmeter.lib.ids import new_id
from textmeter.lib.sentences import from_text, to_text


def new_key() -> str:
    """The part of a webhook address that no one can guess."""
    return secrets.token_hex(12)


class Connection(models.Model):
    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=64, unique=True, default=new_key)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="connections")
    carrier = models.CharField(max_length=32)
    account_sid = models.CharField(max_length=64)
    api_key = models.CharField(max_length=64, blank=True)
    api_url = models.CharField(max_length=300, blank=True)
    # Encrypted with the installation's key, see intake.secrets.
    secret = models.TextField()
    previous_secret = models.TextField(blank=True)
    previous_until = models.BigIntegerField(null=True)
    # The API key's own secret; empty: `secret` serves for both.
    api_secret = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False)
    added_at = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["company_id", "id"]

    def __str__(self) -> str:
        return self.key


class JobKind(models.TextChoices):
    CHANGE_ZONE = "change_zone"
    REMOVE_COMPANY = "remove_company"
    REMOVE_CONNECTION = "remove_connection"
    FILL_SAMPLE = "fill_sample"
    MAIL_LINK = "mail_link"
    MAIL_OLD_ADDRESS = "mail_old_address"
    ERASE_CUSTOMER = "erase_customer"
    TRY_FILE = "try_file"
    IMPORT_FILE = "import_file"


class SentenceField(models.TextField):  # type: ignore[type-arg]  # not at run time
    """Words for people that remember how they were made (textmeter.lib.sentences); any other text, too."""

    def from_db_value(self, value: str | None, *more: object) -> str | None:
        return None if value is None else from_text(value)

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(to_text(value) if isinstance(value, str) else value)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """To migrations it is what the database has: a text."""
        name, _path, arguments, more = super().deconstruct()
        return name, "django.db.models.TextField", arguments, more


class Job(models.Model):
    """Work that lasts too long for a page: ordered there, done by a worker, step by step. `about`: what
    the kind needs to know. `total` 0: nobody knows yet. Failed: it has ended, with an `error`."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=32, choices=JobKind.choices)
    # No key: it outlives the company.
    company_id = models.IntegerField(null=True)
    about = models.CharField(max_length=300, blank=True)
    asked_by = models.CharField(max_length=254)
    asked_at = models.BigIntegerField()
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    ended_at = models.BigIntegerField(null=True, db_index=True)
    # What came of it, or what went wrong, in words for people.
    result = SentenceField(blank=True)
    error = SentenceField(blank=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
