"""Filters and figures once more, as plainly as DOMAIN.md says them: every message in Python, no table
but the ledger's own. What reports answer is held against this."""

from __future__ import annotations

import unicodedata
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from textmeter.reports.filter import Filter
from textmeter.reports.rows import Figures

FAILED_OR_CANCELED = {60, 70, 80}
OPT_WORDS = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out"} | {
    "start",
    "yes",
    "unstop",
}


@dataclass(frozen=True)
class Text:
    id: int
    customer_id: int
    tracker_id: int
    inbound: bool
    at: int
    carrier: str
    ref: str
    day: date
    hour: int
    status: int
    automatic: bool
    body: str

    @property
    def order(self) -> tuple[int, str, str]:
        return self.at, self.carrier, self.ref

    @property
    def is_answer(self) -> bool:
        return not self.inbound and not self.automatic and self.status not in FAILED_OR_CANCELED

    @property
    def is_opt_word(self) -> bool:
        return self.inbound and self.body.strip(" .!?").casefold() in OPT_WORDS


@dataclass(frozen=True)
class Listed:
    customer_id: int
    day: date
    total: int
    matching: int
    tracker_id: int
    last_at: int
    first_response: int | None
    unanswered: bool


class Oracle:
    def __init__(self, company_id: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, customer_id, tracker_id, direction = 0, sent_at, carrier, carrier_ref,"
                " local_date, local_hour, status, automatic, body FROM ledger_message WHERE company_id = %s",
                [company_id],
            )
            self.texts = sorted(
                (
                    Text(
                        *row[:3],
                        bool(row[3]),
                        *row[4:7],
                        _date(row[7]),
                        *row[8:10],
                        bool(row[10]),
                        row[11] or "",
                    )
                    for row in cursor.fetchall()
                ),
                key=lambda text: text.order,
            )
            cursor.execute(
                "SELECT id, name, number, sort_name FROM ledger_customer WHERE company_id = %s", [company_id]
            )
            self.customers = {row[0]: row[1:] for row in cursor.fetchall()}

    def selected(self, flt: Filter) -> list[Text]:
        return [text for text in self.texts if self._is_selected(text, flt)]

    def listed(self, flt: Filter) -> list[Listed]:
        matching: dict[tuple[int, date], int] = defaultdict(int)
        for text in self.selected(flt):
            matching[text.customer_id, text.day] += 1
        return self._sorted([self._conversation(*key, count) for key, count in matching.items()], flt.sort)

    def figures(self, flt: Filter) -> Figures:
        selected, listed = self.selected(flt), self.listed(flt)
        responses = sorted(row.first_response for row in listed if row.first_response is not None)
        firsts = {text.customer_id: text.day for text in reversed(self.texts)}
        return Figures(
            messages_in=sum(text.inbound for text in selected),
            messages_out=sum(not text.inbound for text in selected),
            conversations=len(listed),
            new_customers=sum(
                flt.start <= firsts[customer] <= flt.end
                for customer in {text.customer_id for text in selected}
            ),
            median_first_response_ms=responses[(len(responses) - 1) // 2] if responses else None,
            unanswered=sum(row.unanswered for row in listed),
        )

    def waiting(self) -> dict[int, int]:
        """Customers who wait, and since when; without calls."""
        waiting: dict[int, int] = {}
        for customer in self.customers:
            words = [t for t in self.texts if t.customer_id == customer and not t.is_opt_word]
            since = None
            for text in words:
                if text.is_answer:
                    since = None
                elif text.inbound and since is None:
                    since = text.at
            if since is not None and words[-1].inbound:
                waiting[customer] = since
        return waiting

    def bars(self, flt: Filter, interval: str) -> list[tuple[date, int | None, int, int]]:
        """(first day or Monday or first of month cut to the range, hour, inbound, outbound)."""
        counts: dict[tuple[date, int | None], list[int]] = {}
        day = flt.start
        while day <= flt.end:
            for hour in range(24) if interval == "hour" else (None,):
                counts.setdefault((_begin(day, interval, flt.start), hour), [0, 0])
            day += timedelta(days=1)
        for text in self.selected(flt):
            hour = text.hour if interval == "hour" else None
            counts[_begin(text.day, interval, flt.start), hour][0 if text.inbound else 1] += 1
        return [(*key, *count) for key, count in counts.items()]

    def _conversation(self, customer_id: int, day: date, matching: int) -> Listed:
        texts = [text for text in self.texts if (text.customer_id, text.day) == (customer_id, day)]
        asked = next((text for text in texts if text.inbound), None)
        answer = next((t for t in texts if asked and t.order > asked.order and t.is_answer), None)
        return Listed(
            customer_id,
            day,
            len(texts),
            matching,
            texts[-1].tracker_id,
            texts[-1].at,
            answer.at - asked.at if asked and answer else None,
            texts[-1].inbound and not texts[-1].is_opt_word,
        )

    def _sorted(self, rows: list[Listed], sort: str) -> list[Listed]:
        rows.sort(key=lambda row: (row.last_at, row.customer_id), reverse=sort != "latest")
        if sort.endswith("total"):
            rows.sort(key=lambda row: row.total, reverse=sort[0] == "-")
        if sort.endswith("customer"):
            rows.sort(key=lambda row: self.customers[row.customer_id][2].encode(), reverse=sort[0] == "-")
        return rows

    def _is_selected(self, text: Text, flt: Filter) -> bool:
        return (
            flt.start <= text.day <= flt.end
            and (flt.hour is None or text.hour == flt.hour)
            and (not flt.numbers or text.tracker_id in flt.numbers)
            and (flt.direction is None or (flt.direction == "inbound") == text.inbound)
            and (not flt.q or self._is_found(text, flt.q))
        )

    def _is_found(self, text: Text, typed: str) -> bool:
        query = folded(typed)
        name, number, _ = self.customers[text.customer_id]
        if query and query in folded(name):
            return True
        if all(sign in "0123456789+()-. /" for sign in typed):
            digits = "".join(filter(str.isdigit, typed))
            if len(digits) >= 3 and digits in "".join(filter(str.isdigit, number)):
                return True
        words, of_text = query.split(), folded(text.body).split()
        return bool(words) and (
            all(word in of_text for word in words[:-1])
            and any(each.startswith(words[-1]) for each in of_text)
        )


def folded(text: str) -> str:
    signs = [sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)]
    return " ".join("".join(s if s.isalnum() else " " for s in "".join(signs).casefold()).split())


def previous_days(name: str, start: date, end: date) -> tuple[date, date] | None:
    if name == "all_time":
        return None
    if name.endswith("_month"):
        year, month = (start.year, start.month - 1) if start.month > 1 else (start.year - 1, 12)
        return date(year, month, 1), date(year, month, min(end.day, monthrange(year, month)[1]))
    if name.endswith("_year"):
        return date(start.year - 1, 1, 1), date(
            end.year - 1, end.month, min(end.day, monthrange(end.year - 1, end.month)[1])
        )
    days = (end - start).days + 1
    return start - timedelta(days=days), end - timedelta(days=days)


def _begin(day: date, interval: str, start: date) -> date:
    if interval == "week":
        return max(start, day - timedelta(days=day.weekday()))
    return max(start, day.replace(day=1)) if interval == "month" else day


def _date(key: int) -> date:
    return date.fromisoformat(f"{key // 10000:04d}-{key // 100 % 100:02d}-{key % 100:02d}")
