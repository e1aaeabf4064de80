"""Which tables are taken along: all but what is named, with its reason, in textmeter.copies.tables."""

from __future__ import annotations

from django.apps import apps
from django.db import connection

from tests.databases import SERVER
from textmeter.copies.tables import LEFT_OUT, kept_tables

KEPT = [
    "account_emailaddress",
    "account_emailconfirmation",
    "accounts_auditline",
    "accounts_company",
    "accounts_firstadminlink",
    "accounts_user",
    "accounts_user_companies",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "intake_connection",
    "intake_fetch",
    "intake_heard",
    "intake_receipt",
    "ledger_call",
    "ledger_change",
    "ledger_conversation",
    "ledger_conversation_count",
    "ledger_conversation_tracker",
    "ledger_customer",
    "ledger_customer_part",
    "ledger_customer_tracker",
    "ledger_customer_words",
    "ledger_early",
    "ledger_message",
    "ledger_new_customer",
    "ledger_number_owner",
    "ledger_opt_out",
    "ledger_rebuild",
    "ledger_tracker",
    "ledger_volume_hour",
    "ledger_volume_tracker",
]


if SERVER:  # where the search index is a table like others
    KEPT.insert(KEPT.index("ledger_new_customer"), "ledger_message_words")


def test_a_new_table_is_noticed(db: None) -> None:
    """It is taken by itself; whoever adds one says here that it should be, or leaves it out."""
    assert kept_tables(connection) == KEPT


def test_every_model_s_rows_are_taken_but_those_left_out(db: None) -> None:
    models = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert models - set(KEPT) == {"django_session"}
    assert set(LEFT_OUT) <= set(connection.introspection.table_names())
