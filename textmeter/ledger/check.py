"""Counts everything derived again and compares it with what is stored."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from textmeter.accounts.models import Company
from textmeter.ledger import recount
from textmeter.ledger.calls import CallOutcome
from textmeter.ledger.moment import one_moment
from textmeter.ledger.opt_words import opt_word
from textmeter.ledger.parts_check import wrong_parts
from textmeter.ledger.recount import Row, Text
from textmeter.ledger.ref_check import there_twice
from textmeter.ledger.ref_marks import ref_mark
from textmeter.ledger.search_check import Read, wrong_words
from textmeter.ledger.spots import conversation_of, spot_of, text_of
from textmeter.ledger.statements import fetch, fetch_in, marks

STEP = 200


Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """A derived row that isn't what the ledger says; `stored` or `recounted` None: there is no such row."""

    company_id: int
    table: str
    key: str
    stored: dict[str, Any] | None
    recounted: dict[str, Any] | None


def check(company_id: int | None = None, progress: Progress | None = None) -> list[Difference]:
    """The differences of one company, or of all; nothing is changed. All is read as of one moment.
    `progress` is told (texts read, texts to read): each twice, for what is derived and for its words."""
    companies = Company.objects.filter(removed_at=None).order_by("id")
    if company_id is not None:
        companies = companies.filter(pk=company_id)
    with one_moment():
        read = _counting(progress, list(companies)) if progress else _tell_nobody
        found = [one for company in companies for one in _Checker(company, read).differences()]
        return found + _search(company_id, read)


def _counting(progress: Progress, companies: Sequence[Company]) -> Read:
    counts = "SELECT count(*) FROM ledger_message WHERE company_id = %s"
    total, done = 2 * sum(fetch(counts, [company.id])[0][0] for company in companies), 0

    def read(some: int) -> None:
        nonlocal done
        done += some
        progress(min(done, total), total)

    return read


def _tell_nobody(some: int) -> None:
    pass


def _search(company_id: int | None, read: Read) -> list[Difference]:
    return [
        Difference(
            one.company_id or 0,
            "ledger_message_words",
            str(one.message_id or one.spot),
            {"words": " ".join(sorted(one.stored))} if one.stored else None,
            {"words": " ".join(sorted(one.expected))} if one.expected else None,
        )
        for one in wrong_words(read, company_id)
        if company_id is None or one.company_id == company_id
    ]


