"""Which tables are an installation, and which are not worth keeping or must not be."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

# Sessions would let whoever finds a copy into the running installation; people sign in again. The cache
# counts attempts to sign in, and is out of date with the next minute.
LEFT_OUT = ("django_session", "textmeter_cache")
# Made from the texts, by each database in its own way.
_SEARCH = "ledger_message_words"


def kept_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables of rows that make up the installation, as the database has them now, by name: those of
    Django's models and those of plain SQL. The search index is none of them."""
    return sorted(name for name in connection.introspection.table_names() if is_kept(name))


def is_kept(name: str) -> bool:
    """Whether rows of the table of this name are taken along."""
    return name not in LEFT_OUT and not name.startswith((_SEARCH, "sqlite_"))
