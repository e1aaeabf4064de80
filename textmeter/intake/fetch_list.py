"""Texts whose words are not known, to be asked for at the carrier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textmeter.carriers.seen import TextSeen
from textmeter.carriers.table import CARRIERS
from textmeter.intake.models import Connection
from textmeter.ledger.statements import fetch, run_many
from textmeter.lib.days import now_ms
from textmeter.lib.sentences import from_text

FIRST_AFTER = 1_000  # ms: the text's own webhook may be on its way
GAVE_UP = 9_000_000_000_000_000  # `next_at` of what is not tried any more: it stays listed, with its error


@dataclass(frozen=True, slots=True)
class Heard:
    """A text of a receipt; `lacks_words`: the ledger has none for it now."""

    connection_id: int
    seen: TextSeen
    lacks_words: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of the list. `next_at`: ms; None when it is not tried any more."""

    connection_id: int
    company_id: int
    carrier_ref: str
    attempts: int
    next_at: int | None
    error: str | None


def note_words(company_id: int, heard: Sequence[Heard]) -> None:
    """Lists the texts without words, and drops those whose words have come; inside the transaction
    that recorded them."""
    lacking = {(one.connection_id, one.seen.carrier_ref) for one in heard if one.lacks_words}
    asked = _that_can_be_asked({connection_id for connection_id, _ in lacking})
    due = now_ms() + FIRST_AFTER
    run_many(
        "INSERT INTO intake_fetch (connection_id, company_id, carrier_ref, attempts, next_at, error)"
        " VALUES (%s,%s,%s,0,%s,NULL) ON CONFLICT (connection_id, carrier_ref) DO NOTHING",
        [(connection, company_id, ref, due) for connection, ref in sorted(lacking) if connection in asked],
    )
    told = {(one.connection_id, one.seen.carrier_ref) for one in heard if one.seen.body is not None}
    drop(told - lacking)


def drop(refs: set[tuple[int, str]]) -> None:
    """Takes (connection id, carrier_ref) off the list."""
    run_many("DELETE FROM intake_fetch WHERE connection_id = %s AND carrier_ref = %s", sorted(refs))


def listed(company_id: int | None = None) -> list[Wanted]:
    """Everything that is waited for, the next one first."""
    condition, values = ("WHERE company_id = %s ", [company_id]) if company_id is not None else ("", [])
    rows = fetch(
        "SELECT connection_id, company_id, carrier_ref, attempts, next_at, error FROM intake_fetch "
        f"{condition}ORDER BY next_at, connection_id, carrier_ref",
        values,
    )
    return [
        Wanted(
            connection,
            company,
            ref,
            attempts,
            None if next_at == GAVE_UP else next_at,
            error and from_text(error),
        )
        for connection, company, ref, attempts, next_at, error in rows
    ]


def troubles(company_id: int, carrier_refs: Sequence[str]) -> dict[str, str]:
    """{carrier_ref: why the carrier couldn't be asked}, of those that were tried in vain."""
    if not carrier_refs:
        return {}
    rows = fetch(
        "SELECT f.carrier_ref, f.error FROM intake_connection c"
        " JOIN intake_fetch f ON f.connection_id = c.id AND f.company_id = c.company_id"
        f" WHERE c.company_id = %s AND f.carrier_ref IN ({','.join(['%s'] * len(carrier_refs))})"
        " AND f.error IS NOT NULL",
        [company_id, *carrier_refs],
    )
    return {ref: from_text(error) for ref, error in rows}


def _that_can_be_asked(connection_ids: set[int]) -> set[int]:
    if not connection_ids:
        return set()
    found = Connection.objects.filter(pk__in=connection_ids).values_list("pk", "carrier")
    return {pk for pk, carrier in found if carrier in CARRIERS and CARRIERS[carrier].fetch_text}
