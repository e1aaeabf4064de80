"""Messages to and from their table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from textmeter.ledger import derive
from textmeter.ledger.derive import Message
from textmeter.ledger.keys import Key
from textmeter.ledger.parties import Parties
from textmeter.ledger.readings import Columns, TextReading, packed_media, unpacked_media
from textmeter.ledger.ref_marks import ref_mark
from textmeter.ledger.registers import Register
from textmeter.ledger.statements import chunks, fetch, fetch_in, marks, run_many
from textmeter.ledger.text_times import packed_times, unpacked_times
from textmeter.ledger.texts import Text
from textmeter.ledger.words import drop_words, index_rows, indexed, put_words, replace_words
from textmeter.lib.folding import fold


class StoredText(NamedTuple):
    """A message as the table holds it: what is known of it, and what derivation saw."""

    id: int
    state: Text
    message: Message


def load_texts(company_id: int, keys: Mapping[Key, int]) -> dict[Key, StoredText]:
    """Those of the messages that are known. `keys`: each with the mark of its ref."""
    found = fetch_in(f"{_LOAD} AND ref_mark IN", [company_id], set(keys.values()))
    rows = [row for row in found if row[1:3] in keys]
    # Not joined: without statistics PostgreSQL would rather begin with every customer.
    customers = _numbers(company_id, "ledger_customer", {row[3] for row in rows})
    trackers = _numbers(company_id, "ledger_tracker", {row[4] for row in rows})
    stored = (_stored(row, customers[row[3]], trackers[row[4]]) for row in rows)
    return {(one.state.carrier, one.state.carrier_ref): one for one in stored}


def _numbers(company_id: int, table: str, ids: Iterable[int]) -> dict[int, str]:
    return dict(
        fetch_in(f"SELECT id, number FROM {table} WHERE company_id = %s AND id IN", [company_id], ids)
    )


class TextChange(NamedTuple):
    """A message to write: as it was (None: new) and as it is. `columns`: what of its row is not in
    `message`; `words`: its folded body."""

    before: StoredText | None
    message: Message
    columns: Columns
    words: str


def change_of(before: StoredText | None, message: Message, state: Text) -> TextChange:
    """A text that was put together."""
    is_indexed = before is not None and _was_said(before) == (state.body, message.spot)
    words = "" if is_indexed or state.body is None else fold(state.body)
    return TextChange(before, message, _columns(state), words)


def new_text(message: Message, reading: TextReading) -> TextChange:
    """A text of which there is this one delivery and nothing else."""
    return TextChange(None, message, reading.columns, reading.words)


def write_new(company_id: int, made: Iterable[TextChange]) -> list[TextChange]:
    """Writes new messages and their words in the search index, some while the next are made: PostgreSQL works
    on the ones meanwhile."""
    new: list[TextChange] = []
    for some in chunks(made):
        rows = [(*_place(one.message), *one.columns, company_id, *_key(one.message)) for one in some]
        run_many(_INSERT, rows, more_follow=True)
        new += some
    said = index_rows(company_id, ((one.message.spot, one.words) for one in new))
    put_words(company_id, said, more_follow=True)
    return new


def write_texts(company_id: int, changes: Sequence[TextChange]) -> None:
    """Writes known messages and their words in the search index, where these hang on the text's spot too."""
    run_many(_UPDATE, [(*_place(one.message), *one.columns, company_id, one.message.id) for one in changes])
    reworded = [
        one for one in changes if one.before and _was_said(one.before) != (one.columns.body, one.message.spot)
    ]
    drop_words(
        company_id,
        [
            (one.before.message.spot, was)
            for one in reworded
            if one.before and (was := _indexed(company_id, one.before))
        ],
    )
    put_words(company_id, index_rows(company_id, ((one.message.spot, one.words) for one in reworded)))


