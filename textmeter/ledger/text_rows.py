"""Messages to and from their table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from textmeter.ledger import derive
from textmeter.ledger.derive import Message
from textmeter.ledger.keys import Key, by_carrier
from textmeter.ledger.parties import Parties
from textmeter.ledger.registers import Register, packed, unpacked
from textmeter.ledger.statements import fetch, marks, run_many
from textmeter.ledger.texts import Text
from textmeter.ledger.words import drop_words, indexed, put_words, week_of


class StoredText(NamedTuple):
    """A message as the table holds it: what is known of it, and what derivation saw."""

    id: int
    state: Text
    message: Message


def load_texts(company_id: int, keys: Iterable[Key]) -> dict[Key, StoredText]:
    """Those of the messages that are known."""
    found: dict[Key, StoredText] = {}
    for carrier, refs in by_carrier(keys):
        rows = fetch(f"{_LOAD} AND m.carrier_ref IN ({marks(len(refs))})", [company_id, carrier, *refs])
        for row in rows:
            found[carrier, row[4]] = _stored(row)
    return found


class TextChange(NamedTuple):
    """A message to write: as it was (None: new) and as it is."""

    before: StoredText | None
    id: int
    state: Text
    message: Message


def write_texts(company_id: int, changes: Sequence[TextChange]) -> None:
    """Writes messages, and their words in the search index, which hang on the week of sending too."""
    run_many(_INSERT, [_row(company_id, one) for one in changes if one.before is None])
    run_many(_UPDATE, [_updated(company_id, one) for one in changes if one.before is not None])
    old, new = [], []
    for before, id, state, _ in changes:
        if before and before.state.body == state.body and _week(before.state) == _week(state):
            continue
        if before and (was := _indexed(company_id, before.state)):
            old.append((id, was))
        if words := _indexed(company_id, state):
            new.append((id, words))
    drop_words(company_id, old)
    put_words(company_id, new)


def delete_texts(company_id: int, gone: Sequence[StoredText]) -> None:
    """Takes messages and their words away."""
    run_many(
        "DELETE FROM ledger_message WHERE company_id = %s AND id = %s", [(company_id, one.id) for one in gone]
    )
    words = [(one.id, _indexed(company_id, one.state)) for one in gone]
    drop_words(company_id, [(id, was) for id, was in words if was])


def _indexed(company_id: int, state: Text) -> str | None:
    return indexed(company_id, state.time[1], state.body)


def _week(state: Text) -> int:
    return week_of(state.time[1])


_COLUMNS = (
    "company_id, id, carrier, carrier_ref, customer_id, tracker_id, direction, sent_at, sent_at_source,"
    " local_date, local_hour, status, automatic, body, media, segments, error_code, agent, opt_out_type,"
    " statuses, facts"
)
_INSERT = f"INSERT INTO ledger_message ({_COLUMNS}) VALUES ({marks(21)})"
_UPDATE = (
    "UPDATE ledger_message SET customer_id = %s, tracker_id = %s, direction = %s, sent_at = %s,"
    " sent_at_source = %s, local_date = %s, local_hour = %s, status = %s, automatic = %s, body = %s,"
    " media = %s, segments = %s, error_code = %s, agent = %s, opt_out_type = %s, statuses = %s, facts = %s"
    " WHERE company_id = %s AND id = %s"
)
_LOAD = (
    "SELECT m.id, m.customer_id, m.tracker_id, m.direction, m.carrier_ref, m.sent_at, m.sent_at_source,"
    " m.local_date, m.local_hour, m.automatic, m.body, m.media, m.segments, m.error_code, m.agent,"
    " m.opt_out_type, m.statuses, m.facts, c.number, t.number, m.carrier"
    # CROSS JOIN: with some hundred refs SQLite would rather begin with every customer.
    " FROM ledger_message m CROSS JOIN ledger_customer c CROSS JOIN ledger_tracker t"
    " WHERE m.company_id = %s AND c.company_id = m.company_id AND c.id = m.customer_id"
    " AND t.company_id = m.company_id AND t.id = m.tracker_id AND m.carrier = %s"
)


def _row(company_id: int, one: TextChange) -> tuple[Any, ...]:
    state = one.state
    return (company_id, one.id, state.carrier, state.carrier_ref, *_values(state, one.message))


def _updated(company_id: int, one: TextChange) -> tuple[Any, ...]:
    return (*_values(one.state, one.message), company_id, one.id)


_UNKNOWN: Register = (0, 0, None)


def _values(state: Text, message: Message) -> tuple[Any, ...]:
    fields = state.fields
    return (
        message.customer_id,
        message.tracker_id,
        0 if message.is_inbound else 1,
        state.time[1],
        state.time[0],
        message.local_date,
        message.local_hour,
        state.status,
        int(state.automatic),
        fields.get("b", _UNKNOWN)[2],
        _packed_media(fields.get("m", _UNKNOWN)[2]),
        fields.get("s", _UNKNOWN)[2],
        fields.get("e", _UNKNOWN)[2],
        fields.get("a", _UNKNOWN)[2],
        fields.get("o", _UNKNOWN)[2],
        _packed_statuses(state.statuses),
        packed(fields),
    )


def _packed_media(media: tuple[tuple[str, str], ...] | None) -> str | None:
    if not media:
        return None if media is None else "[]"
    return json.dumps(media, separators=(",", ":"), ensure_ascii=False)


def _packed_statuses(statuses: dict[int, int]) -> str | None:
    if len(statuses) <= 1:
        for status, at in statuses.items():
            return f'{{"{status}":{at}}}'
        return None
    return "{" + ",".join(f'"{status}":{at}' for status, at in sorted(statuses.items())) + "}"


def _stored(row: Sequence[Any]) -> StoredText:
    (id, customer_id, tracker_id, direction, ref, sent_at, time_source, date, hour, automatic, body) = row[
        :11
    ]
    (media, segments, error_code, agent, opt_out_type, statuses, facts, customer, ours, carrier) = row[11:]
    contents = {
        "p": Parties(direction, customer, ours),
        "b": body,
        "m": None if media is None else tuple((url, kind) for url, kind in json.loads(media)),
        "s": segments,
        "e": error_code,
        "a": agent,
        "o": opt_out_type,
    }
    seen_statuses = {int(status): at for status, at in json.loads(statuses or "{}").items()}
    state = Text(
        carrier, ref, (time_source, sent_at), seen_statuses, bool(automatic), unpacked(facts, contents)
    )
    message = derive.message(
        id=id,
        customer_id=customer_id,
        tracker_id=tracker_id,
        carrier=carrier,
        carrier_ref=ref,
        direction=direction,
        sent_at=sent_at,
        local_date=date,
        local_hour=hour,
        status=state.status,
        automatic=state.automatic,
        body=body,
        agent=agent,
    )
    return StoredText(id, state, message)
