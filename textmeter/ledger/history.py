"""Where a customer stands, read again from the end of their history."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from textmeter.ledger.calls import CallOutcome
from textmeter.ledger.derive import Message
from textmeter.ledger.message_days import load_latest
from textmeter.ledger.standing import Standing, standing
from textmeter.ledger.statements import fetch
from textmeter.lib.days import local_day_and_hour

FIRST_LOOK = 100


def standing_again(company_id: int, customer_id: int, tz: ZoneInfo) -> Standing:
    """From the ledger's rows and conversations, reading back only as far as the last answer.

    Where clocks go back over midnight a later message can stand on an earlier day, so one day more
    than the answer's is read."""
    call = _last_answered_call(company_id, customer_id)
    limit = FIRST_LOOK
    while True:
        tail = load_latest(company_id, customer_id, limit)
        if len(tail) < limit or _reaches_back(tail, call, tz):
            break
        limit *= 4
    found = standing(tail, [] if call is None else [call])
    found.first_text_at, found.last_text_at = _span(company_id, customer_id)
    return found


def _reaches_back(tail: list[Message], call: int | None, tz: ZoneInfo) -> bool:
    """Whether all that came after the last answer is in `tail`, whose last day may be cut."""
    answers = [one.sent_at for one in tail if one.is_answer]
    answered_at = max([*answers, *([] if call is None else [call])], default=None)
    if answered_at is None:
        return False
    day = local_day_and_hour(answered_at, tz)[0]
    whole = {one.local_date for one in tail} - {tail[-1].local_date}
    return any(date < day for date in whole)


def _last_answered_call(company_id: int, customer_id: int) -> int | None:
    rows = fetch(
        "SELECT local_date, started_at FROM ledger_call"
        " WHERE company_id = %s AND customer_id = %s AND outcome = %s"
        " ORDER BY local_date DESC, started_at DESC LIMIT 1",
        [company_id, customer_id, int(CallOutcome.ANSWERED)],
    )
    if not rows:
        return None
    date, started_at = int(rows[0][0]), int(rows[0][1])
    ((latest,),) = fetch(
        "SELECT MAX(started_at) FROM ledger_call WHERE company_id = %s AND customer_id = %s AND outcome = %s"
        " AND local_date < %s AND local_date >= %s",
        # The day before, as an integer that is surely not after it: YYYYMM01 - 1 is no day, but lies between.
        [company_id, customer_id, int(CallOutcome.ANSWERED), date, _month_before(date)],
    )
    return max(started_at, latest or 0)


def _month_before(date: int) -> int:
    """A key at or before the day before `date`."""
    return date - 1 if date % 100 > 1 else date - 9000 if date % 10000 < 200 else date - 100


def _span(company_id: int, customer_id: int) -> tuple[int | None, int | None]:
    """First and last text, of the two outermost days at each end."""
    where = "FROM ledger_conversation WHERE company_id = %s AND customer_id = %s ORDER BY local_date"
    firsts = fetch(f"SELECT first_at {where} LIMIT 2", [company_id, customer_id])
    lasts = fetch(f"SELECT last_at {where} DESC LIMIT 2", [company_id, customer_id])
    return min((row[0] for row in firsts), default=None), max((row[0] for row in lasts), default=None)
