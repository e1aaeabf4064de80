"""The ledger's rows of planned conversations, in SQL that reads `plan` and the templates' tables: the same
on every database. Each takes a span of `plan`, both ends included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from textmeter.bench.plan import LOW_BITS, Conversation
from textmeter.bench.templates import CARRIER, OTHER, USUAL, Template
from textmeter.carriers.seen import Status
from textmeter.ledger.conversation_counts import count_statements
from textmeter.ledger.last_contacts import contact_statements
from textmeter.ledger.new_customers import count_statement
from textmeter.ledger.spots import CUSTOMER_BITS, day_sql, spot_sql
from textmeter.ledger.words import head_sql
from textmeter.lib.ids import EPOCH_MS

SHIFT = (LOW_BITS - 1).bit_length()
PLAN = (
    "place integer PRIMARY KEY, day integer NOT NULL, n bigint NOT NULL, customer_id bigint NOT NULL,"
    " begins_at bigint NOT NULL, second_ms bigint NOT NULL, template integer NOT NULL, pace integer NOT NULL,"
    " tracker_id bigint NOT NULL, other_id bigint NOT NULL, ref text NOT NULL, mark text,"
    " nth bigint NOT NULL"
)
PLAN_WIDTH = len(Conversation._fields) + 1
LINE = (
    "template integer NOT NULL, number integer NOT NULL, at bigint NOT NULL, direction integer NOT NULL,"
    " uses_other integer NOT NULL, body text NOT NULL, folded text NOT NULL, status integer NOT NULL,"
    " automatic integer NOT NULL, segments integer NOT NULL, error_code text, agent text, opt_out_type text,"
    " ref text NOT NULL, sent_after integer NOT NULL, done_after integer NOT NULL,"
    " PRIMARY KEY (template, number)"
)
LINE_WIDTH = 16
WHOLE = (
    "template integer PRIMARY KEY, ends_on_other integer NOT NULL, total integer NOT NULL,"
    " inbound integer NOT NULL, failed integer NOT NULL, first_at bigint NOT NULL, last_at bigint NOT NULL,"
    " first_response bigint, unanswered integer NOT NULL, opted_out integer NOT NULL, agents text,"
    " usual_in integer NOT NULL, usual_out integer NOT NULL, other_in integer NOT NULL,"
    " other_out integer NOT NULL"
)
WHOLE_WIDTH = 15


def line_rows(templates: Sequence[Template]) -> Iterable[tuple[Any, ...]]:
    for number, template in enumerate(templates):
        for place, one in enumerate(template.lines):
            yield (
                *(number, place, one.at, 0 if one.is_inbound else 1, int(one.tracker == OTHER), one.body),
                *(one.folded, one.status, int(one.automatic), one.segments, one.error_code, one.agent),
                *(one.opt_out_type, one.ref, one.sent_after, one.done_after),
            )


def whole_rows(templates: Sequence[Template]) -> Iterable[tuple[Any, ...]]:
    for number, template in enumerate(templates):
        row, none = template.row, (0, 0)
        yield (
            *(number, int(row.tracker_id == OTHER), row.total, row.inbound, row.failed, row.first_at),
            *(row.last_at, row.first_response_ms, row.unanswered, row.opted_out, row.agents),
            *(*template.by_tracker.get(USUAL, none), *template.by_tracker.get(OTHER, none)),
        )


Span = tuple[int, int]  # the first and the last place in `plan`


def _of(table: str, alias: str, span: Span) -> str:
    return (
        f"FROM plan p CROSS JOIN {table} {alias} WHERE p.place BETWEEN {span[0]} AND {span[1]}"
        f" AND {alias}.template = p.template"
    )


_AT = "(p.begins_at + t.at * p.pace)"
_HOUR = "((p.second_ms + t.at * p.pace) / 3600000)"
_TRACKER = "CASE WHEN t.uses_other = 1 THEN p.other_id ELSE p.tracker_id END"


def _id(at: str) -> str:
    """lib.ids.first_id_of, with the conversation's number in the low bits."""
    return f"((({at} - {EPOCH_MS}) << {SHIFT}) | p.n)"


# As ledger.text_times has them. A text that came in was said by its webhook; one that went out by the
# carrier's records, asked for after its first status.
_STATUSES = (
    f"CASE WHEN t.direction = 0 OR t.status = {Status.SENT:d} THEN NULL"
    f" ELSE '{Status.SENT:d}+' || t.sent_after || ',' || t.status || '+' || t.done_after END"
)
_FACTS = "(1 - t.direction) || '+' || (t.direction * t.sent_after)"
_BODY = "CASE WHEN p.mark IS NOT NULL AND t.number = 0 THEN t.body || ' ' || p.mark ELSE t.body END"
_FOLDED = "CASE WHEN p.mark IS NOT NULL AND t.number = 0 THEN t.folded || ' ' || p.mark ELSE t.folded END"

MESSAGE_COLUMNS = (
    "company_id, id, customer_id, tracker_id, carrier, carrier_ref, ref_mark, direction, sent_at,"
    " sent_at_source, local_date, local_hour, status, automatic, body, media, segments, error_code, agent,"
    " opt_out_type, statuses, facts, spot"
)
_DAY = day_sql("p.day")
# The number of a text's line serves as its own: a customer has one conversation a day.
_SPOT = spot_sql("p.day", "p.nth", "t.number", "t.direction")


