"""What a company still needs before texts can show: numbers, a connection, a first text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textmeter.accounts.models import Company, Role, User
from textmeter.intake.connections import webhooks
from textmeter.intake.models import Connection
from textmeter.reports.query import first_and_last
from textmeter.reports.rows import TrackerRow


@dataclass(frozen=True, slots=True)
class ConnectionAddresses:
    carrier: str
    account: str
    webhooks: tuple[tuple[str, str], ...]  # (what, address)


@dataclass(frozen=True, slots=True)
class Setup:
    has_numbers: bool
    is_admin: bool  # only admins see commands and addresses
    may_manage: bool
    connections: tuple[ConnectionAddresses, ...]


def steps(company: Company, user: User, known: Mapping[int, TrackerRow], base: str) -> Setup | None:
    """None once the company has a number and a message; `base` is what the webhook addresses begin with."""
    if known and first_and_last(company.id):
        return None
    is_admin = user.role == Role.ADMIN
    connections = Connection.objects.filter(company=company) if is_admin else ()
    return Setup(
        has_numbers=bool(known),
        is_admin=is_admin,
        may_manage=user.role != Role.REPORTING,
        connections=tuple(
            ConnectionAddresses(each.carrier, each.account_sid, tuple(webhooks(each, base).items()))
            for each in connections
        ),
    )