class _Checker:
    def __init__(self, company: Company, read: Read) -> None:
        self._read = read
        self.id = company.id
        self.tz: ZoneInfo = company.zone
        self.volume = recount.Volume()
        self.found: list[Difference] = []
        # By tracker: the company's other ones that had its number, (tracker, from, until).
        self.other_owners: dict[int, list[tuple[int, int, int | None]]] = defaultdict(list)
        for id, *owner in fetch(
            f"SELECT t.id, o.tracker_id, o.from_at, o.until_at {_OTHER_OWNERS.format('')}", [self.id]
        ):
            self.other_owners[id].append(tuple(owner))

    def differences(self) -> list[Difference]:
        after = 0
        while numbers := dict(fetch(_CUSTOMERS, [self.id, after, STEP])):
            self._customers(numbers)
            after = max(numbers)
        self._withheld_calls()
        self._there_twice()
        self._owners_of_calls()
        self._orphans()
        self._parts()
        self._erased()
        self._volume("ledger_volume_hour", "local_hour", self.volume.hours)
        self._volume("ledger_volume_tracker", "tracker_id", self.volume.trackers)
        self._conversation_counts()
        self._new_customers()
        return self.found

    def _customers(self, numbers: Mapping[int, int]) -> None:
        """`numbers`: within the company, by the customers' ids."""
        ids = list(numbers)
        texts = self._texts(numbers)
        answered, calls = self._calls(
            f"{_CALLS} AND customer_id IN ({marks(len(ids))})",
            [self.id, *ids],
        )
        conversations: dict[Any, Row] = {}
        parts: dict[Any, Row] = {}
        opt_outs: dict[Any, Row] = {}
        customers: dict[Any, Row] = {}
        uses: dict[Any, Row] = {}
        for id in ids:
            whole, by_tracker = recount.conversations(texts[id], self.tz)
            for local_date, row in whole.items():
                row["spot"] = conversation_of(spot_of(local_date, numbers[id], 0, 0))
            conversations |= {(id, day): row for day, row in whole.items()}
            parts |= {(id, *key): row for key, row in by_tracker.items()}
            opt_outs |= {(id, message): row for message, row in recount.opt_outs(texts[id]).items()}
            customers[id,] = customer = recount.customer(texts[id], answered[id], calls[id], self.tz)
            if texts[id]:
                self.volume.new_customers[customer["first_text_date"]] += 1
            uses |= {(id, tracker): row for tracker, row in recount.first_uses(texts[id], self.tz).items()}
            self.volume.add(texts[id], self.tz)
            self.volume.add_conversations(whole, by_tracker)
            self._read(len(texts[id]))
        day = ("customer_id", "local_date")
        self._compare("ledger_conversation", day, conversations, ids)
        self._compare("ledger_conversation_tracker", (*day, "tracker_id"), parts, ids)
        self._compare("ledger_opt_out", ("customer_id", "message_id"), opt_outs, ids)
        self._compare("ledger_customer", ("id",), customers, ids)
        self._compare("ledger_customer_tracker", ("customer_id", "tracker_id"), uses, ids)

    def _texts(self, numbers: Mapping[int, int]) -> dict[int, list[Text]]:
        texts: dict[int, list[Text]] = defaultdict(list)
        spots: set[int] = set()
        for row in fetch_in(f"{_TEXTS} AND customer_id IN", [self.id], numbers):
            customer_id, local_date, hour, spot, mark, *rest = row
            text = Text(*rest)
            texts[customer_id].append(text)
            self._dated("ledger_message", text.id, text.sent_at, (local_date, hour))
            self._marked(text, mark)
            self._owned(text)
            again = spot_of(local_date, numbers[customer_id], text_of(spot), text.direction)
            if spot != again or spot in spots:
                self._differs("ledger_message", (text.id,), {"spot": spot}, {"spot": again})
            spots.add(spot)
        return texts

    def _calls(
        self, sql: str, params: Sequence[Any]
    ) -> tuple[dict[int | None, list[int]], dict[int | None, list[int]]]:
        """Starts of answered calls, and of all, by customer."""
        answered: dict[int | None, list[int]] = defaultdict(list)
        every: dict[int | None, list[int]] = defaultdict(list)
        for id, customer_id, started_at, date, hour, outcome in fetch(sql, params):
            self._dated("ledger_call", id, started_at, (date, hour))
            every[customer_id].append(started_at)
            if outcome == CallOutcome.ANSWERED:
                answered[customer_id].append(started_at)
        return answered, every

    def _withheld_calls(self) -> None:
        self._calls(f"{_CALLS} AND customer_id IS NULL", [self.id])

    def _marked(self, text: Text, mark: int) -> None:
        again = ref_mark(text.carrier_ref)
        if again != mark:
            self._differs("ledger_message", (text.id,), {"ref_mark": mark}, {"ref_mark": again})

    def _there_twice(self) -> None:
        for id, carrier, carrier_ref in there_twice(self.id):
            self._differs("ledger_message", (id,), {"carrier": carrier, "carrier_ref": carrier_ref}, None)

    def _owned(self, text: Text) -> None:
        """A text on another tracker than the company's one that had the number at its instant."""
        for tracker_id, from_at, until_at in self.other_owners.get(text.tracker_id, ()):
            if from_at <= text.sent_at and (until_at is None or text.sent_at < until_at):
                stored, again = {"tracker_id": text.tracker_id}, {"tracker_id": tracker_id}
                self._differs("ledger_message", (text.id,), stored, again)

    def _owners_of_calls(self) -> None:
        """The same of calls."""
        rows = fetch(
            f"SELECT m.id, m.tracker_id, o.tracker_id {_OTHER_OWNERS.format('CROSS JOIN ledger_call m')}"
            " AND m.company_id = t.company_id AND m.tracker_id = t.id"
            " AND m.started_at >= o.from_at AND (o.until_at IS NULL OR m.started_at < o.until_at)",
            [self.id],
        )
        for id, stored, again in rows:
            self._differs("ledger_call", (id,), {"tracker_id": stored}, {"tracker_id": again})

    def _orphans(self) -> None:
        """Rows of customers that there aren't."""
        for table in (
            "ledger_message",
            "ledger_call",
            "ledger_conversation",
            "ledger_conversation_tracker",
            "ledger_opt_out",
        ):
            rows = fetch(
                f"SELECT DISTINCT d.customer_id FROM {table} d LEFT JOIN ledger_customer c"
                " ON c.company_id = d.company_id AND c.id = d.customer_id"
                " WHERE d.company_id = %s AND d.customer_id IS NOT NULL AND c.id IS NULL",
                [self.id],
            )
            for (id,) in rows:
                self._differs(table, (id,), {"customer_id": id}, None)

    def _erased(self) -> None:
        """Texts that still hold words of before their customer's erasure, where that isn't under way."""
        for id, erased, body, way in fetch(_NOT_ERASED, [self.id, self.id]):
            kept = body if way == 0 and opt_word(body) is not None else ""
            if erased is None or body != kept:
                again = {"erased": 1, "body": kept}
                self._differs("ledger_message", (id,), {"erased": erased, "body": body}, again)

    def _parts(self) -> None:
        for one in wrong_parts(self.id):
            stored, again = {"parts": sorted(one.stored)}, {"parts": sorted(one.expected)}
            self._differs("ledger_customer_part", (one.customer_id,), stored, again)

    def _volume(self, table: str, column: str, counted: Mapping[tuple[int, int], Counter[str]]) -> None:
        rows = fetch(
            f"SELECT local_date, {column}, inbound, outbound FROM {table} WHERE company_id = %s", [self.id]
        )
        stored = {(day, key): {"inbound": i, "outbound": o} for day, key, i, o in rows}
        again = {key: {"inbound": by["inbound"], "outbound": by["outbound"]} for key, by in counted.items()}
        self._report(table, stored, again)

    def _conversation_counts(self) -> None:
        rows = fetch(
            "SELECT tracker_id, local_date, kind, bucket, conversations, unanswered"
            " FROM ledger_conversation_count WHERE company_id = %s",
            [self.id],
        )
        names = ("conversations", "unanswered")
        stored = {row[:4]: dict(zip(names, row[4:], strict=True)) for row in rows}
        again = {key: {name: by[name] for name in names} for key, by in self.volume.conversations.items()}
        self._report("ledger_conversation_count", stored, again)

    def _new_customers(self) -> None:
        rows = fetch("SELECT local_date, customers FROM ledger_new_customer WHERE company_id = %s", [self.id])
        stored = {(day,): {"customers": count} for day, count in rows}
        again = {(day,): {"customers": count} for day, count in self.volume.new_customers.items()}
        self._report("ledger_new_customer", stored, again)

    def _compare(
        self, table: str, key: tuple[str, ...], counted: dict[Any, Row], customer_ids: Sequence[int]
    ) -> None:
        """`counted` against the rows of these customers."""
        columns = _COLUMNS[table]
        sql = f"SELECT {', '.join((*key, *columns))} FROM {table} WHERE company_id = %s AND {key[0]} IN"
        rows = fetch_in(sql, [self.id], customer_ids)
        stored = {tuple(row[: len(key)]): dict(zip(columns, row[len(key) :], strict=True)) for row in rows}
        self._report(table, stored, counted)

    def _report(self, table: str, stored: Mapping[Any, Row], counted: Mapping[Any, Row]) -> None:
        for key in sorted(stored.keys() | counted.keys()):
            if stored.get(key) != counted.get(key):
                self._differs(table, key, stored.get(key), counted.get(key))

    def _dated(self, table: str, id: int, at: int, stored: Sequence[int]) -> None:
        again = recount.day_and_hour(at, self.tz)
        if again != tuple(stored):
            names = ("local_date", "local_hour")
            self._differs(
                table, (id,), dict(zip(names, stored, strict=True)), dict(zip(names, again, strict=True))
            )

    def _differs(self, table: str, key: Sequence[Any], stored: Row | None, again: Row | None) -> None:
        self.found.append(Difference(self.id, table, "/".join(map(str, key)), stored, again))


