"""Turning receipts into the ledger's rows, and putting aside what can't be."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, transaction

from textmeter.accounts.models import Company
from textmeter.carriers.seen import Direction, Seen, TextSeen
from textmeter.carriers.table import CARRIERS
from textmeter.carriers.trouble import Unreadable
from textmeter.intake import reasons
from textmeter.intake.fetch_list import Heard, note_words
from textmeter.intake.kept import Kept
from textmeter.intake.reasons import Reason
from textmeter.intake.receipts import State
from textmeter.intake.tallies import count_settled
from textmeter.ledger.blame import is_database_to_blame
from textmeter.ledger.outcomes import Outcome
from textmeter.ledger.record import record
from textmeter.ledger.statements import run_many
from textmeter.lib.days import now_ms
from textmeter.lib.sentences import to_text

logger = logging.getLogger(__name__)


class CompanyGone(Exception):
    """The receipt's company or connection was removed."""


@dataclass(frozen=True, slots=True)
class Settled:
    applied: int = 0
    quarantined: int = 0

    @property
    def total(self) -> int:
        return self.applied + self.quarantined

    def __add__(self, more: Settled) -> Settled:
        return Settled(self.applied + more.applied, self.quarantined + more.quarantined)


def settle(company_id: int, receipts: Sequence[Kept], is_last_try: bool = False) -> Settled:
    """Applies one company's receipts in one transaction, and quarantines those that can't be applied.

    Where the batch fails it is undone and tried one by one, so that only what is at fault is put aside.
    Raises OperationalError or InterfaceError where the database is to blame; on the last try only if that is
    certain, or it can't even write down that the receipt failed.
    """
    try:
        return _apply(company_id, [_read(receipt) for receipt in receipts])
    except (OperationalError, InterfaceError) as error:
        if not is_last_try or is_database_to_blame(error):
            raise
    except Exception:
        logger.warning(
            "A batch of company %d failed; its %d receipts are tried one by one.", company_id, len(receipts)
        )
    return sum((_apply_alone(company_id, one, is_last_try) for one in receipts), Settled())


@dataclass(slots=True)
class _Read:
    """A receipt with what it says, or with the reason why it goes into quarantine."""

    receipt: Kept
    seen: list[Seen] = field(default_factory=list)
    reason: Reason | None = None
    detail: str | None = None
    is_erased: bool = False  # it holds words of before an erasure


def _apply_alone(company_id: int, receipt: Kept, is_last_try: bool) -> Settled:
    try:
        return _apply(company_id, [_read(receipt)])
    except Exception as error:
        is_databases = isinstance(error, OperationalError | InterfaceError)
        if is_databases and (not is_last_try or is_database_to_blame(error)):
            raise
        logger.exception("Receipt %d of company %d can't be applied", receipt.id, company_id)
        failed = _Read(receipt, [], Reason.COULD_NOT_APPLY, reasons.could_not_apply(error))
        with transaction.atomic():
            _mark([failed])
        count_settled(quarantined=1)
        return Settled(quarantined=1)


def _read(receipt: Kept) -> _Read:
    """Pure. A bug of a reader, and a carrier that is no more, are this receipt's own trouble."""
    try:
        carrier = CARRIERS.get(receipt.carrier or "")
        if carrier is None:
            raise CompanyGone("its connection was removed")
        return _Read(receipt, carrier.read(receipt.what, receipt.headers, receipt.body, receipt.received_at))
    except Unreadable as why:
        return _Read(receipt, [], Reason.UNREADABLE, reasons.unreadable(why.sentence))
    except Exception as error:
        logger.exception("Receipt %d can't be read", receipt.id)
        return _Read(receipt, [], Reason.COULD_NOT_APPLY, reasons.could_not_apply(error))


def _apply(company_id: int, ready: list[_Read]) -> Settled:
    """Ledger, list of fetches and receipts in one transaction: a crash repeats all of it."""
    company = Company.objects.filter(pk=company_id).first()
    if company is None:
        raise CompanyGone("its company was removed")
    with transaction.atomic():
        recorded = record(company, [seen for one in ready for seen in one.seen])
        outcomes = iter(enumerate(recorded.outcomes))
        wordless = set(recorded.wordless)
        heard = []
        for one in ready:
            for seen in one.seen:
                place, outcome = next(outcomes)
                one.is_erased = one.is_erased or place in recorded.erased
                if outcome.is_refused:
                    one.reason, one.detail = refusal(outcome, seen)
                elif isinstance(seen, TextSeen):
                    lacks = (seen.carrier, seen.carrier_ref) in wordless or outcome == Outcome.KEPT_APART
                    heard.append(Heard(one.receipt.connection_id, seen, lacks))
        note_words(company_id, heard)
        _mark(ready)
    aside = sum(one.reason is not None for one in ready)
    count_settled(applied=len(ready) - aside, quarantined=aside)
    return Settled(len(ready) - aside, aside)


def refusal(outcome: Outcome, seen: Seen) -> tuple[Reason, str]:
    """OTHER_COMPANY reads as an unknown number."""
    ours = our_numbers(seen)
    if outcome == Outcome.CANNOT_TEXT:
        return Reason.CANNOT_TEXT, reasons.cannot_text(ours)
    return Reason.UNKNOWN_NUMBER, reasons.unknown_number(ours)


def our_numbers(seen: Seen) -> list[str]:
    """Which of its two numbers would have to be the company's: both may be, where it doesn't say."""
    numbers = {
        Direction.INBOUND: [seen.to_number],
        Direction.OUTBOUND: [seen.from_number],
        None: [seen.from_number, seen.to_number],
    }[seen.direction]
    return [number for number in numbers if number is not None]


def _mark(ready: list[_Read]) -> None:
    now = now_ms()
    erased = [one.receipt for one in ready if one.is_erased and not one.reason]
    run_many(
        "DELETE FROM intake_receipt WHERE company_id = %s AND id = %s",
        [(one.company_id, one.id) for one in erased],
    )
    run_many(
        "UPDATE intake_receipt SET state = %s, reason = %s, detail = %s, settled_at = %s"
        " WHERE company_id = %s AND id = %s",
        [
            (
                int(State.QUARANTINED if one.reason else State.APPLIED),
                one.reason.value if one.reason else None,
                None if one.detail is None else to_text(one.detail),
                now,
                one.receipt.company_id,
                one.receipt.id,
            )
            for one in ready
        ],
    )
