"""A company's credentials and webhook addresses at one carrier."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models

from textmeter.accounts.models import Company
from textmeter.lib.ids import new_id


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