_CUSTOMERS = "SELECT id, nth FROM ledger_customer WHERE company_id = %s AND id > %s ORDER BY id LIMIT %s"
_TEXTS = (
    "SELECT customer_id, local_date, local_hour, spot, ref_mark, id, tracker_id, carrier, carrier_ref,"
    " direction, sent_at, status, automatic, body, agent FROM ledger_message WHERE company_id = %s"
)
_NOT_ERASED = (
    "SELECT m.id, m.erased, m.body, m.direction FROM ledger_customer c CROSS JOIN ledger_message m"
    " WHERE c.company_id = %s AND c.erased_to IS NOT NULL AND c.erasing IS NULL AND m.company_id = %s"
    " AND m.customer_id = c.id AND (m.erased = 1 OR m.sent_at <= c.erased_to)"
)
_OTHER_OWNERS = (
    "FROM ledger_tracker t CROSS JOIN ledger_number_owner o {} WHERE t.company_id = %s"
    " AND o.number = t.number AND o.company_id = t.company_id AND o.tracker_id <> t.id"
)
_CALLS = (
    "SELECT id, customer_id, started_at, local_date, local_hour, outcome FROM ledger_call"
    " WHERE company_id = %s"
)
_COLUMNS: dict[str, tuple[str, ...]] = {
    "ledger_conversation": (
        "tracker_id",
        "total",
        "inbound",
        "failed",
        "first_at",
        "last_at",
        "last_message_id",
        "first_response_ms",
        "unanswered",
        "opted_out",
        "agents",
        "spot",
    ),
    "ledger_conversation_tracker": (
        "inbound",
        "outbound",
        "last_at",
        "shared",
        "unanswered",
        "first_response_ms",
    ),
    "ledger_customer_tracker": ("first_date", "first_text_date"),
    "ledger_opt_out": ("at", "opted_in"),
    "ledger_customer": (
        "first_text_at",
        "first_text_date",
        "last_text_at",
        "waiting_since",
        "waiting_date",
        "opted_out_by",
        "last_call_at",
        "last_contact_at",
    ),
}
