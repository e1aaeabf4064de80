"""What the ledger holds, with numbers and refs in the place of ids, which differ from run to run."""

from __future__ import annotations

from typing import Any

from textmeter.accounts.models import Company
from textmeter.ledger.statements import fetch

Rows = dict[str, list[tuple[Any, ...]]]

_TABLES = {
    "customer": "number, digits, heard_name, city, state, zip, country, facts, name, folded_name, sort_name,"
    " first_text_at, first_text_date, last_text_at, latest_at, latest_inbound, answered_at,"
    " unanswered_since, waiting_since, waiting_date, opted_out_by,"
    " last_call_at, last_contact_at, erased_to, erasing",
    "message": "carrier_ref, carrier, customer_id, tracker_id, direction, sent_at, sent_at_source,"
    " local_date, local_hour, status, automatic, body, media, segments, error_code, agent, opt_out_type,"
    " statuses, facts, erased",
    "call": "carrier_ref, carrier, customer_id, tracker_id, direction, started_at, started_at_source,"
    " local_date, local_hour, parent_status, dial_status, outcome, seconds, recording_ref, recording_url,"
    " recording_seconds, facts",
    "early": "kind, carrier, carrier_ref, mark, arrived_at, seen",
    "conversation": "customer_id, local_date, tracker_id, total, inbound, failed, first_at, last_at,"
    " last_message_id, first_response_ms, unanswered, opted_out, agents",
    "conversation_tracker": "customer_id, local_date, tracker_id, inbound, outbound, last_at, shared,"
    " unanswered, first_response_ms",
    "new_customer": "local_date, customers",
    "conversation_count": "tracker_id, local_date, kind, bucket, conversations, unanswered",
    "customer_tracker": "customer_id, tracker_id, first_date, first_text_date",
    "volume_hour": "local_date, local_hour, inbound, outbound",
    "volume_tracker": "local_date, tracker_id, inbound, outbound",
    "opt_out": "customer_id, message_id, at, opted_in",
}


def rows(company: Company) -> Rows:
    """Every table's rows of the company, by name, sorted."""
    names: dict[int, str] = {}
    for table, column in (("customer", "number"), ("tracker", "name"), ("message", "carrier_ref")):
        names |= dict(fetch(f"SELECT id, {column} FROM ledger_{table} WHERE company_id = %s", [company.id]))
    found: Rows = {}
    for table, columns in _TABLES.items():
        stored = fetch(f"SELECT {columns} FROM ledger_{table} WHERE company_id = %s", [company.id])
        renamed = [tuple(names.get(cell, cell) for cell in row) for row in stored]
        found[table] = sorted(renamed, key=repr)
    return found
