"""What a company still needs before texts can show: numbers, a connection, a first text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textmeter.accounts.models import Company, Role, User
from textmeter.intake.models import Connection
from textmeter.pages.connection_rows import ConnectionRow, connection_row
from textmeter.reports.query import first_and_last
from textmeter.reports.rows import TrackerRow


@dataclass(frozen=True, slots=True)
class Setup:
    has_numbers: bool
    is_admin: bool  # only admins see commands and connections
    may_manage: bool
    is_connected: bool
    connections: tuple[ConnectionRow, ...]


def steps(company: Company, user: User, known: Mapping[int, TrackerRow]) -> Setup | None:
    """None once the company has a number and a message."""
    if known and first_and_last(company.id):
        return None
    is_admin = user.role == Role.ADMIN
    connections = list(Connection.objects.filter(company=company))
    return Setup(
        has_numbers=bool(known),
        is_admin=is_admin,
        may_manage=user.role != Role.REPORTING,
        is_connected=bool(connections),
        connections=tuple(connection_row(each) for each in connections) if is_admin else (),
    )
