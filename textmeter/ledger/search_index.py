"""The search indexes made anew: for a database that comes from a former version. Nobody else writes
meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection

from textmeter.ledger.customer_parts import Called, put_parts
from textmeter.ledger.statements import chunks, fetch, run, stream
from textmeter.ledger.words import WEEK_MS, indexed, put_words

Progress = Callable[[int, int], None]  # texts done, texts in all

TOGETHER = 5000
# Of words that SQLite's index holds before it writes them as a part of its own; parts are joined later, which
# costs the more the more there are. 1 MiB is SQLite's own choice.
MANY_BYTES, USUAL_BYTES = 64 << 20, 1 << 20
_HOLD = "INSERT INTO ledger_message_words (ledger_message_words, rank) VALUES ('hashsize', %s)"


def index_texts(progress: Progress) -> None:
    """Gives each text's words their company and week, in place of whatever they had."""
    if connection.vendor == "postgresql":
        # Every row changes, and so would its places in the index.
        run("DROP INDEX ledger_message_words_found", [])
        run(_ADD_WEEKS, [WEEK_MS])
        run(_INDEX, [])
        return
    ((total,),) = fetch("SELECT count(*) FROM ledger_message", [])
    done = 0
    run("INSERT INTO ledger_message_words (ledger_message_words) VALUES ('delete-all')", [])
    run(_HOLD, [MANY_BYTES])
    for company_id in _companies():
        texts = stream("SELECT id, sent_at, body FROM ledger_message WHERE company_id = %s", [company_id])
        for some in chunks(texts, TOGETHER):
            rows = [(id, indexed(company_id, sent_at, body)) for id, sent_at, body in some]
            put_words(company_id, [(id, words) for id, words in rows if words])
            done += len(some)
            progress(done, total)
    run(_HOLD, [USUAL_BYTES])


def index_customers() -> None:
    for company_id in _companies():
        customers = stream(
            "SELECT id, folded_name, digits FROM ledger_customer WHERE company_id = %s", [company_id]
        )
        for some in chunks(customers, 4 * TOGETHER):
            put_parts(company_id, [Called(*one) for one in some])


def _companies() -> list[int]:
    return [id for (id,) in fetch("SELECT id FROM accounts_company ORDER BY id", [])]


_ADD_WEEKS = """UPDATE ledger_message_words w
    SET words = w.words || array_to_tsvector(ARRAY['§' || m.company_id || '§' || GREATEST(m.sent_at, 0) / %s])
    FROM ledger_message m WHERE m.company_id = w.company_id AND m.id = w.id"""
_INDEX = """CREATE INDEX ledger_message_words_found ON ledger_message_words USING gin (words)
    WITH (fastupdate = on, gin_pending_list_limit = 1024)"""
