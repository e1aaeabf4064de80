"""What a database holds: its tables, and in few words its companies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Fetch = Callable[[str], Sequence[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    rows: int
    columns: Sequence[str]


@dataclass(frozen=True, slots=True)
class CompanyContents:
    """`last_text_at`: ms; None without texts."""

    id: int
    name: str
    messages: int
    last_text_at: int | None


@dataclass(frozen=True, slots=True)
class Contents:
    """`migrations`: those that were applied, as "app.name"; `companies` by name."""

    migrations: Sequence[str]
    tables: Sequence[Table]
    companies: Sequence[CompanyContents]


def migrations_of(fetch: Fetch) -> list[str]:
    """In the order in which they were applied. `fetch` runs one SELECT."""
    return [f"{app}.{name}" for app, name in fetch("SELECT app, name FROM django_migrations ORDER BY id")]


def companies_of(fetch: Fetch) -> list[CompanyContents]:
    return [CompanyContents(*row) for row in fetch(_COMPANIES)]


_COMPANIES = (
    "SELECT c.id, c.name,"
    " (SELECT count(*) FROM ledger_message m WHERE m.company_id = c.id),"
    " (SELECT max(last_at) FROM ledger_conversation m WHERE m.company_id = c.id)"
    " FROM accounts_company c ORDER BY c.name, c.id"
)
