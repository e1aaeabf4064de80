"""Which tables are an installation, and which are not worth keeping or must not be."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

# Sessions would let whoever finds a copy into the running installation; people sign in again. The cache
# counts attempts to sign in, and is out of date with the next minute.
LEFT_OUT = ("django_session", "textmeter_cache", "usersessions_usersession")
# How the names of ours begin: a PostgreSQL database may hold others.
_OURS = ("account_", "accounts_", "auth_", "django_", "intake_", "ledger_")
# SQLite's search index, which is no table of rows there, and what lies below it.
_SEARCH_OF_SQLITE = "ledger_message_words"


def kept_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables of rows that make up the installation, as the database has them now, by name: those of
    Django's models and those of plain SQL. On SQLite the search index is none of them."""
    names = sorted(connection.introspection.table_names())
    return [name for name in names if is_kept(name, connection.vendor)]


def is_kept(name: str, vendor: str) -> bool:
    """Whether the rows of a table of this name are taken along."""
    if name in LEFT_OUT or not name.startswith(_OURS):
        return False
    return vendor != "sqlite" or not name.startswith(_SEARCH_OF_SQLITE)
