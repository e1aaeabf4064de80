"""PostgreSQL's search index has words by company and month, as SQLite's: a search for a word's beginning
reads no other company's words, and no other month's."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from textmeter.ledger.search_index import begin_words


def make_words_anew(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        begin_words()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0008_customers_in_a_list")]
    operations: ClassVar = [migrations.RunPython(make_words_anew, migrations.RunPython.noop)]