def delete_texts(company_id: int, gone: Sequence[StoredText]) -> None:
    """Takes messages and their words away."""
    run_many(
        "DELETE FROM ledger_message WHERE company_id = %s AND id = %s", [(company_id, one.id) for one in gone]
    )
    drop_words(company_id, [(one.message.spot, was) for one in gone if (was := _indexed(company_id, one))])


def move_words(company_id: int, moved: Mapping[int, tuple[int, int]]) -> None:
    """Takes words along to where their texts are now. `moved`: (former spot, spot) by message id."""
    gone: list[tuple[int, str]] = []
    come: list[tuple[int, str]] = []
    for some in chunks(moved):
        for id, body in fetch(
            f"SELECT id, body FROM ledger_message WHERE company_id = %s AND id IN ({marks(len(some))})",
            [company_id, *some],
        ):
            if words := fold(body or ""):
                gone.append((moved[id][0], words))
                come.append((moved[id][1], words))
    replace_words(company_id, list(index_rows(company_id, gone)), list(index_rows(company_id, come)))


def _indexed(company_id: int, one: StoredText) -> str | None:
    return indexed(company_id, one.message.spot, one.state.body)


def _was_said(before: StoredText) -> tuple[str | None, int]:
    """What the search index holds of a text: its words, at its spot."""
    return before.state.body, before.message.spot


_PLACE = ("customer_id", "tracker_id", "direction", "sent_at", "local_date", "local_hour", "spot")


_KEY = ("company_id", "id", "carrier", "carrier_ref")
_SET = (*_PLACE, *Columns._fields)
_INSERT = f"INSERT INTO ledger_message ({', '.join((*_SET, *_KEY))}) VALUES ({marks(len(_SET) + len(_KEY))})"
_UPDATE = f"UPDATE ledger_message SET {' = %s, '.join(_SET)} = %s WHERE company_id = %s AND id = %s"
_LOAD = (
    f"SELECT id, carrier, carrier_ref, {', '.join((*_PLACE, *Columns._fields))} FROM ledger_message"
    " WHERE company_id = %s"
)


def _place(message: Message) -> tuple[int, int, int, int, int, int, int]:
    return (
        message.customer_id,
        message.tracker_id,
        0 if message.is_inbound else 1,
        message.sent_at,
        message.local_date,
        message.local_hour,
        message.spot,
    )


def _key(message: Message) -> tuple[int, str, str]:
    return message.id, message.carrier, message.carrier_ref


_UNKNOWN: Register = (0, 0, None)


def _columns(state: Text) -> Columns:
    fields = state.fields
    return Columns(
        ref_mark(state.carrier_ref),
        state.time[0],
        state.status,
        int(state.automatic),
        fields.get("b", _UNKNOWN)[2],
        packed_media(fields.get("m", _UNKNOWN)[2]),
        fields.get("s", _UNKNOWN)[2],
        fields.get("e", _UNKNOWN)[2],
        fields.get("a", _UNKNOWN)[2],
        fields.get("o", _UNKNOWN)[2],
        *packed_times(fields, state.statuses, state.time[1]),
        1 if state.is_erased else None,
    )


def _stored(row: Sequence[Any], customer: str, ours: str) -> StoredText:
    id, carrier, ref, customer_id, tracker_id, direction, sent_at, date, hour, spot = row[:10]
    columns = Columns(*row[10:])
    contents = {
        "p": Parties(direction, customer, ours),
        "b": columns.body,
        "m": unpacked_media(columns.media),
        "s": columns.segments,
        "e": columns.error_code,
        "a": columns.agent,
        "o": columns.opt_out_type,
    }
    statuses, fields = unpacked_times((columns.statuses, columns.facts), contents, columns.status, sent_at)
    automatic = bool(columns.automatic)
    time, is_erased = (columns.sent_at_source, sent_at), bool(columns.erased)
    state = Text(carrier, ref, time, statuses, automatic, fields, is_erased=is_erased)
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
        automatic=automatic,
        body=columns.body,
        agent=columns.agent,
        spot=spot,
    )
    return StoredText(id, state, message)
