"""When trackers last had a text: by their latest conversations, for messages have no index by tracker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textmeter.ledger.statements import chunks, fetch

TOGETHER = 400


def last_texts(company_id: int, tracker_ids: Iterable[int]) -> dict[int, int]:
    """The instant (ms) of the latest text of each tracker that has any."""
    return _last(company_id, [(id,) for id in tracker_ids], ("tracker_id",), "", "")


def last_received(company_id: int, days: Iterable[tuple[int, int, int, int]]) -> dict[int, int]:
    """The instant of the latest inbound text of each tracker on a local day, where there is one. `days`:
    (tracker, local date, from, until): instants between which the day's conversations end."""
    conversation = "AND c.local_date = w.day AND c.last_at >= w.from_at AND c.last_at < w.until_at"
    return _last(
        company_id,
        list(days),
        ("tracker_id", "day", "from_at", "until_at"),
        f"{conversation} AND c.inbound > 0",
        "AND m.direction = 0",
    )


def _last(
    company_id: int,
    wanted: Sequence[tuple[int, ...]],
    columns: Sequence[str],
    conversations: str,
    messages: str,
) -> dict[int, int]:
    """A conversation may end on another tracker. So first the tracker's own latest text in its conversation
    that ends last, then in all that end no earlier than that: those of a day at most."""
    row = f"({','.join(['%s'] * len(columns))})"
    found: dict[int, int] = {}
    for some in chunks(wanted, TOGETHER):
        rows = fetch(
            f"""WITH w ({", ".join(columns)}) AS (VALUES {",".join([row] * len(some))}),
            late AS (SELECT w.*, (SELECT MAX(m.sent_at) FROM
                (SELECT c.customer_id, c.local_date FROM ledger_conversation_tracker c
                    WHERE c.company_id = %s AND c.tracker_id = w.tracker_id {conversations}
                    ORDER BY c.last_at DESC LIMIT 1) latest
                CROSS JOIN ledger_message m
                WHERE m.company_id = %s AND m.customer_id = latest.customer_id
                AND m.local_date = latest.local_date AND m.tracker_id = w.tracker_id {messages}) AS at
                FROM w)
            SELECT w.tracker_id, (SELECT MAX(m.sent_at)
                FROM ledger_conversation_tracker c CROSS JOIN ledger_message m
                WHERE c.company_id = %s AND c.tracker_id = w.tracker_id AND c.last_at >= w.at {conversations}
                AND m.company_id = %s AND m.customer_id = c.customer_id
                AND m.local_date = c.local_date AND m.tracker_id = c.tracker_id {messages})
            FROM late w""",
            [*(value for one in some for value in one), *[company_id] * 4],
        )
        found.update((id, at) for id, at in rows if at is not None)
    return found
