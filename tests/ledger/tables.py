"""Rows of one table as dictionaries, for tests to compare with whole results."""

from __future__ import annotations

from typing import Any

from textmeter.accounts.models import Company
from textmeter.ledger.statements import fetch


def table(company: Company, name: str, columns: str, order: str) -> list[tuple[Any, ...]]:
    return fetch(f"SELECT {columns} FROM ledger_{name} WHERE company_id = %s ORDER BY {order}", [company.id])


def conversations(company: Company, columns: str) -> list[tuple[Any, ...]]:
    return table(company, "conversation", columns, "local_date, last_at")


def messages(company: Company, columns: str) -> list[tuple[Any, ...]]:
    return table(company, "message", columns, "sent_at, carrier, carrier_ref")


def calls_of(company: Company, columns: str) -> list[tuple[Any, ...]]:
    return table(company, "call", columns, "started_at, carrier_ref")


def customers(company: Company, columns: str) -> list[tuple[Any, ...]]:
    return table(company, "customer", columns, "number")
