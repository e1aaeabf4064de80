"""Erasing a customer: ordered by a page, done by a worker. The ledger loses names and words (ledger.erase),
and the deliveries that brought them go, those in quarantine too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

from django.db import transaction

from textmeter.accounts.audit import note
from textmeter.accounts.models import Company
from textmeter.carriers.seen import Direction, Seen
from textmeter.carriers.table import CARRIERS
from textmeter.intake.jobs import Progress, order
from textmeter.intake.kept import Kept, kept_where
from textmeter.intake.models import Job, JobKind
from textmeter.intake.remove import apply_what_waits
from textmeter.ledger.erase import begin_erasure, erase_texts
from textmeter.ledger.parties import key_of
from textmeter.ledger.statements import chunks, fetch, marks, run
from textmeter.ledger.trackers import trackers_of
from textmeter.ledger.turns import long_work
from textmeter.lib.phone import digits
from textmeter.lib.sentences import Sentence, counted

TOGETHER = 200
MOST_COUNTED = 2_000
_SHORTEST = 7  # digits by which a number is told from other digits


def order_erasure(company: Company, customer_id: int, *, by: str, now: int) -> Job:
    """From here on what the customer said up to `now` (ms) is erased; a worker does it. One audit line
    stays, with neither name nor number. Raises LookupError where there is no such customer."""
    with transaction.atomic():
        begin_erasure(company, customer_id, now)
        note(by, f"Erased the name and the words of the customer with the id {customer_id}.", company)
        return order(JobKind.ERASE_CUSTOMER, by=by, company_id=company.id, about=str(customer_id))


def erase_customer(job: Job, progress: Progress) -> str:
    company = Company.objects.filter(pk=job.company_id or 0, removed_at=None).first()
    if company is None:
        return Sentence("The company was deleted meanwhile, with everything of it.")
    customer_id = int(job.about)
    while True:
        rows = fetch(_CUSTOMER, [company.id, customer_id])
        if not rows:
            return Sentence("There is no such customer any more.")
        number, up_to = rows[0]
        _drop_wishes(company.id, erase_texts(company.id, customer_id, progress))
        # Their words would come to lie in receipts else, after these were looked through.
        apply_what_waits(company.id, "r.received_at <= %s", up_to)
        gone = _remove_receipts(company.id, number, up_to)
        if fetch(_CUSTOMER, [company.id, customer_id]) == rows:  # nobody has ordered it once more meanwhile
            return _what_is_gone(gone)


def _what_is_gone(deliveries: int) -> Sentence:
    if not deliveries:
        return Sentence("Name and words are gone.")
    return counted(
        "Name and words are gone, and %(count)s delivery that could hold them.",
        "Name and words are gone, and %(count)s deliveries that could hold them.",
        deliveries,
    )


def count_in_quarantine(company_id: int, number: str) -> tuple[int, bool]:
    """How many deliveries in the company's quarantine are about that number, and whether those are
    all: of very many only the first are looked at."""
    rows = fetch(
        "SELECT id FROM intake_receipt WHERE company_id = %s AND state = 2 ORDER BY id LIMIT %s",
        [company_id, MOST_COUNTED],
    )
    is_about = _about(company_id, number)
    count = 0
    for ids in chunks([id for (id,) in rows], TOGETHER):  # a delivery may be a megabyte long
        some = kept_where(
            f"r.company_id = %s AND r.state = 2 AND r.id IN ({marks(len(ids))})", [company_id, *ids], TOGETHER
        )
        count += sum(is_about(one) for one in some)
    return count, len(rows) < MOST_COUNTED


_CUSTOMER = "SELECT number, erased_to FROM ledger_customer WHERE company_id = %s AND id = %s"


def _drop_wishes(company_id: int, refs: Sequence[str]) -> None:
    for some in chunks(refs):
        with transaction.atomic():
            run(
                f"DELETE FROM intake_fetch WHERE company_id = %s AND carrier_ref IN ({marks(len(some))})",
                [company_id, *some],
            )


@long_work()
def _remove_receipts(company_id: int, number: str, up_to: int) -> int:
    """Those that came up to that instant and are about the number; how many. Reading them holds nobody up."""
    is_about = _about(company_id, number)
    last, gone = -1, 0
    while True:
        ids = fetch(
            "SELECT id FROM intake_receipt WHERE company_id = %s AND id > %s ORDER BY id LIMIT %s",
            [company_id, last, TOGETHER],
        )
        if not ids:
            return gone
        first, last = ids[0][0], ids[-1][0]
        some = kept_where(
            "r.company_id = %s AND r.id BETWEEN %s AND %s AND r.state <> 0 AND r.received_at <= %s",
            [company_id, first, last, up_to],
            TOGETHER,
        )
        found = [one.id for one in some if is_about(one)]
        if found:
            with transaction.atomic():
                gone += run(
                    f"DELETE FROM intake_receipt WHERE company_id = %s AND id IN ({marks(len(found))})",
                    [company_id, *found],
                )


def _about(company_id: int, number: str) -> Callable[[Kept], bool]:
    """Whether a delivery's customer has that number."""
    whose = _Whose(number, digits(number), frozenset(one.number for one in trackers_of(company_id)))
    return whose.is_of


@dataclass(frozen=True, slots=True)
class _Whose:
    number: str
    digits: str
    ours: frozenset[str]

    def is_of(self, kept: Kept) -> bool:
        raw = b"&".join((kept.body, kept.url.encode()))
        # Reading costs far more than looking for the end of a number, which nobody writes with spaces.
        if len(self.digits) >= _SHORTEST and self.digits[-4:].encode() not in raw:
            return False
        carrier = CARRIERS.get(kept.carrier or "")
        try:
            seen: Sequence[Seen] = (
                carrier.read(kept.what, kept.headers, kept.body, kept.received_at) if carrier else ()
            )
        except Exception:  # what can't be read may hold anything
            seen = ()
        if not seen:
            return self._may_be_in(raw)
        return any(self._is_theirs(one) for one in seen)

    def _may_be_in(self, raw: bytes) -> bool:
        """Of what can't be read: a number by its digits; a short one, or a name, only as a whole value."""
        if len(self.digits) >= _SHORTEST:
            return self.digits.encode() in raw
        return bool(self.number) and f"={quote_plus(self.number)}&".encode() in raw + b"&"

    def _is_theirs(self, seen: Seen) -> bool:
        numbers = {
            Direction.INBOUND: [seen.from_number],
            Direction.OUTBOUND: [seen.to_number],
            None: [seen.from_number, seen.to_number],
        }[seen.direction]
        keys = {key_of(number) for number in numbers if number is not None}
        # Between two of the company's own numbers either may be the customer's.
        return self.number in keys and (self.number not in self.ours or keys <= self.ours)
