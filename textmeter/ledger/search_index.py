"""The search indexes made anew: for a database that comes from a former version. Nobody else writes
meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db import connection

from textmeter.ledger.customer_parts import Called, put_parts
from textmeter.ledger.spots import CUSTOMER_BITS, MONTH_SHIFT, day_sql, spot_of, spot_sql
from textmeter.ledger.statements import chunks, fetch, run, run_many, stream
from textmeter.ledger.words import head_sql, indexed, put_words

Progress = Callable[[int, int], None]  # texts done, texts in all

TOGETHER = 20_000
# Of words that SQLite's index holds before it writes them as a part of its own; parts are joined later, which
# costs the more the more there are. 1 MiB is SQLite's own choice.
MANY_BYTES, USUAL_BYTES = 64 << 20, 1 << 20
_HOLD = "INSERT INTO ledger_message_words (ledger_message_words, rank) VALUES ('hashsize', %s)"


def give_spots() -> None:
    """Numbers customers and texts that have no numbers yet, and gives texts and conversations their spots."""
    run(_NUMBER_CUSTOMERS, [])
    run(_NUMBERED, [])
    if connection.vendor == "postgresql":
        run(_SPOTS, [])
    else:
        for company_id in _companies():
            for some in chunks(_spots(company_id), TOGETHER):
                run_many(_SPOT, some)
    run(_COUNT_TEXTS, [])
    run(_SPOTS_OF_CONVERSATIONS, [])


def index_texts(progress: Progress) -> None:
    """Puts each text's words into the index at its spot, in place of whatever was there."""
    if connection.vendor == "postgresql":
        # Every row changes, and so would its places in the index.
        run("DROP INDEX ledger_message_words_found", [])
        run("ALTER TABLE ledger_message_words RENAME COLUMN id TO spot", [])
        run(_MOVE_WORDS, [])
        run(_INDEX, [])
        return
    ((total,),) = fetch("SELECT count(*) FROM ledger_message", [])
    done = 0
    run("INSERT INTO ledger_message_words (ledger_message_words) VALUES ('delete-all')", [])
    run(_HOLD, [MANY_BYTES])
    for company_id in _companies():
        texts = stream(
            "SELECT spot, body FROM ledger_message WHERE company_id = %s ORDER BY sent_at", [company_id]
        )
        for some in chunks(texts, TOGETHER):
            rows = [(spot, indexed(company_id, spot, body)) for spot, body in some]
            put_words(company_id, [(spot, words) for spot, words in rows if words])
            done += len(some)
            progress(done, total)
    run(_HOLD, [USUAL_BYTES])


def begin_words() -> None:
    """On PostgreSQL, where company and month stood beside the words in a former version: now each word begins
    with them."""
    if not fetch(_TOKENS, []):
        return
    run("DROP INDEX ledger_message_words_found", [])
    run(_BEGIN_WORDS, [])
    run(_INDEX, [])


def index_customers() -> None:
    for company_id in _companies():
        customers = stream(
            "SELECT id, folded_name, digits FROM ledger_customer WHERE company_id = %s", [company_id]
        )
        for some in chunks(customers, 4 * TOGETHER):
            put_parts(company_id, [Called(*one) for one in some])


def _companies() -> list[int]:
    return [id for (id,) in fetch("SELECT id FROM accounts_company ORDER BY id", [])]


def _spots(company_id: int) -> Iterator[tuple[int, int, int]]:
    """(spot but for the direction, company id, message id)."""
    numbers = dict(fetch("SELECT id, nth FROM ledger_customer WHERE company_id = %s", [company_id]))
    rows = stream(
        "SELECT customer_id, local_date, id FROM ledger_message WHERE company_id = %s ORDER BY customer_id",
        [company_id],
    )
    last, text = 0, 0
    for customer_id, local_date, id in rows:
        text = text + 1 if customer_id == last else 1
        last = customer_id
        yield spot_of(local_date, numbers[customer_id], text, 0), company_id, id


_NUMBER_CUSTOMERS = """UPDATE ledger_customer SET nth = n.nth
    FROM (SELECT company_id, id, ROW_NUMBER() OVER (PARTITION BY company_id ORDER BY id) AS nth
        FROM ledger_customer) n
    WHERE n.company_id = ledger_customer.company_id AND n.id = ledger_customer.id"""
_NUMBERED = """INSERT INTO ledger_change (company_id, number, customers)
    SELECT company_id, 1, COUNT(*) FROM ledger_customer WHERE 1 = 1 GROUP BY company_id
    ON CONFLICT (company_id) DO UPDATE SET customers = excluded.customers"""
_SPOT = "UPDATE ledger_message SET spot = %s | direction WHERE company_id = %s AND id = %s"
_SPOTS = f"""UPDATE ledger_message m SET spot = {spot_sql("m.local_date", "c.nth", "n.nth", "m.direction")}
    FROM (SELECT company_id, id, ROW_NUMBER() OVER (PARTITION BY company_id, customer_id ORDER BY id) AS nth
        FROM ledger_message) n, ledger_customer c
    WHERE n.company_id = m.company_id AND n.id = m.id
    AND c.company_id = m.company_id AND c.id = m.customer_id"""
_COUNT_TEXTS = """UPDATE ledger_customer SET texts = (SELECT COUNT(*) FROM ledger_message m
    WHERE m.company_id = ledger_customer.company_id AND m.customer_id = ledger_customer.id)"""
_SPOTS_OF_CONVERSATIONS = f"""UPDATE ledger_conversation
    SET spot = ({day_sql("local_date")} << {CUSTOMER_BITS}) | (SELECT c.nth FROM ledger_customer c
        WHERE c.company_id = ledger_conversation.company_id AND c.id = ledger_conversation.customer_id)"""
_TOKENS = "SELECT 1 FROM ledger_message_words WHERE words @@ '''§'':*'::tsquery LIMIT 1"


def _begun(spot: str) -> str:
    """The words of a row `w`, without the tokens that former versions put beside them."""
    start = head_sql("w.company_id", f"({spot} >> {MONTH_SHIFT})")
    return (
        f"array_to_tsvector(ARRAY(SELECT {start} || word FROM unnest(tsvector_to_array(w.words)) word"
        " WHERE word NOT LIKE '§%%'))"
    )


_MOVE_WORDS = f"""UPDATE ledger_message_words w SET spot = m.spot, words = {_begun("m.spot")}
    FROM ledger_message m WHERE m.company_id = w.company_id AND m.id = w.spot"""
_BEGIN_WORDS = f"UPDATE ledger_message_words w SET words = {_begun('w.spot')}"
_INDEX = """CREATE INDEX ledger_message_words_found ON ledger_message_words USING gin (words)
    WITH (fastupdate = on, gin_pending_list_limit = 1024)"""
