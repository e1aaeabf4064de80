"""The only writer of messages and calls: takes what carriers, imports and reconciliation saw, and
leaves the ledger and everything derived from it right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from zoneinfo import ZoneInfo

from textmeter.accounts.models import Company
from textmeter.carriers.seen import CallSeen, Seen, Source, TextSeen
from textmeter.ledger.assemble import Entry, Said, assemble_calls, assemble_texts, text_key
from textmeter.ledger.call_rows import CallChange, CallPlace, StoredCall, load_calls, write_calls
from textmeter.ledger.calls import Call, CallOutcome
from textmeter.ledger.changes import bump_change, number_customers
from textmeter.ledger.clean import clean
from textmeter.ledger.customer_rows import (
    Customer,
    load_customers,
    load_customers_by_id,
    new_customer,
    write_customers,
)
from textmeter.ledger.derive import message
from textmeter.ledger.early import keep_early
from textmeter.ledger.erased_again import erase_again
from textmeter.ledger.judgement import Refused, judge_call, judge_text, numbers_of
from textmeter.ledger.message_days import Day
from textmeter.ledger.outcomes import Outcome
from textmeter.ledger.parties import Parties, tracker_at
from textmeter.ledger.readings import TextReading, read_text, seen_again
from textmeter.ledger.rebuild import is_rebuilding, move_first
from textmeter.ledger.rederive import rederive, stored_days
from textmeter.ledger.spots import spot_of, text_of
from textmeter.ledger.statements import fetch
from textmeter.ledger.text_rows import (
    StoredText,
    TextChange,
    change_of,
    delete_texts,
    load_texts,
    new_text,
    write_new,
    write_texts,
)
from textmeter.ledger.texts import Text
from textmeter.ledger.trackers import Owner, is_alone, owners_of
from textmeter.ledger.turns import take_turn
from textmeter.lib.days import local_day_and_hour, zone
from textmeter.lib.ids import new_id

__all__ = ["Outcome", "Recorded", "record"]


@dataclass(slots=True)
class Recorded:
    """`outcomes`: one for each delivery, in order. `wordless`: (carrier, carrier_ref) of the messages
    among them that have no words yet, for the carrier's API to be asked. `erased`: places of the deliveries
    that are about something erased."""

    outcomes: list[Outcome]
    wordless: list[tuple[str, str]]
    erased: set[int]


def record(company: Company, seen: Sequence[Seen | TextReading]) -> Recorded:
    """Records deliveries of one company; texts may have been read already. The caller holds the transaction,
    and it is the company's turn until it ends; strange content raises nothing, but is refused, or cleaned
    where no database could keep it."""
    outcomes = [Outcome.KNOWN] * len(seen)
    if not seen:
        return Recorded(outcomes, [], set())
    read = [read_text(one) if isinstance(one, TextSeen) else one for one in seen]
    take_turn(company.id)
    batch = _Batch(company.id, _zone_of(company.id), owners_of(numbers_of(read)))
    texts, calls = batch.sort(read, outcomes)
    if is_rebuilding(company.id):
        batch.move_first(texts, calls)
    fresh, entries = assemble_texts(company.id, texts, outcomes)
    call_entries = assemble_calls(company.id, calls, outcomes)
    batch.meet([*texts, *calls], entries, call_entries)
    fresh, entries, taken = erase_again(batch.by_number, (texts, calls), fresh, entries, call_entries)
    erased = taken.places(texts, calls)
    batch.hear([*texts, *calls], erased)
    text_entries, blocked = _sent_and_blocked(entries)
    _keep_apart(company.id, blocked, texts, outcomes)
    together = [batch.text_change(one) for one in text_entries if one.changed]
    call_changes = [batch.call_change(one) for one in call_entries if one.changed]
    removed = [one.before for one in blocked if one.before]
    gone = [one.message for one in removed]
    stored = stored_days(company.id, batch.by_id, together, gone, batch.days_of(fresh))
    made = (batch.new_text(one.seen, one.parties) for one in fresh if one.parties)
    new = write_new(company.id, chain((one for one in together if one.before is None), made))
    known = [one for one in together if one.before is not None]
    write_texts(company.id, known)
    text_changes = [*new, *known]
    write_calls(company.id, call_changes)
    delete_texts(company.id, removed)
    rederive(company.id, batch.tz, batch.by_id, text_changes, call_changes, stored=stored, removed=gone)
    anyone = write_customers(company.id, batch.tz, batch.by_id.values())
    if text_changes or call_changes or removed or anyone:
        bump_change(company.id)
    wordless = [(one.state.carrier, one.state.carrier_ref) for one in text_entries if one.state.body is None]
    wordless += [(one.seen.carrier, one.seen.carrier_ref) for one in fresh if one.seen.columns.body is None]
    return Recorded(outcomes, wordless, erased)


def _sent_and_blocked(
    entries: Sequence[Entry[Text, StoredText]],
) -> tuple[list[Entry[Text, StoredText]], list[Entry[Text, StoredText]]]:
    """DOMAIN.md, "What is a message": a send that the carrier blocked is none, whatever else was said."""
    sent = [one for one in entries if not one.state.is_blocked]
    return sent, [one for one in entries if one.state.is_blocked]


def _keep_apart(
    company_id: int,
    blocked: Sequence[Entry[Text, StoredText]],
    texts: Sequence[Said[TextReading]],
    outcomes: list[Outcome],
) -> None:
    """Keeps of blocked sends that they were blocked, for what comes later of them."""
    keys = {(one.state.carrier, one.state.carrier_ref) for one in blocked}
    of_them = [one for one in texts if text_key(one.seen) in keys] if keys else []
    keep_early(company_id, [seen_again(one.seen)._replace(is_blocked=True) for one in of_them])
    for one in of_them:
        outcomes[one.place] = Outcome.KEPT_APART


def _zone_of(company_id: int) -> ZoneInfo:
    """As it is now, in this transaction: the caller's company may be older than a change of zone."""
    ((name,),) = fetch("SELECT time_zone FROM accounts_company WHERE id = %s", [company_id])
    return zone(name)