def messages(company_id: int, span: Span, ref_mark: str) -> str:
    """In the order of their ids. `ref_mark`: how the database makes one of `{}`."""
    ref = "'SM' || t.ref || p.ref"
    return (
        f"SELECT {company_id}, {_id(_AT)} AS id, p.customer_id, {_TRACKER}, '{CARRIER}',"
        f" {ref}, {ref_mark.format(ref)}, t.direction, {_AT}, 1 - t.direction, p.day, {_HOUR}, t.status,"
        f" t.automatic, {_BODY}, NULL, t.segments, t.error_code, t.agent, t.opt_out_type, {_STATUSES},"
        f" {_FACTS}, {_SPOT}"
        f" {_of('line', 't', span)} ORDER BY 2"
    )


def words(company_id: int, span: Span) -> str:
    """(spot, the words as ledger.words puts them into SQLite's index), in the order of spots."""
    head = f"'{company_id}§' || ({_DAY} >> 5) || '§'"
    return f"SELECT {_SPOT}, {_begun(_FOLDED, head)} {_of('line', 't', span)} AND t.folded <> '' ORDER BY 1"


def vectors(company_id: int, span: Span) -> str:
    """(company, spot, words as ledger.words puts them into PostgreSQL's index), in the order of spots. The
    words of each line are begun once for each month."""
    months = f"SELECT DISTINCT {_DAY} >> 5 AS month FROM plan p WHERE p.place BETWEEN {span[0]} AND {span[1]}"
    return (
        f"WITH months AS (SELECT month, {head_sql(str(company_id), 'month')} AS head FROM ({months}) m),"
        " begun AS MATERIALIZED (SELECT l.template, l.number, l.direction, m.month, m.head,"
        f" {_vector('l.folded', 'm.head')} AS vector FROM line l CROSS JOIN months m WHERE l.folded <> '')"
        f" SELECT {company_id}, {_SPOT}, CASE WHEN p.mark IS NOT NULL AND t.number = 0"
        f" THEN t.vector || {_vector('p.mark', 't.head')} ELSE t.vector END"
        f" {_of('begun', 't', span)} AND t.month = {_DAY} >> 5 ORDER BY 2"
    )


def _vector(words: str, head: str) -> str:
    return f"array_to_tsvector(string_to_array({_begun(words, head)}, ' '))"


def _begun(words: str, head: str) -> str:
    """Each word with what it begins with."""
    return f"{head} || replace({words}, ' ', ' ' || {head})"


CONVERSATION_COLUMNS = (
    "company_id, customer_id, local_date, tracker_id, total, inbound, failed, first_at, last_at,"
    " last_message_id, first_response_ms, unanswered, opted_out, agents, spot"
)


def conversations(company_id: int, span: Span) -> str:
    """In the order of CONVERSATION_COLUMNS."""
    last = "(p.begins_at + w.last_at * p.pace)"
    return (
        f"SELECT {company_id}, p.customer_id, p.day,"
        f" CASE WHEN w.ends_on_other = 1 THEN p.other_id ELSE p.tracker_id END, w.total, w.inbound, w.failed,"
        f" p.begins_at + w.first_at * p.pace, {last}, {_id(last)}, w.first_response * p.pace, w.unanswered,"
        f" w.opted_out, w.agents, ({_DAY} << {CUSTOMER_BITS}) | p.nth"
        f" {_of('whole', 'w', span)} ORDER BY p.customer_id, p.day"
    )


BY_TRACKER_COLUMNS = (
    "company_id, customer_id, local_date, tracker_id, inbound, outbound, last_at, shared, unanswered,"
    " first_response_ms"
)
_SHARED = "CASE WHEN w.usual_in + w.usual_out > 0 AND w.other_in + w.other_out > 0 THEN 1 ELSE 0 END"


def by_tracker(company_id: int, span: Span) -> str:
    """In the order of BY_TRACKER_COLUMNS."""
    last = "p.begins_at + w.last_at * p.pace"
    parts = [
        f"SELECT {company_id}, p.customer_id AS customer_id, p.day AS day, p.{tracker}_id AS tracker_id,"
        f" w.{name}_in, w.{name}_out, {last}, {_SHARED}, w.unanswered, w.first_response * p.pace"
        f" {_of('whole', 'w', span)} AND w.{name}_in + w.{name}_out > 0"
        for tracker, name in (("tracker", "usual"), ("other", "other"))
    ]
    return f"{' UNION ALL '.join(parts)} ORDER BY customer_id, day, tracker_id"


def by_hour(company_id: int, span: Span) -> str:
    """In the order of ledger_volume_hour's columns; each day whole in the span."""
    return (
        f"SELECT {company_id}, p.day, {_HOUR}, SUM(1 - t.direction), SUM(t.direction)"
        f" {_of('line', 't', span)} GROUP BY 2, 3"
    )


def counted() -> list[str]:
    """Statements that fill what is counted and noted of all companies' conversations and customers, once
    those are there."""
    first_uses = """INSERT INTO ledger_customer_tracker
        (company_id, customer_id, tracker_id, first_date, first_text_date)
        SELECT c.company_id, c.id, t.tracker_id, MIN(t.local_date), c.first_text_date
        FROM ledger_customer c CROSS JOIN ledger_conversation_tracker t
        WHERE t.company_id = c.company_id AND t.customer_id = c.id
        GROUP BY c.company_id, c.id, t.tracker_id, c.first_text_date"""
    return [*count_statements(), count_statement(), first_uses, *contact_statements()]


def by_day_and_tracker(company_id: int) -> str:
    """In the order of ledger_volume_tracker's columns; from rows of ledger_conversation_tracker."""
    return (
        f"SELECT {company_id}, local_date, tracker_id, SUM(inbound), SUM(outbound)"
        f" FROM ledger_conversation_tracker WHERE company_id = {company_id} GROUP BY 2, 3"
    )
