"""How many customers there are by the day of their first text, kept by what is added and taken away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from textmeter.ledger.statements import run, run_many


def count_new_customers(company_id: int, gone: Iterable[int], come: Iterable[int]) -> None:
    """Takes first days (YYYYMMDD) out and puts others in."""
    counts = Counter(come)
    counts.subtract(gone)
    changed = [(company_id, date, count) for date, count in counts.items() if count]
    run_many(
        "INSERT INTO ledger_new_customer (company_id, local_date, customers) VALUES (%s,%s,%s)"
        " ON CONFLICT (company_id, local_date) DO UPDATE SET"
        " customers = ledger_new_customer.customers + excluded.customers",
        changed,
    )
    run_many(
        "DELETE FROM ledger_new_customer WHERE company_id = %s AND local_date = %s AND customers = 0",
        [row[:2] for row in changed if row[2] < 0],
    )


def recount_new_customers(company_id: int) -> None:
    """Counts the company's customers again; inside a transaction."""
    run("DELETE FROM ledger_new_customer WHERE company_id = %s", [company_id])
    run(f"{_COUNT} AND company_id = %s {_BY_DAY}", [company_id])


def count_everyone() -> None:
    """Counts every company's customers where nothing is counted yet; inside a transaction."""
    run(count_statement(), [])


def count_statement() -> str:
    """What `count_everyone` runs."""
    return f"{_COUNT} {_BY_DAY}"


_COUNT = (
    "INSERT INTO ledger_new_customer (company_id, local_date, customers)"
    " SELECT company_id, first_text_date, COUNT(*) FROM ledger_customer WHERE first_text_date IS NOT NULL"
)
_BY_DAY = "GROUP BY company_id, first_text_date"
