"""A second connection of an account that has one: added only by who says that it is meant."""

from __future__ import annotations

from django.http import HttpRequest

from textmeter.accounts.models import Company
from textmeter.intake.models import Connection
from textmeter.pages.connection_forms import ConnectionForm


def twins_of(company: Company, form: ConnectionForm) -> list[Connection]:
    """Those that the typed account has already: mostly it was the secret that was meant."""
    typed = str(form.data.get("account_sid", "")).strip() if form.is_bound else ""
    return list(company.connections.filter(account_sid__iexact=typed)) if typed else []


def is_meant(request: HttpRequest, twins: list[Connection]) -> bool:
    return not twins or request.POST.get("again") == "1"
