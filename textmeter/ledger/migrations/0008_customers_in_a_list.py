"""Customers are listed by their last contact, those who wait first; and can be erased."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from textmeter.ledger.last_contacts import contact_statements

_COLUMNS = (
    "ALTER TABLE ledger_customer ADD COLUMN last_call_at bigint",
    "ALTER TABLE ledger_customer ADD COLUMN last_contact_at bigint NOT NULL DEFAULT 0",
    # Up to when (ms) what was said is erased; 1 while texts are left to do; 1 of a text that is done.
    "ALTER TABLE ledger_customer ADD COLUMN erased_to bigint",
    "ALTER TABLE ledger_customer ADD COLUMN erasing smallint",
    "ALTER TABLE ledger_message ADD COLUMN erased smallint",
)
# waiting_since stands in it so that those who wait, listed before, are passed over without their rows.
_INDEX = """CREATE INDEX ledger_customer_contact ON ledger_customer
    (company_id, last_contact_at, id, waiting_since)"""
# Of the index made anew by 0006 nothing was said, and the planner took it for one of few rows.
_PLANNER = """INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('ledger_customer', 'ledger_customer_contact', '1000000 200000 1 1 1'),
    ('ledger_customer', 'ledger_customer_first', '1000000 200000 300 1')"""


def make_columns(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in (*_COLUMNS, *contact_statements(), _INDEX):
        editor.execute(statement)
    if editor.connection.vendor == "sqlite":
        editor.execute(_PLANNER)
        editor.execute("ANALYZE sqlite_schema")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0007_smaller_messages")]
    operations: ClassVar = [migrations.RunPython(make_columns, migrations.RunPython.noop)]