class _Batch:
    """The ground on which one batch stands: who owns the numbers, and the customers."""

    def __init__(self, company_id: int, tz: ZoneInfo, owners: dict[str, list[Owner]]) -> None:
        self.company_id = company_id
        self.tz = tz
        self.owners = owners
        self.judged: dict[tuple[str | None, str | None, int | None], Parties] = {}
        self.by_number: dict[str, Customer] = {}
        self.by_id: dict[int, Customer] = {}

    def sort(
        self, read: Sequence[TextReading | CallSeen], outcomes: list[Outcome]
    ) -> tuple[list[Said[TextReading]], list[Said[CallSeen]]]:
        """Texts and calls with their parties; what is refused gets its outcome."""
        texts: list[Said[TextReading]] = []
        calls: list[Said[CallSeen]] = []
        for place, one in enumerate(read):
            if isinstance(one, TextReading):
                judged = self._judge(one)
            else:
                judged = judge_call(self.company_id, one, self.owners)
            refusal = None
            if isinstance(judged, Refused):
                outcomes[place] = refusal = judged.outcome
                if not judged.keeps:
                    continue
                judged = None
            if isinstance(one, TextReading):
                texts.append(Said(place, one, judged, refusal))
            else:
                calls.append(Said(place, one, judged, refusal))
        return texts, calls

    def _judge(self, one: TextReading) -> Parties | Refused | None:
        """Of history between the same two the parties are the same, where one tracker always had it."""
        if one.source != Source.HISTORY:
            return judge_text(self.company_id, one, self.owners)
        way = one.sender, one.receiver, one.direction
        known = self.judged.get(way)
        if known is not None:
            return known
        judged = judge_text(self.company_id, one, self.owners)
        if isinstance(judged, Parties) and one.direction is not None and is_alone(self.owners[judged.ours]):
            self.judged[way] = judged
        return judged

    def move_first(self, texts: Sequence[Said[TextReading]], calls: Sequence[Said[CallSeen]]) -> None:
        """While the company moves to another zone: whoever the batch is about moves before it."""
        numbers = {one.parties.customer for one in texts if one.parties}
        numbers |= {one.parties.customer for one in calls if one.parties}
        known = {one.id for one in load_customers(self.company_id, numbers).values()}
        text_keys = {text_key(one.seen): one.seen.columns.ref_mark for one in texts}
        call_keys = {(clean(one.seen.carrier), clean(one.seen.carrier_ref)) for one in calls}
        known |= {one.message.customer_id for one in load_texts(self.company_id, text_keys).values()}
        callers = {one.place.customer_id for one in load_calls(self.company_id, call_keys).values()}
        move_first(self.company_id, known | {id for id in callers if id is not None})

    def meet(
        self,
        said: Sequence[Said[TextReading] | Said[CallSeen]],
        texts: Sequence[Entry[Text, StoredText]],
        calls: Sequence[Entry[Call, StoredCall]],
    ) -> None:
        """Loads the customers whom the batch is about, and makes the new ones."""
        of_texts, of_calls = [one.state.parties for one in texts], [one.state.parties for one in calls]
        numbers = {one.parties.customer for one in said if one.parties and _is_somebody(one)}
        numbers |= {parties.customer for parties in of_texts}
        numbers |= {parties.customer for parties in of_calls if parties.customer}
        self.by_number = load_customers(self.company_id, numbers)
        if new := numbers - self.by_number.keys():
            first = number_customers(self.company_id, len(new))
            self.by_number |= {number: new_customer(number, nth) for nth, number in enumerate(new, first)}
        self.by_id = {one.id: one for one in self.by_number.values()}
        former = {one.before.message.customer_id for one in texts if one.before}
        former |= {
            one.before.place.customer_id for one in calls if one.before and one.before.place.customer_id
        }
        self.by_id |= load_customers_by_id(self.company_id, former - self.by_id.keys())
        ours = {parties.ours for parties in (*of_texts, *of_calls)}
        self.owners |= owners_of(ours - self.owners.keys())

    def hear(self, said: Sequence[Said[TextReading] | Said[CallSeen]], erased: set[int]) -> None:
        """Takes what is said of the customers; no name by a delivery about something `erased`."""
        for one in said:
            seen = one.seen
            if one.parties and (seen.customer_name or seen.place) and _is_somebody(one):
                self.by_number[one.parties.customer].hear(seen, may_name=one.place not in erased)

    def days_of(self, fresh: Sequence[Said[TextReading]]) -> set[Day]:
        return {
            (self.by_number[one.parties.customer].id, local_day_and_hour(one.seen.at, self.tz)[0])
            for one in fresh
            if one.parties
        }

    def new_text(self, one: TextReading, parties: Parties) -> TextChange:
        at, columns = one.at, one.columns
        date, hour = local_day_and_hour(at, self.tz)
        customer = self.by_number[parties.customer]
        return new_text(
            message(
                id=new_id(),
                customer_id=customer.id,
                tracker_id=self._tracker(parties, at),
                carrier=one.carrier,
                carrier_ref=one.carrier_ref,
                direction=parties.direction,
                sent_at=at,
                local_date=date,
                local_hour=hour,
                status=columns.status,
                automatic=bool(columns.automatic),
                body=columns.body,
                agent=columns.agent,
                spot=spot_of(date, customer.nth, customer.number_text(), parties.direction),
            ),
            one,
        )

    def text_change(self, entry: Entry[Text, StoredText]) -> TextChange:
        before, state, agent = entry.before, entry.state, entry.state.fields.get("a")
        parties, at = state.parties, state.time[1]
        date, hour = local_day_and_hour(at, self.tz)
        customer = self.by_number[parties.customer]
        if before and before.message.customer_id == customer.id:
            number = text_of(before.message.spot)
        else:
            number = customer.number_text()
        known = message(
            id=before.id if before else new_id(),
            customer_id=customer.id,
            tracker_id=self._tracker(parties, at),
            carrier=state.carrier,
            carrier_ref=state.carrier_ref,
            direction=parties.direction,
            sent_at=at,
            local_date=date,
            local_hour=hour,
            status=state.status,
            automatic=state.automatic,
            body=state.body,
            agent=agent[2] if agent else None,
            spot=spot_of(date, customer.nth, number, parties.direction),
        )
        return change_of(before, known, state)

    def call_change(self, entry: Entry[Call, StoredCall]) -> CallChange:
        state = entry.state
        parties, at = state.parties, state.time[1]
        date, hour = local_day_and_hour(at, self.tz)
        place = CallPlace(
            self.by_number[parties.customer].id if parties.customer else None,
            self._tracker(parties, at),
            at,
            date,
            hour,
            state.outcome == CallOutcome.ANSWERED,
        )
        return CallChange(entry.before, entry.before.id if entry.before else new_id(), state, place)

    def _tracker(self, parties: Parties, at: int) -> int:
        owners = self.owners[parties.ours]
        return owners[0].tracker_id if len(owners) == 1 else tracker_at(self.company_id, owners, at)


def _is_somebody(one: Said[TextReading] | Said[CallSeen]) -> bool:
    """A withheld caller is nobody; the empty sender of a text is an odd one, but somebody."""
    return isinstance(one.seen, TextReading) or bool(one.parties and one.parties.customer)
