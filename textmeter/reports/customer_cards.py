"""Who a customer is: the card beside the timeline."""

from __future__ import annotations

from collections.abc import Mapping

from textmeter.reports.rows import CustomerCard, OptOutLine, TrackerRow, TrackerUse
from textmeter.reports.statements import Row, Sql, fetch, fetch_one
from textmeter.reports.trackers import trackers

_ANSWERED = 1  # ledger_call.outcome


def customer_card(company_id: int, customer_id: int) -> CustomerCard | None:
    """None for anyone who is not this company's customer."""
    whose = (company_id, customer_id)
    found = fetch(
        Sql(
            """SELECT id, name, heard_name, number, city, state, zip, country, waiting_since, answered_at,
                erased_to FROM ledger_customer WHERE company_id = %s AND id = %s""",
            whose,
        )
    )
    if not found:
        return None
    id_, name, heard_name, number, *place, waiting_since, answered_at, erased_to = found[0]
    city, state, zip_, country = place
    known = trackers(company_id)
    texts, calls = _texts_by_tracker(whose), _calls_by_tracker(whose)
    first_at, first_tracker = _first_contact(whose, known)
    conversations, latest_tracker = _conversations(whose)
    return CustomerCard(
        id=id_,
        name=name,
        heard_name=heard_name,
        number=number,
        city=city,
        state=state,
        zip=zip_,
        country=country,
        first_seen_at=first_at,
        first_source=first_tracker.source if first_tracker else "",
        first_tracker=first_tracker,
        texts=sum(row[1] for row in texts),
        inbound=sum(row[2] for row in texts),
        outbound=sum(row[1] - row[2] for row in texts),
        calls=sum(row[1] for row in calls),
        answered_calls=sum(row[2] for row in calls),
        conversations=conversations,
        waiting_since=waiting_since,
        answered_at=answered_at,
        erased_to=erased_to,
        opt_outs=_opt_outs(whose),
        trackers=_uses(texts, calls, latest_tracker, known),
    )


def _texts_by_tracker(whose: tuple[int, int]) -> list[Row]:
    """(tracker_id, messages, inbound ones, latest). Counted by the day; of the messages themselves only each
    tracker's last day is read, for a day's row doesn't say which of its trackers had its last message."""
    return fetch(
        Sql(
            """SELECT t.tracker_id, t.messages, t.inbound, (
                SELECT MAX(m.sent_at) FROM ledger_message m WHERE m.company_id = %s AND m.customer_id = %s
                AND m.local_date = t.last_date AND m.tracker_id = t.tracker_id)
            FROM (
                SELECT tracker_id, SUM(inbound + outbound) AS messages, SUM(inbound) AS inbound,
                    MAX(local_date) AS last_date
                FROM ledger_conversation_tracker WHERE company_id = %s AND customer_id = %s
                GROUP BY tracker_id) t""",
            whose + whose,
        )
    )


def _calls_by_tracker(whose: tuple[int, int]) -> list[Row]:
    """(tracker_id, calls, answered ones, latest)."""
    return fetch(
        Sql(
            """SELECT tracker_id, COUNT(*), SUM(CASE WHEN outcome = %s THEN 1 ELSE 0 END), MAX(started_at)
            FROM ledger_call WHERE company_id = %s AND customer_id = %s GROUP BY tracker_id""",
            (_ANSWERED, *whose),
        )
    )


def _conversations(whose: tuple[int, int]) -> tuple[int, int | None]:
    """How many there are, and the tracker of the latest."""
    where = "FROM ledger_conversation WHERE company_id = %s AND customer_id = %s"
    latest = f"SELECT tracker_id {where} ORDER BY local_date DESC LIMIT 1"
    count, tracker_id = fetch_one(Sql(f"SELECT (SELECT COUNT(*) {where}), ({latest})", whose + whose))
    return int(count), tracker_id


def _first_contact(
    whose: tuple[int, int], known: Mapping[int, TrackerRow]
) -> tuple[int | None, TrackerRow | None]:
    """When the first text or call came, and through which tracker; a text goes before a call of the
    same instant."""
    text = """SELECT sent_at AS at, 0 AS kind, tracker_id FROM ledger_message WHERE company_id = %s
        AND customer_id = %s ORDER BY local_date, sent_at, carrier, carrier_ref LIMIT 1"""
    call = """SELECT started_at AS at, 1 AS kind, tracker_id FROM ledger_call WHERE company_id = %s
        AND customer_id = %s ORDER BY local_date, started_at, carrier, carrier_ref LIMIT 1"""
    firsts = fetch(Sql(f"SELECT * FROM ({text}) text UNION ALL SELECT * FROM ({call}) call", whose + whose))
    if not firsts:
        return None, None
    at, _, tracker_id = min(firsts)
    return at, known[tracker_id]


def _opt_outs(whose: tuple[int, int]) -> tuple[OptOutLine, ...]:
    return tuple(
        OptOutLine(message_id, at, opted_in) for (at, _, _, message_id, opted_in) in opt_out_lines(*whose)
    )


def opt_out_lines(company_id: int, customer_id: int) -> list[tuple[int, str, str, int, bool]]:
    """(at, carrier, carrier_ref, message_id, opted_in) of the customer's lines in the opt-out ledger,
    in the order of the messages that prove them; the last one counts."""
    rows = fetch(
        Sql(
            """SELECT o.at, m.carrier, m.carrier_ref, o.message_id, o.opted_in
            FROM ledger_opt_out o JOIN ledger_message m ON m.company_id = o.company_id AND m.id = o.message_id
            WHERE o.company_id = %s AND o.customer_id = %s ORDER BY o.at, m.carrier, m.carrier_ref""",
            (company_id, customer_id),
        )
    )
    return [(at, carrier, ref, message_id, bool(opted_in)) for at, carrier, ref, message_id, opted_in in rows]


def _uses(
    texts: list[Row], calls: list[Row], latest_tracker: int | None, known: Mapping[int, TrackerRow]
) -> tuple[TrackerUse, ...]:
    """Latest first; where two were used in the same instant, the latest conversation's tracker leads."""
    messages = {row[0]: row[1] for row in texts}
    called = {row[0]: row[1] for row in calls}
    latest: dict[int, int] = {}
    for tracker_id, _, _, at in texts + calls:
        latest[tracker_id] = max(at, latest.get(tracker_id, at))
    order = sorted(latest, key=lambda each: (-latest[each], each != latest_tracker, known[each].name, each))
    return tuple(
        TrackerUse(known[each], messages.get(each, 0), called.get(each, 0), is_latest=place == 0)
        for place, each in enumerate(order)
    )
